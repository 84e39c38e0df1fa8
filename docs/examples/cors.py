"""Cross-origin requests by the Fetch standard, and security headers by `secure`.

app = install(app, security_headers(), cors({"https://shop.example"}))
"""

from __future__ import annotations

from collections.abc import Collection

from secure import Secure

import unireq


def cors(
    origins: Collection[str], methods: Collection[str] = ("GET", "HEAD", "POST")
) -> unireq.Middleware:
    """A layer that lets pages of `origins` read the answers, with credentials."""

    @unireq.middleware
    def layer(request: unireq.Request) -> unireq.Steps:
        origin = request.get_header("origin")
        allowed = origin is not None and origin in origins

        def mark(answer: unireq.Response | unireq.ResponseHead) -> None:
            # Caches keep one answer for each origin, also where the field is missing.
            answer.extend_header("vary", "Origin")
            if allowed and origin is not None:
                answer.set_header("access-control-allow-origin", origin)
                answer.set_header("access-control-allow-credentials", "true")

        if request.method == "OPTIONS" and request.get_header("access-control-request-method"):
            preflight = unireq.Response(status=204)
            mark(preflight)
            if allowed:
                preflight.set_header("access-control-allow-methods", ", ".join(methods))
                preflight.set_header("access-control-max-age", "600")
                asked = request.get_header("access-control-request-headers")
                if asked is not None:
                    preflight.set_header("access-control-allow-headers", asked)
            return preflight
        mark((yield))
        return None

    return layer


def security_headers() -> unireq.Middleware:
    """A layer that sets the fields of `secure`, where the application has set none."""
    fields = Secure.with_default_headers().headers

    @unireq.middleware
    def layer(_: unireq.Request) -> unireq.Steps:
        head = yield
        for name, value in fields.items():
            if head.get_header(name) is None:
                head.set_header(name, value)
        return None

    return layer
