"""One native application per framework, each answering every request with what it saw.

Rule: an app is written as that framework's documentation would write it, and knows nothing of the
server it runs on. It answers every path and every method that its framework can be made to route,
with what `probe.Probe` says of it. Beside the catch-all there are:

- `/params/int/<int>`, `/params/str/<str>`, `/params/path/<path>`, `/params/uuid/<uuid>`,
  `/params/float/<float>` (Django has no float, and has `/params/slug/<slug>`), by the framework's
  own router; a value that the router refuses falls through to the catch-all. Bare ASGI and WSGI
  have no router;
- `/mounted`, a second application under the framework's own mechanism for that. Django has none;
- the handlers of `inside.responding` at their paths, by the adapter's `as_view`;
- `/stream`, a stream, and `/denied`, the framework's own page for status 403. An error handler of
  the app answers `probe.Answered`.

Requests with the field `Unireq-Layers` are for the same app with the layers of `inside.layers`
around it, so that the others are judged without them. Sanic has the layers around everything.

Before routing, each app reads the request once (`Probe.facts`); the answer carries that as "early".
"""

from typing import Final

NONCE_VARIABLE: Final = "UNIREQ_PROBE_NONCE"
"""Environment variable whose value the report repeats, so that the driver knows its own server."""

TARGET_VARIABLE: Final = "UNIREQ_PROBE_TARGET"
"""Environment variable with the name of the target, repeated in the report."""

INSIDE_VARIABLE: Final = "UNIREQ_PROBE_INSIDE"
"""Environment variable; if it is set, the report has what the checks inside the app found."""

REPORT_FIELD: Final = "x-unireq-report"
"""Response field that carries the report where the response can have no content."""

NONCE_FIELD: Final = "x-unireq-nonce"
"""Response field that a handler marks a response with, so that the driver knows its own server."""
