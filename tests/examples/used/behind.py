from rate_limit import rate_limit
from webhooks import twilio_messages

import unireq

proxies = unireq.TrustedProxies(networks=["127.0.0.11", "127.0.0.12"])
layers = [rate_limit("4/minute")]


def redirect(request: unireq.Request) -> unireq.Response:
    """Redirects to a page of this app, by its whole URL, with a cookie that needs TLS."""
    response = unireq.Response.redirect(str(request.url.join("/items/1")))
    response.set_cookie("seen", "1", secure=request.scheme == "https")
    return response


handlers = {"/twilio": twilio_messages("twilio-test"), "/redirect": redirect}
