"""Falcon on WSGI: the request holds the environ as `env`."""

from __future__ import annotations

import falcon

from unireq_conformance.apps.report import answer, report

app = falcon.App()


def echo(request: falcon.Request, response: falcon.Response) -> None:
    fields, content = answer(request.method, report(request, {}, None))
    response.set_headers(fields)
    response.data = content


app.add_sink(echo)
