from typing import Any

from rate_limit import rate_limit
from webhooks import twilio_messages

import unireq

proxies = unireq.TrustedProxies(networks=["127.0.0.11", "127.0.0.12", "unix"])
# More than the fields that a client may forge.
layers = [rate_limit("30/minute")]


def whoami(request: unireq.Request) -> dict[str, Any]:
    """What the app takes for true of a request."""
    client = request.client
    return {
        "client": None if client is None else client.host,
        "url": str(request.url),
        "host field": request.headers["host"],
    }


def redirect(request: unireq.Request) -> unireq.Response:
    """Redirects to a page of this app, by its whole URL, with a cookie that needs TLS."""
    response = unireq.Response.redirect(str(request.url.join("/items/1")))
    response.set_cookie("seen", "1", secure=request.scheme == "https")
    return response


handlers = {"/whoami": whoami, "/twilio": twilio_messages("twilio-test"), "/redirect": redirect}
