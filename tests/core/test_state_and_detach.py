"""What clauses can't show of `state` and `detach`: threads, copied scopes, what errors say."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.fake import AsyncFakeRequest, FakeRequest, Octets
from unireq import BodyNotRead, BodyTooLarge, Limits, Request, UnireqError
from unireq.adapter import request_context


def test_views_in_threads_get_one_state() -> None:
    native: dict[str, Any] = {}
    with ThreadPoolExecutor(20) as pool:
        states = list(pool.map(lambda _: FakeRequest(native).state, range(200)))
    assert all(state is states[0] for state in states)


def test_a_middleware_makes_it_before_the_scope_is_copied() -> None:
    for native in ({}, {"unireq.state": {"a": 1}}):
        with request_context(FakeRequest(native)) as request:
            copied = FakeRequest(dict(native))
        assert copied.state is request.state


async def _limit(request: Request) -> None:
    type(request).set_limits(Limits(body_size=4))


async def _name(request: Request) -> None:
    await request.aread()
    type(request).set_username_getter(lambda native: asyncio.sleep(0, "ada"))


@pytest.mark.parametrize(
    ("kind", "before", "error", "message"),
    [
        (FakeRequest, _limit, BodyTooLarge, "at most 4 bytes"),
        (AsyncFakeRequest, None, BodyNotRead, r"^detach\(\) in .*, or use `request\.adetach\(\)`$"),
        (AsyncFakeRequest, _name, UnireqError, r"is async; .*`await request\.adetach\(\)`$"),
    ],
)
def test_what_can_not_be_detached(kind: Any, before: Any, error: Any, message: str) -> None:
    class Own(kind):  # getters and limits are those of a class
        __slots__ = ()

    async def main() -> None:
        request = Own({"octets": Octets(b"he", b"llo")})
        if before is not None:
            await before(request)
        with pytest.raises(error, match=message):
            request.detach()
        twin = request.detach(body=False, username=False)
        with pytest.raises(BodyNotRead, match=r"with detach\(\), in async code `await adetach\("):
            twin.detach()

    asyncio.run(main())
