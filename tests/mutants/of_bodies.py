"""Mutants of bodies (BDY)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import unireq
from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import breaks, mutant
from unireq._body import content, cursors, limits, reading, state, threads
from unireq._body.reading import BodyReader
from unireq._body.spooled_body import SpooledBody
from unireq._body.state import Body
from unireq_wsgi import _body as wsgi_body

_OPEN = (SoundASGI, "_open_body")
_CACHED = (SoundASGI, "_cached_body")
_ASTREAM = (BodyReader, "astream")
_ALL_FORMS = (
    "FRM-001 FRM-003 FRM-005 FRM-006 FRM-007 FRM-008 FRM-009 FRM-010 FRM-011 FRM-012 FRM-013"
    " FRM-014 FRM-015 FRM-016 FRM-017 FRM-018 FRM-019 FRM-020 FRM-021 FRM-022 FRM-023"
)

mutant(
    "body_without_nul",
    "NUL is left out of bodies.",
    "BDY-001 BDY-002 BDY-004 BDY-018 JSN-002 JSN-003 RSP-020",
).wraps((SpooledBody, "getvalue"), lambda value, self: value(self).replace(b"\0", b""))
mutant("body_as_text", "`body` is text.", "BDY-001 BDY-003 BDY-007 BDY-008").edits(
    (BodyReader, "body"), ".getvalue()", '.getvalue().decode("latin-1")'
)


def _pulls(name: str, does: str, fails: str, change: Callable[[Any], Any]) -> None:
    """A mutant that awaits the pieces of a body in another way."""
    mutant(name, does, fails).wraps(_OPEN, lambda open_body, self: change(open_body(self)))


def _stripping(pull: Any) -> Any:
    async def stripped() -> bytes | None:
        chunk: bytes | None = await pull()
        return None if chunk is None else chunk.strip() or b" "

    return stripped


_pulls(
    "StripsPieces",
    "White space at the ends of each piece of the body is lost.",
    f"BDY-001 BDY-002 BDY-004 BDY-006 BDY-012 JSN-001 JSN-003 JSN-004 JSN-011 {_ALL_FORMS}",
    _stripping,
)


def _generating(pull: Any) -> Any:
    async def generate() -> AsyncIterator[bytes]:
        while (chunk := await pull()) is not None:
            yield chunk

    chunks = generate()
    return lambda: anext(chunks, None)


_pulls(
    "LosesWhenCancelled",
    "Octets come by an async generator, which ends when it is cancelled.",
    "BDY-010",
    _generating,
)


def _quiet(pull: Any) -> Any:
    async def quiet() -> bytes | None:
        try:
            return await pull()
        except unireq.IncompleteBody:
            return None

    return quiet


_pulls("EndsQuietly", "A client that has gone has sent all.", "BDY-015", _quiet)
mutant(
    "NoChunkedBodies",
    "Without CONTENT_LENGTH there is no body, as in Django and Werkzeug.",
    "BDY-002 BDY-005 BDY-006 BDY-009 BDY-014 BDY-015 BDY-019 BDY-020 BDY-021 FRM-001 FRM-007"
    " FRM-008 JSN-001 JSN-011",
    on=SoundWSGI,
).wraps(
    (SoundWSGI, "_open_body"),
    lambda open_body, self: (
        open_body(self) if self._environ.get("CONTENT_LENGTH") else lambda size: b""
    ),
)


@breaks("BDY-019 BDY-003")
class WantsABody(SoundASGI):
    """A request without content has a body that is incomplete."""

    __slots__ = ()

    def _cached_body(self) -> bytes | None:
        names = {name.lower() for name, _ in self._scope["headers"]}
        if not self.get_header("content-length") and b"transfer-encoding" not in names:
            raise unireq.IncompleteBody("expected a body")
        return super()._cached_body()


mutant("NoBodiesInOldHttp", "HTTP/1.0 has no bodies.", "BDY-004").wraps(
    _CACHED, lambda cached, self: b"" if self.http_version == "1.0" else cached(self)
)
mutant("NoBodyOfDelete", "DELETE has no body, as Sanic has it.", "BDY-017 FRM-002").wraps(
    _CACHED, lambda cached, self: b"" if self.method == "DELETE" else cached(self)
)
mutant(
    "two_and_a_half_megabytes",
    "By default bodies are as small as Django wants them.",
    "BDY-005 JSN-011",
).puts((BodyReader, "_limits"), unireq.Limits(body_size=2_621_440))
mutant("no_default_limits", "A body has no limits of its own.", "FRM-021 JSN-008").puts(
    (BodyReader, "_limits"), limits.Limits(fields=None, files=None, json_depth=None)
)
mutant(
    "reads_on",
    "The stream is read to its end, which is not the body's.",
    "BDY-006 BDY-021",
    on=SoundWSGI,
).puts(wsgi_body.body_from, lambda environ, read=None: read or environ["wsgi.input"].read)
mutant(
    "form_consumes",
    "A body that was parsed as a form is gone.",
    "BDY-003 BDY-007 BDY-008 BDY-009 BDY-019 FRM-003 FRM-007 RSP-030 RSP-032 RSP-035",
).edits((BodyReader, "_form_of"), "return form", "body.state = State.STREAMED\n    return form")
mutant(
    "form_empties",
    "A body that was parsed as a form is empty, as in Flask.",
    "BDY-007 BDY-008 BDY-009 BDY-019 FRM-003",
).edits((BodyReader, "_form_of"), "return form", "body.store = SpooledBody()\n    return form")
mutant("sync_text", "Sync code gets another text than async code.", "BDY-008 BDY-011").puts(
    (BodyReader, "text"), lambda self, *, limits=None: "another text"
)


@breaks(
    "BDY-007 BDY-008 BDY-012 BDY-014 BDY-015 BDY-018 BDY-019 FRM-002 RSP-035",
    _ALL_FORMS,
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


mutant(
    "nothing_yet",
    "In async code a body that has not been awaited is empty.",
    "BDY-011 RSP-020 RSP-034",
).edits(
    (BodyReader, "_stored"),
    "self._shared_body().must_read(self)",
    'if self._shared_body().must_read(self):\n            return SpooledBody(b"")',
)
mutant(
    "streamed_is_empty", "What was streamed is an empty body afterwards.", "BDY-012 BDY-020 SER-006"
).edits((Body, "end_stream"), "if empty", "if True")


@breaks("BDY-003 BDY-006 BDY-012 BDY-013 BDY-014 BDY-020 BDY-021 SER-006", of=_ASTREAM)
async def one_empty_chunk(self: Any, *, limits: Any = None) -> AsyncIterator[bytes]:
    """A stream ends with an empty chunk."""
    async for chunk in _astream(self, limits=limits):
        yield chunk
    yield b""


@breaks("BDY-013", of=_ASTREAM)
async def stream_forgets(self: Any, *, limits: Any = None) -> AsyncIterator[bytes]:
    """Also a body that has been read is gone when it was streamed."""
    async for chunk in _astream(self, limits=limits):
        yield chunk
    self._shared_body().state = state.State.STREAMED


_astream = BodyReader.astream

mutant(
    "too_large_is_malformed",
    "What is too large has the status of what is malformed.",
    "BDY-014 BDY-018 BDY-020 FRM-021 JSN-011 RSP-034 RSP-035",
).puts((unireq.BodyTooLarge, "status"), 400)


@breaks("BDY-014", of=(cursors, "given_back"))
def read_is_within_limits(body: Any, source: Any, limits: Any) -> Any:
    """A body that has been read is within any limit."""
    source._restore_body(body.store)
    return body.store


mutant("one_less", "A body of exactly as many bytes as may be is too large.", "BDY-014").edits(
    (Body, "keep"), "self.store.size, limits", "self.store.size + 1, limits"
)
mutant(
    "short_is_whole", "A body may be shorter than Content-Length says.", "BDY-015", on=SoundWSGI
).edits((Body, "end"), "declared is not None and", "False and")
mutant("text_is_utf8", "Text is UTF-8 whatever its type says.", "BDY-016").edits(
    (BodyReader, "_decoded"), 'charset_of(self.get_header("content-type"))', '"utf-8"'
)


@breaks("BDY-016", of=(BodyReader, "_decoded"))
def text_in_any_charset(self: Any, body: Any, limits: Any) -> str:
    """Text is in any charset that Python knows, and UTF-8 where it is unknown."""
    plain = self._plain(body, self._within(limits), None).getvalue()
    try:
        codec = content.charset_of(self.get_header("content-type"))
    except unireq.MalformedBody:
        codec = self.get_header("content-type").partition("charset=")[2]
    try:
        return str(plain, codec, "replace")
    except LookupError:
        return str(plain, "utf-8", "replace")


mutant("never_decoded", "Bytes with a content coding are taken for what they say.", "BDY-018").puts(
    (reading, "decode_content"), lambda store, *rest: store
)
mutant(
    "one_member",
    "Of a gzip file with several members the second is what follows its end.",
    "BDY-018",
).puts((content, "MOST_MEMBERS"), 0)
