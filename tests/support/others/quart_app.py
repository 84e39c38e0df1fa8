"""Quart: `quart.request` is a proxy of an object that holds the scope."""

from __future__ import annotations

import quart

from unireq_conformance.apps.report import answer, report

app = quart.Quart(__name__, static_folder=None)
app.url_map.merge_slashes = False


async def echo(_: Exception) -> quart.Response:
    fields, content = answer(quart.request.method, report(quart.request, {}, None))
    return quart.Response(content, headers=dict(fields))


app.register_error_handler(404, echo)
app.register_error_handler(405, echo)
