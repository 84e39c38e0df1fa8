"""What clauses can't show of requests: what a client's choice costs, copies, threads, errors."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.fake import AsyncFakeRequest, FakeRequest, Octets, fake
from unireq import BodyNotRead, BodyTooLarge, Limits, Request, UnireqError
from unireq.adapter import request_context

CHOSEN = [
    {"target": b"/" + b"\xff" * 5000, "path": "/" + "\ufffd" * 5000},
    {"target": b"/" + b"%" * 5000, "path": "/" + "%" * 5000, "query": "%\xff%4" * 5000},
    {"headers": [(b"cookie", b'a="' + b'\\"' * 5000 + b'"')], "query": "%41" * 5000},
]


@pytest.mark.parametrize("native", CHOSEN)
def test_what_a_client_chooses_runs_no_python_code_for_each_byte(native: dict[str, Any]) -> None:
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    request = fake(**native)
    sys.setprofile(count)
    try:
        _ = (request.url, request.raw_path, request.query_params, request.cookies, repr(request))
    finally:
        sys.setprofile(None)
    assert calls < 500


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
