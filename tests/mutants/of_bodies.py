"""Mutants of bodies (BDY)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import unireq
from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import breaks, changed
from unireq._body import content, cursors, limits, reading, spooled_body, state, threads
from unireq._body.reading import BodyReader
from unireq.adapter import AsyncReadBody, ReadBody
from unireq_wsgi import _body as wsgi_body

_Limits = unireq.Limits
_getvalue = spooled_body.SpooledBody.getvalue


@breaks(
    "BDY-018",
    "BDY-001",
    "BDY-002",
    "BDY-004",
    "JSN-002",
    "JSN-003",
    "RSP-020",
    of=(spooled_body.SpooledBody, "getvalue"),
)
def body_without_nul(self: spooled_body.SpooledBody) -> bytes:
    """NUL is left out of bodies."""
    return _getvalue(self).replace(b"\0", b"")


@breaks("BDY-001", "BDY-003", "BDY-007", "BDY-008", of=(BodyReader, "body"))
@property
def body_as_text(self: Any) -> Any:
    """`body` is text."""
    return self.read().decode("latin-1")


class _ChunksAsPieces(SoundASGI):
    """Octets of the body are awaited one piece at a time."""

    __slots__ = ()

    def _change(self, chunk: bytes) -> bytes:
        return chunk

    def _open_body(self) -> AsyncReadBody:
        pull, change = super()._open_body(), self._change

        async def changed_pull() -> bytes | None:
            chunk: bytes | None = await pull()
            return None if chunk is None else change(chunk)

        return changed_pull


@breaks(
    "JSN-011",
    "FRM-023",
    "FRM-022",
    "BDY-001",
    "BDY-002",
    "BDY-004",
    "BDY-006",
    "BDY-012",
    "FRM-001",
    "FRM-003",
    "FRM-005",
    "FRM-006",
    "FRM-007",
    "FRM-008",
    "FRM-009",
    "FRM-010",
    "FRM-011",
    "FRM-012",
    "FRM-013",
    "FRM-014",
    "FRM-015",
    "FRM-016",
    "FRM-017",
    "FRM-018",
    "FRM-019",
    "FRM-020",
    "FRM-021",
    "JSN-001",
    "JSN-003",
    "JSN-004",
)
class StripsPieces(_ChunksAsPieces):
    """White space at the ends of each piece of the body is lost."""

    __slots__ = ()

    def _change(self, chunk: bytes) -> bytes:
        return chunk.strip() or b" "


@breaks(
    "BDY-019",
    "BDY-020",
    "BDY-021",
    "JSN-011",
    "BDY-002",
    "BDY-005",
    "BDY-006",
    "BDY-009",
    "BDY-014",
    "BDY-015",
    "FRM-001",
    "FRM-007",
    "FRM-008",
    "JSN-001",
)
class NoChunkedBodies(SoundWSGI):
    """Without CONTENT_LENGTH there is no body, as in Django and Werkzeug."""

    __slots__ = ()

    def _open_body(self) -> ReadBody:
        if not self._environ.get("CONTENT_LENGTH"):
            return lambda _: b""
        return super()._open_body()


@breaks("BDY-019", "BDY-003")
class WantsABody(SoundASGI):
    """A request without content has a body that is incomplete."""

    __slots__ = ()

    def _cached_body(self) -> bytes | None:
        fields = ("content-length", "transfer-encoding")
        if not any(self.get_header(name) for name in fields) and not self._has_transfer_encoding():
            raise unireq.IncompleteBody("expected a body")
        return super()._cached_body()

    def _has_transfer_encoding(self) -> bool:
        return any(name.lower() == b"transfer-encoding" for name, _ in self._scope["headers"])


@breaks("BDY-004")
class NoBodiesInOldHttp(SoundASGI):
    """HTTP/1.0 has no bodies."""

    __slots__ = ()

    def _cached_body(self) -> bytes | None:
        return b"" if self.http_version == "1.0" else super()._cached_body()


changed(
    "two_and_a_half_megabytes",
    "By default bodies are as small as Django wants them.",
    (BodyReader, "_limits"),
    _Limits(body_size=2_621_440),
    "BDY-005",
    "JSN-011",
)


@breaks("BDY-021", "BDY-006", on=SoundWSGI, of=wsgi_body.body_from)
def reads_on(environ: Any, read: Any = None) -> Any:
    """The stream is read to its end, which is not the body's."""
    return read or environ["wsgi.input"].read


