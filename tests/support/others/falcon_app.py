"""Falcon on WSGI: the request holds the environ as `env`."""

from __future__ import annotations

import falcon

from unireq_conformance.probe import Probe, carry

app = falcon.App()
probe = Probe.of_process()


def echo(request: falcon.Request, response: falcon.Response) -> None:
    fields, content = carry(request.method, probe(request))
    response.set_headers(fields)
    response.data = content


app.add_sink(echo)
