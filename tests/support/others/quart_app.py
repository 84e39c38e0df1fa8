"""Quart: `quart.request` is a proxy of an object that holds the scope."""

from __future__ import annotations

import quart

from unireq_conformance.probe import Probe, carry

app = quart.Quart(__name__, static_folder=None)
probe = Probe.of_process()
app.url_map.merge_slashes = False


async def echo(_: Exception) -> quart.Response:
    fields, content = carry(quart.request.method, probe(quart.request))
    return quart.Response(content, headers=dict(fields))


app.register_error_handler(404, echo)
app.register_error_handler(405, echo)
