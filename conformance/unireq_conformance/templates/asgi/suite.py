"""AcmeRequest gives the normal form: each clause of unireq's specification, on a real server."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any, ClassVar

import unireq
from unireq_conformance import AdapterSuite, Capability, Probe, asgi


class Request:
    """Stands for acme's request. TODO: delete it, and use acme's."""

    __module__ = "acme"  # the module that the entry point claims

    def __init__(self, scope: MutableMapping[str, Any], receive: Any) -> None:
        self.scope = scope
        self.receive = receive


def make_app(probe: Probe) -> Callable[..., Awaitable[None]]:
    """An app that answers every path and every method of `probe.METHODS` so."""

    # TODO: make an app of acme.
    async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        assert scope["type"] == "http", "no lifespan"
        body = await probe.answer(Request(scope, receive))
        fields = [(b"content-type", probe.content_type.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": body})

    return app


def test_the_adapter_is_found() -> None:
    # TODO: make a request of acme.
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": []}
    assert type(unireq.from_native(Request(scope, None))).__name__ == "AcmeRequest"


class TestAcme(AdapterSuite):
    target = asgi(make_app)
    # TODO: add the distribution of acme: the reports tell which versions were judged.
    distributions: ClassVar[Sequence[str]] = ["unireq-acme"]
    # TODO: offer in `make_app` what acme has, and delete its line; write why it lacks the others.
    unsupported: ClassVar[Mapping[Capability, str]] = {
        Capability.CURRENT: "TODO",
    }
