"""Programs beside the tests: started, waited for, and ended with a block."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from unireq_conformance.servers.child import Child
from unireq_conformance.servers.wire import HOST


def wait_for(found: Callable[[], Any], within: float = 60.0, child: Child | None = None) -> Any:
    """What `found` returns, as soon as that is true; meanwhile `child` has to run."""
    deadline = time.monotonic() + within
    while not (result := found()):
        late = time.monotonic() > deadline or not (child is None or child.running)
        assert not late, f"it did not happen:\n{child.log if child else ''}"
        time.sleep(0.02)
    return result


def listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex((HOST, port)) == 0


@contextmanager
def running(
    command: list[str],
    ready: Callable[[], Any],
    variables: Mapping[str, str] | None = None,
    within: float = 60.0,
) -> Iterator[Child]:
    """A process, from when it is `ready` until the block ends."""
    child = Child(command, variables or {})
    try:
        wait_for(ready, within, child)
        yield child
    finally:
        child.begin_to_stop()
        child.finish_stopping()
