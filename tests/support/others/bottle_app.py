"""Bottle: `bottle.request` is the request of the moment, and holds the environ."""

from __future__ import annotations

from typing import Any

import bottle

from unireq_conformance.probe import Probe, carry

app: Any = bottle.Bottle()
probe = Probe.of_process()


def echo(*_: Any, **__: Any) -> bytes:
    fields, content = carry(bottle.request.method, probe(bottle.request))
    bottle.response.status = 200
    for name, value in fields:
        bottle.response.set_header(name, value)
    return content


app.error(404)(echo)
app.error(405)(echo)
