"""Handlers: functions that take a `Request`, prepared for any framework.

`signatures` reads annotations; `values` makes what a request holds what a parameter asks for;
`parameters` says where it is looked for; `handler` calls a function and makes its result a
`Response`; `injection` gives a request to a framework's own view.
"""
