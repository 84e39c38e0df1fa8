"""AcmeRequest gives the normal form: each clause of unireq's specification, on a real server."""

import asyncio
import socket
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import h11
import unireq
from unireq_conformance import AdapterSuite, Capability, Probe, server


class Request:
    """Stands for acme's request, on h11. TODO: delete it, and use acme's."""

    __module__ = "acme"  # the module that the entry point claims
    scheme = "http"

    def __init__(self, head: h11.Request, peer: tuple[str, int], read: Any) -> None:
        self.method = head.method.decode()
        self.target = head.target
        self.http_version = head.http_version.decode()
        self.headers = list(head.headers)
        self.peer = peer
        self.state: dict[str, Any] = {}
        self.read = read


async def answer(probe: Probe, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the one request of a connection. TODO: delete it, and make an app of acme."""
    connection = h11.Connection(h11.SERVER)

    async def next_event() -> Any:
        while (event := connection.next_event()) is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        return event

    async def read() -> bytes | None:
        event = await next_event()
        return bytes(event.data) if isinstance(event, h11.Data) else None

    try:
        head = await next_event()
        if isinstance(head, h11.Request):
            body = await probe.answer(Request(head, writer.get_extra_info("peername")[:2], read))
            fields = [("Content-Type", probe.content_type), ("Content-Length", str(len(body)))]
            events = (
                h11.Response(status_code=200, headers=[*fields, ("Connection", "close")]),
                h11.Data(data=body),
                h11.EndOfMessage(),
            )
            for event in events:
                writer.write(connection.send(event) or b"")
            await writer.drain()
            while await read():
                pass
    except (h11.RemoteProtocolError, ConnectionError):
        pass
    finally:
        writer.close()


def serve(probe: Probe, listener: socket.socket, stop: threading.Event) -> None:
    """Serve every path and every method of `probe.METHODS` until told to stop."""

    # TODO: run the server of acme.
    async def main() -> None:
        async with await asyncio.start_server(partial(answer, probe), sock=listener):
            await asyncio.to_thread(stop.wait)

    asyncio.run(main())


def test_the_adapter_is_found() -> None:
    # TODO: make a request of acme.
    head = h11.Request(method="GET", target="/", headers=[("Host", "h")])
    request = unireq.from_native(Request(head, ("127.0.0.1", 80), None))
    assert type(request).__name__ == "AcmeRequest"


class TestAcme(AdapterSuite):
    target = server(serve)
    # TODO: add the distribution of acme: the reports tell which versions were judged.
    distributions: ClassVar[Sequence[str]] = ["unireq-acme"]
    # TODO: offer in the app what acme has, and delete its line; write why it lacks the others.
    unsupported: ClassVar[Mapping[Capability, str]] = {
        Capability.CURRENT: "TODO",
    }
