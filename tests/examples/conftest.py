"""Each example of docs/examples, mounted by every framework, on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from examples.clients import APPS, Client, target_of
from support.app_servers import need_all, started


@pytest.fixture(scope="module")
def clients(request: pytest.FixtureRequest) -> Iterator[dict[str, Client]]:
    """All frameworks with the example of the test module, `EXAMPLE`."""
    targets = [target_of(name) for name in APPS]
    need_all(targets)
    with started(targets, {"UNIREQ_EXAMPLE": request.module.EXAMPLE}) as running:
        yield {name: Client(name, int(server.address[1])) for name, server in running.items()}


@pytest.fixture(params=APPS)
def client(request: pytest.FixtureRequest, clients: dict[str, Client]) -> Client:
    """A client of each framework's server in turn."""
    return clients[request.param]
