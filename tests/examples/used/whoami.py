from typing import Any

import unireq

proxies = unireq.TrustedProxies(networks=["127.0.0.11", "127.0.0.12"])


def whoami(request: unireq.Request) -> dict[str, Any]:
    """What the app takes for true of a request."""
    client = request.client
    return {
        "client": None if client is None else client.host,
        "url": str(request.url),
        "host field": request.headers["host"],
    }


handlers = {"/whoami": whoami}