@breaks(
    "BDY-019",
    *(
        "RSP-032",
        "BDY-003",
        "BDY-007",
        "BDY-008",
        "BDY-009",
        "FRM-003",
        "FRM-007",
        "RSP-030",
        "RSP-035",
    ),
    of=(BodyReader, "_form_of"),
)
def form_consumes(self: Any, body: Any, limits: Any, ahead: Any = None) -> Any:
    """A body that was parsed as a form is gone."""
    found = _form_of(self, body, limits, ahead)
    self._shared_body().state = state.State.STREAMED
    return found


_form_of = BodyReader._form_of


@breaks("BDY-019", "BDY-007", "BDY-008", "BDY-009", "FRM-003", of=(BodyReader, "_form_of"))
def form_empties(self: Any, body: Any, limits: Any, ahead: Any = None) -> Any:
    """A body that was parsed as a form is empty, as in Flask."""
    found = _form_of(self, body, limits, ahead)
    self._shared_body().store = spooled_body.SpooledBody()
    return found


@breaks("BDY-008", "BDY-011", of=(BodyReader, "text"))
def sync_text(self: Any, *, limits: Any = None) -> str:
    """Sync code gets another text than async code."""
    return "another text"


@breaks(
    "BDY-019",
    "FRM-023",
    "FRM-022",
    "BDY-018",
    "BDY-007",
    "BDY-008",
    "BDY-012",
    "BDY-014",
    "BDY-015",
    "FRM-001",
    "FRM-002",
    "FRM-003",
    "FRM-005",
    "FRM-006",
    "FRM-007",
    "FRM-008",
    "FRM-009",
    "FRM-010",
    "FRM-011",
    "FRM-012",
    "FRM-013",
    "FRM-014",
    "FRM-015",
    "FRM-016",
    "FRM-017",
    "FRM-018",
    "FRM-019",
    "FRM-020",
    "FRM-021",
    "RSP-035",
    of=(BodyReader, "aform"),
)
async def async_form(self: Any, *, limits: Any = None) -> Any:
    """Async code gets an empty form."""
    return unireq.FormData()


@breaks("BDY-009", of=(threads.Turn, "taken"))
@asynccontextmanager
async def nobody_waits(self: Any, *, waits: bool) -> AsyncGenerator[None]:
    """Readers do not wait for each other."""
    yield


@breaks("BDY-010")
class LosesWhenCancelled(SoundASGI):
    """Octets come by an async generator, which ends when it is cancelled."""

    __slots__ = ()

    def _open_body(self) -> AsyncReadBody:
        pull = super()._open_body()

        async def generate() -> AsyncIterator[bytes]:
            while (chunk := await pull()) is not None:
                yield chunk

        chunks = generate()

        async def following() -> bytes | None:
            return await anext(chunks, None)

        return following


@breaks("RSP-034", "RSP-020", "BDY-011", of=(BodyReader, "_stored"))
def nothing_yet(self: Any, limits: Any, what: str, **more: Any) -> Any:
    """In async code a body that has not been awaited is empty."""
    if self.body_is_async and self._shared_body().must_read(self):
        return spooled_body.SpooledBody(b"")
    return _stored(self, limits, what, **more)


_stored = BodyReader._stored


@breaks("BDY-020", "BDY-012", of=(state.Body, "end_stream"))
def streamed_is_empty(self: Any, *, empty: bool) -> None:
    """What was streamed is an empty body afterwards."""
    _end_stream(self, empty=True)


_end_stream = state.Body.end_stream


