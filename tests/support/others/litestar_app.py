"""Litestar: the request holds the scope."""

from __future__ import annotations

from typing import Any

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException

from unireq_conformance.probe import Probe, carry

probe = Probe.of_process()


def echo(request: Request[Any, Any, Any], _: HTTPException) -> Response[bytes]:
    fields, content = carry(request.method, probe(request))
    return Response(content, headers=dict(fields), status_code=200)


app = Litestar(route_handlers=[], exception_handlers={HTTPException: echo}, openapi_config=None)
