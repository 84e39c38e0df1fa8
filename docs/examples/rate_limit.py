"""A rate limit for each client, by `limits`: status 429, and what is left in every answer.

app = install(app, rate_limit("100/minute"))
"""

from __future__ import annotations

import math
import time

import limits
from limits.storage import MemoryStorage, Storage
from limits.strategies import MovingWindowRateLimiter

import unireq


def rate_limit(rate: str, storage: Storage | None = None) -> unireq.Middleware:
    """A layer that lets each client have `rate` requests.

    Args:
        rate: Such as "100/minute".
        storage: Where they are counted; in the memory of this process, if None.
    """
    item = limits.parse(rate)
    limiter = MovingWindowRateLimiter(MemoryStorage() if storage is None else storage)

    @unireq.middleware(blocking=storage is not None)
    def layer(request: unireq.Request) -> unireq.Steps:
        # Without an address, as on a Unix socket, all clients share one count.
        client = "" if request.client is None else request.client.host
        allowed = limiter.hit(item, client)
        window = limiter.get_window_stats(item, client)
        seconds = str(max(0, math.ceil(window.reset_time - time.time())))
        request.state["rate-limit"] = window.remaining
        if not allowed:
            too_many = unireq.Response("Too many requests.\n", status=429)
            too_many.set_header("retry-after", seconds)
            return too_many
        head = yield
        head.set_header("ratelimit-policy", f'"client";q={item.amount};w={item.get_expiry()}')
        head.set_header("ratelimit", f'"client";r={window.remaining};t={seconds}')
        return None

    return layer