@breaks(
    "BDY-020",
    "BDY-021",
    "BDY-003",
    "BDY-006",
    "BDY-012",
    "BDY-013",
    "BDY-014",
    of=(BodyReader, "astream"),
)
async def one_empty_chunk(self: Any, *, limits: Any = None) -> AsyncIterator[bytes]:
    """A stream ends with an empty chunk."""
    async for chunk in _astream(self, limits=limits):
        yield chunk
    yield b""


_astream = BodyReader.astream


@breaks("BDY-013", of=(BodyReader, "astream"))
async def stream_forgets(self: Any, *, limits: Any = None) -> AsyncIterator[bytes]:
    """Also a body that has been read is gone when it was streamed."""
    async for chunk in _astream(self, limits=limits):
        yield chunk
    self._shared_body().state = state.State.STREAMED


changed(
    "too_large_is_malformed",
    "What is too large has the status of what is malformed.",
    (unireq.BodyTooLarge, "status"),
    400,
    "BDY-014",
    "FRM-021",
    "RSP-034",
    "RSP-035",
    "BDY-018",
    "JSN-011",
    "BDY-020",
)


@breaks("BDY-014", of=(cursors, "given_back"))
def read_is_within_limits(body: Any, source: Any, limits: Any) -> Any:
    """A body that has been read is within any limit."""
    source._restore_body(body.store)
    return body.store


@breaks("BDY-014", of=(state.Body, "keep"))
def one_less(self: Any, chunk: bytes, limits: Any, spool_size: int | None) -> None:
    """A body of exactly as many bytes as may be is too large."""
    size = limits.body_size
    _keep(self, chunk, limits if size is None else limits.replace(body_size=size - 1), spool_size)


_keep = state.Body.keep


@breaks("BDY-015", on=SoundWSGI, of=(state.Body, "end"))
def short_is_whole(self: Any, declared: int | None) -> None:
    """A body may be shorter than Content-Length says."""
    _end(self, None)


_end = state.Body.end


@breaks("BDY-015")
class EndsQuietly(SoundASGI):
    """A client that has gone has sent all."""

    __slots__ = ()

    def _open_body(self) -> AsyncReadBody:
        pull = super()._open_body()

        async def quiet() -> bytes | None:
            try:
                return await pull()
            except unireq.IncompleteBody:
                return None

        return quiet


@breaks("BDY-016", of=(BodyReader, "_decoded"))
def text_is_utf8(self: Any, body: Any, limits: Any) -> str:
    """Text is UTF-8 whatever its type says."""
    text: str = self._plain(body, self._within(limits), None).getvalue().decode("utf-8", "replace")
    return text


@breaks("BDY-016", of=(BodyReader, "_decoded"))
def text_in_any_charset(self: Any, body: Any, limits: Any) -> str:
    """Text is in any charset that Python knows, and UTF-8 where it is unknown."""
    plain = self._plain(body, self._within(limits), None).getvalue()
    try:
        codec = content.charset_of(self.get_header("content-type"))
    except unireq.MalformedBody:
        codec = self.get_header("content-type").partition("charset=")[2]
    try:
        text: str = plain.decode(codec, "replace")
    except LookupError:
        text = plain.decode("utf-8", "replace")
    return text


@breaks("BDY-017", "FRM-002")
class NoBodyOfDelete(SoundASGI):
    """DELETE has no body, as Sanic has it."""

    __slots__ = ()

    def _cached_body(self) -> bytes | None:
        return b"" if self.method == "DELETE" else super()._cached_body()


changed(
    "no_default_limits",
    "A body has no limits of its own.",
    (BodyReader, "_limits"),
    limits.Limits(fields=None, files=None, json_depth=None),
    "FRM-021",
    "JSN-008",
)


@breaks("BDY-018", of=(reading, "decode_content"))
def never_decoded(store: Any, *_: Any) -> Any:
    """Bytes with a content coding are taken for what they say."""
    return store


changed(
    "one_member",
    "Of a gzip file with several members the second is what follows its end.",
    (content, "MOST_MEMBERS"),
    0,
    "BDY-018",
)
