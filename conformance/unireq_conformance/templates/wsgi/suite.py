"""AcmeRequest gives the normal form: each clause of unireq's specification, on a real server."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import unireq
from unireq_conformance import AdapterSuite, Capability, Probe, wsgi


class Request:
    """Stands for acme's request. TODO: delete it, and use acme's."""

    __module__ = "acme"  # the module that the entry point claims

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = environ


def make_app(probe: Probe) -> Callable[..., list[bytes]]:
    """An app that answers every path and every method of `probe.METHODS` so."""

    # TODO: make an app of acme.
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = probe(Request(environ))
        start_response("200 OK", [("Content-Type", probe.content_type)])
        return [body]

    return app


def test_the_adapter_is_found() -> None:
    # TODO: make a request of acme.
    environ = {"REQUEST_METHOD": "GET", "wsgi.version": (1, 0)}
    assert type(unireq.from_native(Request(environ))).__name__ == "AcmeRequest"


class TestAcme(AdapterSuite):
    target = wsgi(make_app)
    # TODO: add the distribution of acme: the reports tell which versions were judged.
    distributions: ClassVar[Sequence[str]] = ["unireq-acme"]
    # TODO: offer in `make_app` what acme has, and delete its line; write why it lacks the others.
    unsupported: ClassVar[Mapping[Capability, str]] = {
        Capability.CURRENT: "TODO",
    }
