"""Handlers: functions that take a `Request`, prepared for any framework.

`signatures` reads annotations; `parameters` finds the values of parameters in a request; `values`
converts them; `handler` calls the function and turns its result into a `Response`; `injection`
passes a `Request` to a framework's own view.
"""
