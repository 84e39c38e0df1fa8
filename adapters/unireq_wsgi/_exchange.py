"""Exchange: the answer to one WSGI request, between an application in layers and the server.

The head is passed on with the first chunk, because until then an application may begin another
answer (`start_response` with `exc_info`). No chunk is held back. What servers recognise stays what
it is: a list, and a file that the server sends itself. Source: PEP 3333.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NoReturn

import unireq
from unireq import adapter
from unireq_wsgi._respond import StartResponse, WSGIApp, status_line

__all__ = ["EXCHANGE", "CountedChunks", "Exchange", "sends_itself"]

EXCHANGE = "unireq.exchange"
"""The key in the environ under which a framework's part finds the exchange above it."""

_Fields = list[tuple[str, str]]


def sends_itself(answer: Iterable[bytes], environ: Mapping[str, Any]) -> bool:
    """Whether `answer` is the server's own wrapper of a file."""
    wrapper = environ.get("wsgi.file_wrapper")
    return isinstance(wrapper, type) and isinstance(answer, wrapper)


class Exchange:
    """One request's answer on its way from the application to the server.

    Args:
        around: The request's way through the layers.
        method: The request's method.
        start_response: The server's `start_response`.
        environ: The request's environ; it holds this under `EXCHANGE` until the end.
        context: Ended after the layers have been told the end.
        at_once: Whether the layers see the head when the application calls `start_response`, for a
            framework that calls it once; otherwise with the first chunk.
        answers: Whether nobody above answers an exception.

    Attributes:
        begun: Whether the head has been passed on.
        error: The exception that nobody in the application has answered, if the framework said so.
        given: Whether the application has called `start_response`.
        replacement: The content that is sent instead of the application's; None for its own.
        whole: Whether the application said that its answer is complete when it returns.
    """

    # A request sets few of them.
    begun = given = whole = False
    error: BaseException | None = None
    replacement: list[bytes] | None = None
    _head: unireq.ResponseHead | None = None
    _write: Callable[[bytes], Any] | None = None
    _size: int | None = 0
    _broken_by: BaseException | None = None
    _over = False

    def __init__(
        self,
        around: adapter.Around,
        method: str,
        start_response: StartResponse,
        environ: dict[str, Any],
        context: adapter.request_context,
        *,
        at_once: bool,
        answers: bool,
    ) -> None:
        self._around = around
        self._method = method
        self._start_response = start_response
        self._environ = environ
        self._context = context
        self._at_once = at_once
        self._answers = answers
        self._line = ""
        self._fields: _Fields = []
        environ[EXCHANGE] = self

    def start_response(
        self, status: str, fields: _Fields, exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """The application begins an answer."""
        if self.begun or (self.given and exc_info is None):
            # The server raises an error: the head has been sent, or there may be only one.
            self.begin()
            self._start_response(status, fields, *([exc_info] if exc_info else []))
        again, self.given = self.given, True
        self._line, self._fields = status, list(fields)
        if again and self._head is not None:
            self._head = unireq.ResponseHead(int(status[:3]), self._lowered())
        elif self._at_once:
            self._make_head()
        return self.write

    def write(self, data: bytes) -> None:
        """PEP 3333's imperative way to send content."""
        self.begin()
        if self.replacement is None and self._write is not None:
            self._write(data)
            self.count(data)

    def run(self, app: WSGIApp) -> Iterable[bytes]:
        """Call the application; returns what the server gets."""
        environ = self._environ
        try:
            answer = app(environ, self.start_response)
        except Exception as error:  # noqa: BLE001 (raised again, or answered)
            return self.after(error)
        if not self.given or not self._knows_end(answer, environ):
            return _Stream(self, answer)
        self.begin()
        if self.replacement is not None:
            _close(answer)
            return self._finish(self.replacement)
        if sends_itself(answer, environ):
            return self._finish_file(answer)
        if isinstance(answer, (list, tuple)):
            return self._finish(answer)
        self.end(complete=True)
        return answer

    def _knows_end(self, answer: Iterable[bytes], environ: Mapping[str, Any]) -> bool:
        """Whether no code of the application runs when `answer` is sent, or nobody waits for it."""
        if isinstance(answer, (list, tuple)) or sends_itself(answer, environ):
            return True
        if not self.whole:
            return False
        self.begin()
        return not self._around.waits or self.replacement is not None

    def respond(self, response: unireq.Response) -> Iterable[bytes]:
        """Answer with `response` in place of the application."""
        self._head = adapter.finish(self._around.head(unireq.ResponseHead.of(response)))
        return self._finish(self.begin())

    def after(self, error: Exception) -> Iterable[bytes]:
        """What the server gets after the application has raised `error`.

        Raises:
            Exception: `error`, if it is too late to answer it, or somebody above does.
        """
        if self.begun or self._head is not None:
            self._break(error)
        if isinstance(error, (unireq.Abort, unireq.RequestError)):
            return self.respond(adapter.error_response(error))
        own = unireq.Response("Internal Server Error", status=500)
        self.error = error
        head = adapter.finish(self._around.head(unireq.ResponseHead.of(own, error)))
        self._head = head
        if head.replacement is own and not self._answers:
            self._break(error)
        return _Stream(self, _and_raise(self.begin(), error))

    def _break(self, error: Exception) -> NoReturn:
        self.note(error)
        self.end(complete=False)
        raise error

    def note(self, error: BaseException) -> None:
        """The answer was broken off by `error`."""
        if error is not self.error:
            self._broken_by = error

    def _lowered(self) -> _Fields:
        return [(name.lower(), value) for name, value in self._fields]

    def _make_head(self) -> unireq.ResponseHead:
        head = unireq.ResponseHead(int(self._line[:3]), self._lowered(), self.error)
        self._head = head
        return adapter.finish(self._around.head(head))

    def begin(self) -> list[bytes]:
        """Pass on the head, once; returns the content of a replacement."""
        if not self.begun:
            head = self._head or self._make_head()
            self.begun = True
            if head.replacement is not None:
                status, fields, content = head.for_method(self._method)
                self.replacement = [content] if content else []
                self._start_response(status_line(status), fields)
            else:
                self._write = self._start_response(self._line, head.fields)
        return self.replacement or []

    def count(self, chunk: bytes) -> None:
        """The server takes `chunk`."""
        if self._size is not None:
            self._size += len(chunk)

    def _finish(self, answer: list[bytes] | tuple[bytes, ...]) -> Iterable[bytes]:
        self._size = sum(map(len, answer)) + (self._size or 0)
        if self._around.waits:
            return _Whole(self, answer)
        self.end(complete=True)
        return answer

    def _finish_file(self, answer: Any) -> Iterable[bytes]:
        self._size = self._find_length()
        close: Callable[[], None] = getattr(answer, "close", _nothing)

        def closed() -> None:
            try:
                close()
            finally:
                self.end(complete=True)

        if self._around.waits:
            with suppress(AttributeError, TypeError):
                answer.close = closed
                return answer  # type: ignore[no-any-return]
        self.end(complete=True)
        return answer  # type: ignore[no-any-return]

    def end(self, *, complete: bool) -> None:
        """Tell the layers what became of the answer; later calls do nothing."""
        if self._over:
            return
        self._over = True
        try:
            if self._around.waits:
                length = self._find_length()
                reached = length is not None and self._size == length
                complete = self._broken_by is None and (
                    complete or reached or (self._method == "HEAD" and self.begun)
                )
                sent = unireq.Sent(self._size, complete, self._broken_by)
                adapter.finish(self._around.end(sent))
        finally:
            self._environ.pop(EXCHANGE, None)
            self._around.leave()
            self._context.end()

    def _find_length(self) -> int | None:
        """How many bytes the head announces; None if it doesn't."""
        if self.replacement is not None:
            return sum(map(len, self.replacement))
        if not self.begun or self._head is None:
            return None
        return adapter.parse_content_length(self._head.get_header("content-length"))


class _Whole(list[bytes]):
    """A complete answer: a list, which servers recognise, with a `close`."""

    def __init__(self, exchange: Exchange, chunks: Iterable[bytes]) -> None:
        super().__init__(chunks)
        self._exchange = exchange
        self._begun = self._exhausted = False

    def __iter__(self) -> Iterator[bytes]:
        self._begun = True
        yield from super().__iter__()
        self._exhausted = True

    def close(self) -> None:
        # Servers written in C take the items without iterating.
        self._exchange.end(complete=self._exhausted or not self._begun)


class _Stream:
    """An answer whose chunks the application is still making."""

    def __init__(self, exchange: Exchange, answer: Iterable[bytes]) -> None:
        self._exchange = exchange
        self._answer = answer
        self._chunks: Iterator[bytes] | None = None
        self._exhausted = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        exchange = self._exchange
        try:
            if self._chunks is None:
                self._chunks = iter(self._answer)
            chunk = next(self._chunks)
        except StopIteration:
            if exchange.given and not exchange.begun:
                self._begin()
                if exchange.replacement:
                    return next(self)
            self._exhausted = True
            raise
        except Exception as error:
            if exchange.begun:
                exchange.note(error)
                raise
            _close(self._answer)
            self._answer = exchange.after(error)
            self._chunks = iter(self._answer)
            return next(self._chunks)
        if not exchange.begun and exchange.given:
            self._begin()
            if exchange.replacement is not None:
                return next(self)
        exchange.count(chunk)
        return chunk

    def _begin(self) -> None:
        instead = self._exchange.begin()
        if self._exchange.replacement is not None:
            _close(self._answer)
            self._answer = instead
            self._chunks = iter(instead)

    def close(self) -> None:
        try:
            _close(self._answer)
        except Exception as error:
            self._exchange.note(error)
            raise
        finally:
            self._exchange.end(complete=self._exhausted)

    def __del__(self) -> None:
        # Test clients may not close an answer.
        self._exchange.end(complete=self._exhausted)


class CountedChunks:
    """The chunks of a framework's own stream, sync or async, counted as they are taken.

    Args:
        chunks: What the framework iterates over; closed with this, if it can be.
    """

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks
        self.sent = unireq.Sent(0, complete=False, error=None)

    def __iter__(self) -> Iterator[Any]:
        try:
            for chunk in self._chunks:
                self._count(chunk)
                yield chunk
        except Exception as error:
            self.sent = self.sent._replace(error=error)
            raise
        self.sent = self.sent._replace(complete=True)

    def _count(self, chunk: Any) -> None:
        size = len(chunk.encode() if isinstance(chunk, str) else chunk)
        self.sent = self.sent._replace(size=(self.sent.size or 0) + size)

    def close(self) -> None:
        """Close the chunks."""
        _close(self._chunks)


def _and_raise(chunks: list[bytes], error: Exception) -> Iterator[bytes]:
    yield from chunks
    raise error


def _close(answer: Any) -> None:
    close: Callable[[], None] = getattr(answer, "close", _nothing)
    close()


def _nothing() -> None: ...
