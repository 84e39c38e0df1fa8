"""BodyReader: the members of a request that read its body.

Rule: the same members return the same values on every framework, in any order, any number of times.
The adapter decides whether the bytes can be read here and now; this module interprets them.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from unireq._body.content import charset_of, decode_content
from unireq._body.cursors import BodyTee, Stream, whole
from unireq._body.limits import DEFAULT_LIMITS, Limits, not_read, out_of_reach
from unireq._body.spooled_body import SpooledBody
from unireq._body.state import Body, State, declared_length
from unireq._body.threads import (
    ReadElsewhere,
    finish,
    in_async_code,
    loop_of_thread,
    read_elsewhere,
    run_in_thread,
)

if TYPE_CHECKING:
    from unireq._body.form_data import FormData
    from unireq._body.form_parser import FormAhead

__all__ = ["BodyReader"]

_T = TypeVar("_T")

_BLOCK = 65536
"""A larger form is parsed in a worker thread, so it doesn't block the event loop."""


class BodyReader:
    """Reads a body; the base class of `Request`."""

    __slots__ = ()

    body_is_async: ClassVar[bool] = False
    """Whether the function that `_open_body` returns is async."""

    _limits: ClassVar[Limits] = DEFAULT_LIMITS

    @classmethod
    def set_limits(cls, limits: Limits | None) -> None:
        """Set the limits of bodies from now on, for this class and its subclasses.

        Args:
            limits: The limits; None resets them to those of the base class, or to the defaults.

        Raises:
            TypeError: `limits` is neither `Limits` nor None.
        """
        if limits is not None and not isinstance(limits, Limits):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"set_limits: expected Limits or None, got {type(limits).__name__}")
        if limits is not None:
            cls._limits = limits
        elif "_limits" in vars(cls):
            del cls._limits

    # Subclasses override these.

    def get_header(self, name: str) -> str | None:
        """One header field."""
        raise NotImplementedError

    def _shared_body(self) -> Body:
        raise NotImplementedError

    def _cached_body(self) -> bytes | None:
        return None

    def _open_body(self) -> Any:
        raise NotImplementedError

    def _divert(self, tee: BodyTee) -> bool:
        return False

    def _restore_body(self, body: SpooledBody) -> None:
        return None

    def _mark_streamed(self) -> None:
        return None

    def _run_async(self, function: Callable[[], Awaitable[_T]], what: str) -> _T:
        raise out_of_reach(what)

    # The bytes.

    def _within(self, limits: Limits | None) -> Limits:
        if limits is None:
            return self._shared_body().limits or self._limits
        if not isinstance(limits, Limits):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"limits: expected unireq.Limits or None, got {type(limits).__name__}")
        return limits

    def _stored(
        self,
        limits: Limits | None,
        what: str,
        *,
        spool: bool = False,
        watch: Callable[[bytes], None] | None = None,
    ) -> SpooledBody:
        limits = self._within(limits)
        if self.body_is_async:
            self._shared_body().must_read(self)
        return self._now(lambda: self._astored(limits, spool=spool, watch=watch), what)

    def _now(self, function: Callable[[], Coroutine[Any, Any, _T]], what: str) -> _T:
        """The result of `await function()`, in sync code."""
        if not self.body_is_async or self._shared_body().complete:
            if self._elsewhere() is not None:
                raise not_read(what)
            return finish(function())
        if in_async_code():
            raise not_read(what)
        return self._reach(function, what)

    def _elsewhere(self) -> ReadElsewhere | None:
        """How to read a sync source in an event loop that other requests share; else None."""
        elsewhere = None if self.body_is_async else read_elsewhere.get()
        if elsewhere is None or self._shared_body().complete or not in_async_code():
            return None
        return elsewhere

    def _reach(self, function: Callable[[], Awaitable[_T]], what: str) -> _T:
        """Run `await function()` in the event loop, from another thread."""
        loop = loop_of_thread()
        return self._run_async(function, what) if loop is None else loop(function)

    async def _astored(
        self,
        limits: Limits | None,
        *,
        spool: bool = False,
        watch: Callable[[bytes], None] | None = None,
    ) -> SpooledBody:
        limits = self._within(limits)
        elsewhere = self._elsewhere()
        if elsewhere is not None:
            within = limits
            work = lambda: self._stored(within, "read()", spool=spool, watch=watch)  # noqa: E731
            return await elsewhere(work)  # type: ignore[no-any-return]
        spool_size = limits.spool_size if spool else None
        return await whole(self._shared_body(), self, limits, spool_size, watch)

    def read(self, *, limits: Limits | None = None) -> bytes:
        """The whole body; `b""` if there is none. Works any number of times, also after `form()`.

        Args:
            limits: How much is accepted; by default what `set_limits` has set.

        Raises:
            BodyNotRead: Only `await aread()` can read it: this is async code, or a thread that
                can't reach the event loop.
            BodyConsumed: The framework, or `stream()`, has consumed it.
            BodyTooLarge: It is over the limit.
            IncompleteBody: It ended early.
        """
        return self._stored(limits, "read()").getvalue()

    async def aread(self, *, limits: Limits | None = None) -> bytes:
        """Like `read`, in async code. Afterwards every sync accessor works too."""
        return (await self._astored(limits)).getvalue()

    @property
    def body(self) -> bytes:
        """The whole body, like `read()`.

        Raises:
            BodyNotRead, BodyConsumed, BodyTooLarge, IncompleteBody: As `read()`.
        """
        return self._stored(None, "body").getvalue()

    def stream(self, *, limits: Limits | None = None) -> Iterator[bytes]:
        """The body in chunks as they arrive, without keeping it.

        Afterwards `read()` raises `BodyConsumed`. But a body that has been read before stays
        available; `stream` yields it from the beginning.

        Args:
            limits: How much is accepted; by default what `set_limits` has set.

        Raises:
            BodyNotRead, BodyConsumed, BodyTooLarge, IncompleteBody: As `read()`, at the chunk that
                fails.
        """
        body = self._shared_body()
        stream = Stream(body, self, self._within(limits))
        if self.body_is_async:
            body.must_read(self)
        try:
            while chunk := self._now(stream.take, "stream()"):
                yield chunk
        finally:
            stream.close()

    def astream(self, *, limits: Limits | None = None) -> AsyncGenerator[bytes, None]:
        """Like `stream`, in async code; to end it early, use `contextlib.aclosing`."""
        return self._astream(Stream(self._shared_body(), self, self._within(limits)))

    async def _astream(self, stream: Stream) -> AsyncGenerator[bytes, None]:
        try:
            while chunk := await stream.take():
                yield chunk
        finally:
            stream.close()

    # The values in the bytes.

    def text(self, *, limits: Limits | None = None) -> str:
        """The body as text, in the charset that Content-Type names; UTF-8 if it names none.

        Bytes that are invalid in that charset become U+FFFD.

        Raises:
            MalformedBody: The charset is not utf-8, us-ascii or iso-8859-1.
            UnsupportedCoding: It has a content coding, and `Limits.decoded_size` is not set.
            BodyNotRead, BodyConsumed, BodyTooLarge, IncompleteBody: As `read()`.
        """
        return self._decoded(self._stored(limits, "text()"), limits)

    async def atext(self, *, limits: Limits | None = None) -> str:
        """Like `text`, in async code."""
        store = await self._astored(limits)
        return await self._aside(lambda: self._decoded(store, limits), small=store.size <= _BLOCK)

    def _decoded(self, store: SpooledBody, limits: Limits | None) -> str:
        store = self._plain(store, self._within(limits), None)
        # In pieces: a codec holds the GIL while it works.
        decoder = getincrementaldecoder(charset_of(self.get_header("content-type")))("replace")
        pieces = [decoder.decode(chunk) for chunk in store.chunks()]
        return "".join([*pieces, decoder.decode(b"", final=True)])

    def _plain(self, store: SpooledBody, limits: Limits, spool_size: int | None) -> SpooledBody:
        """The body without its content coding."""
        coding = self.get_header("content-encoding")
        return store if coding is None else decode_content(store, coding, limits, spool_size)

    async def _aside(self, work: Callable[[], _T], *, small: bool = True) -> _T:
        """The result of `work()`, called in a worker thread if it decodes a coding or is large."""
        coded = self.get_header("content-encoding") is not None
        return await run_in_thread(work) if coded or not small else work()

    def json(self, *, limits: Limits | None = None) -> Any:
        """The value of the body as JSON, whatever Content-Type says; each call parses it again.

        Source: RFC 8259; docs/bodies.md says what is refused.

        Raises:
            MalformedBody: It is not JSON, or it is empty.
            UnsupportedCoding: It has a content coding, and `Limits.decoded_size` is not set.
            BodyNotRead, BodyConsumed, BodyTooLarge, IncompleteBody: As `read()`.
        """
        self._check_json(limits)
        return self._parsed(self._stored(limits, "json()"), limits)

    async def ajson(self, *, limits: Limits | None = None) -> Any:
        """Like `json`, in async code."""
        self._check_json(limits)
        store = await self._astored(limits)
        return await self._aside(lambda: self._parsed(store, limits))

    def _check_json(self, limits: Limits | None) -> None:
        from unireq._body.json import check_json_size

        check_json_size(declared_length(self), self._within(limits))

    def _parsed(self, store: SpooledBody, limits: Limits | None) -> Any:
        from unireq._body.json import check_json_size, parse_json

        limits = self._within(limits)
        store = self._plain(store, limits, None)
        check_json_size(store.size, limits)
        return parse_json(store.getvalue(), limits.json_depth)

    def form(self, *, limits: Limits | None = None) -> FormData:
        """The body as a form, urlencoded or multipart; empty if it has another media type.

        Source: WHATWG URL, RFC 7578; docs/multipart.md has the details.

        Args:
            limits: How much is accepted; by default what `set_limits` has set.

        Raises:
            MalformedBody: It is not a valid form of its media type.
            UnsupportedCoding: It has a content coding, and `Limits.decoded_size` is not set.
            TooManyFields: It has more fields or files than the limit.
            BodyNotRead, BodyConsumed, BodyTooLarge, IncompleteBody: As `read()`.
        """
        limits = self._within(limits)
        ahead = self._parse_ahead(limits)
        watch = None if ahead is None else ahead.feed
        store = self._stored(limits, "form()", spool=True, watch=watch)
        return self._form_of(store, limits, ahead)

    async def aform(self, *, limits: Limits | None = None) -> FormData:
        """Like `form`, in async code."""
        limits = self._within(limits)
        store = await self._astored(limits, spool=True)
        small = store.size <= _BLOCK or self._shared_body().form_by(limits) is not None
        return await self._aside(lambda: self._form_of(store, limits), small=small)

    def _parse_ahead(self, limits: Limits) -> FormAhead | None:
        """A parser that parses the form while the body is read; None in an event loop."""
        from unireq._body.form_parser import FormAhead, FormParser

        content_type, body = self.get_header("content-type"), self._shared_body()
        coded = self.get_header("content-encoding") is not None
        if self.body_is_async or coded or body.state is not State.NEW:
            return None
        return FormAhead(FormParser(content_type, limits, body.store))

    def _form_of(
        self, store: SpooledBody, limits: Limits, ahead: FormAhead | None = None
    ) -> FormData:
        body = self._shared_body()
        with body.parsing:
            if (form := body.form_by(limits)) is None:
                form = None if ahead is None else ahead.finish(store)
                if form is None:
                    form = self._parsed_form(self._plain(store, limits, limits.spool_size), limits)
                body.form = limits, form
        return form

    def _parsed_form(self, store: SpooledBody, limits: Limits) -> FormData:
        from unireq._body.form_parser import FormParser

        parser = FormParser(self.get_header("content-type"), limits, store)
        for chunk in store.chunks():
            parser.feed(chunk)
        return parser.finish()
