"""Each example of docs/examples, mounted by every framework, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any, NamedTuple

import pytest

from examples.targets import APPS, target_of
from support.app_servers import need_all, started
from unireq_conformance.servers.process import Server


class Answer(NamedTuple):
    """What a client received; the names of the fields are in lower case."""

    status: int
    fields: dict[str, str]
    text: str


class Client:
    """Asks one server."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def ask(
        self,
        path: str,
        method: str = "GET",
        fields: dict[str, str] | None = None,
        body: bytes | None = None,
        client: str = "127.0.0.1",
    ) -> Answer:
        """The answer to one request on a connection of its own.

        Args:
            path: The target.
            method: The method.
            fields: Header fields.
            body: The content.
            client: The address that is connected from: any of 127.0.0.0/8, on Linux.
        """
        host, port = self.server.address
        connection = HTTPConnection(host, int(port), timeout=20, source_address=(client, 0))
        try:
            connection.request(method, path, body, fields or {})
            response = connection.getresponse()
            text = response.read().decode()
            received: dict[str, str] = {}
            for given, value in response.getheaders():
                name = given.lower()
                received[name] = f"{received[name]}, {value}" if name in received else value
            return Answer(response.status, received, text)
        finally:
            connection.close()


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest) -> Iterator[dict[str, Server]]:
    """All frameworks with the example of the test module, `EXAMPLE`."""
    targets = [target_of(name) for name in APPS]
    need_all(targets)
    with started(targets, {"UNIREQ_EXAMPLE": request.module.EXAMPLE}) as running:
        yield running


@pytest.fixture(params=APPS)
def client(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Any:
    """A client of each framework's server in turn."""
    return Client(servers[request.param])
