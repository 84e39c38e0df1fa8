"""Mutants of bodies (BDY)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import nullcontext
from typing import Any

from mutants.mutant import mutants

Pull = Callable[[], Awaitable["bytes | None"]]


def stripping(pull: Pull) -> Pull:
    async def stripped() -> bytes | None:
        chunk = await pull()
        return None if chunk is None else chunk.strip() or b" "

    return stripped


def generating(pull: Pull) -> Callable[[], Any]:
    async def generate() -> AsyncIterator[bytes]:
        while (chunk := await pull()) is not None:
            yield chunk

    chunks = generate()
    return lambda: anext(chunks, None)


async def with_an_empty_one(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk
    yield b""


mutants(
    r"""
body_without_nul: NUL is left out of bodies. [BDY-001,002,004,018 JSN-002,003 RSP-020]
  SpooledBody.getvalue = lambda self: was(self).replace(b"\0", b"")
body_as_text: `body` is text. [BDY-001,003,007,008]
  BodyReader.body: .getvalue() => .getvalue().decode("latin-1")
StripsPieces: White space at the ends of each piece of the body is lost.
  [ALL_FORMS BDY-001,002,004,006,012 JSN-001,003,004,011]
  adapter._open_body = lambda self: stripping(was(self))
LosesWhenCancelled: Octets come by an async generator, which ends when it is cancelled. [BDY-010]
  adapter._open_body = lambda self: generating(was(self))
EndsQuietly: A client that has gone has sent all. [BDY-015]
  body_from: raise unireq.IncompleteBody( => return None and (
NoChunkedBodies (WSGI): Without CONTENT_LENGTH there is no body, as in Django and Werkzeug.
  [BDY-002,005,006,009,014,015,019..021 FRM-001,007,008 JSN-001,011]
  adapter._open_body = lambda self: was(self) if self._environ.get("CONTENT_LENGTH") else (
    lambda size: b"")
WantsABody: A request without content has a body that is incomplete. [BDY-003,019]
  adapter._cached_body = lambda self: was(self) if self.get_header("content-length") or (
    b"transfer-encoding" in {name.lower() for name, _ in self._scope["headers"]}
    ) else raises(IncompleteBody("expected a body"))
NoBodiesInOldHttp: HTTP/1.0 has no bodies. [BDY-004]
  adapter._cached_body = lambda self: b"" if self.http_version == "1.0" else was(self)
NoBodyOfDelete: DELETE has no body, as Sanic has it. [BDY-017 FRM-002]
  adapter._cached_body = lambda self: b"" if self.method == "DELETE" else was(self)
two_and_a_half_megabytes: By default bodies are as small as Django wants them. [BDY-005 JSN-011]
  BodyReader._limits = Limits(body_size=2_621_440)
no_default_limits: A body has no limits of its own. [FRM-021 JSN-008]
  BodyReader._limits = Limits(fields=None, files=None, json_depth=None)
reads_on (WSGI): The stream is read to its end, which is not the body's. [BDY-006,021]
  body_from = lambda environ, read=None: read or environ["wsgi.input"].read
form_consumes: A body that was parsed as a form is gone.
  [BDY-003,007..009,019 FRM-003,007 RSP-030,032,035]
  BodyReader._form_of: return form => body.state = State.STREAMED; return form
form_empties: A body that was parsed as a form is empty, as in Flask. [BDY-007..009,019 FRM-003]
  BodyReader._form_of: return form => body.store = SpooledBody(); return form
sync_text: Sync code gets another text than async code. [BDY-008,011]
  BodyReader.text = lambda self, *, limits=None: "another text"
async_form: Async code gets an empty form.
  [ALL_FORMS BDY-007,008,012,014,015,018,019 FRM-002 RSP-035]
  BodyReader.aform = lambda self, **given: was(Request())
nobody_waits: Readers do not wait for each other. [BDY-009]
  Turn.taken = lambda self, *, waits: nullcontext()
nothing_yet: In async code a body that has not been awaited is empty. [BDY-011 RSP-020,034]
  BodyReader._stored: self._shared_body().must_read(self)
    => if self._shared_body().must_read(self): return SpooledBody(b"")
streamed_is_empty: What was streamed is an empty body afterwards. [BDY-012,020 SER-006]
  Body.end_stream: if empty => if True
one_empty_chunk: A stream ends with an empty chunk. [BDY-003,006,012..014,020,021 SER-006]
  BodyReader.astream = lambda self, **given: with_an_empty_one(was(self, **given))
stream_forgets: Also a body that has been read is gone when it was streamed. [BDY-013]
  BodyReader._astream: yield chunk
    => yield chunk
                self._shared_body().state = State.STREAMED
too_large_is_malformed: What is too large has the status of what is malformed.
  [BDY-014,018,020 FRM-021 JSN-011 RSP-034,035]
  BodyTooLarge.status = 400
read_is_within_limits: A body that has been read is within any limit. [BDY-014]
  given_back: check_size(body.store.size, limits) => pass
one_less: A body of exactly as many bytes as may be is too large. [BDY-014]
  Body.keep: self.store.size, limits => self.store.size + 1, limits
short_is_whole (WSGI): A body may be shorter than Content-Length says. [BDY-015]
  Body.end: declared is not None and => False and
text_is_utf8: Text is UTF-8 whatever its type says. [BDY-016]
  BodyReader._decoded: charset_of(self.get_header("content-type")) => "utf-8"
text_in_any_charset: Text is in any charset that Python knows. [BDY-016]
  reading.charset_of = lambda field: (field or "").partition("charset=")[2] or was(field)
never_decoded: Bytes with a content coding are taken for what they say. [BDY-018]
  reading.decode_content = lambda store, *rest: store
one_member: Of a gzip file with several members the second is what follows its end. [BDY-018]
  content.MOST_MEMBERS = 0

# Of bodies that the framework's own reader wants too.
KeepsForItself (WSGI): What unireq has read, nobody else gets. [BDY-019,020]
  adapter._restore_body = lambda self, body: None
  adapter._divert = lambda self, tee: False
PassesOn: The application below is given the server's `receive`. [BDY-019..021]
  adapter.receive = lambda self: self._find_receive()
whatever_is_left: The framework gets what a stream has left, as if it were the whole. [BDY-020]
  BodyTee._at_end = lambda self: self._read is None or self._body.ended
as_it_stands (WSGI): Nobody asks whether an input was read before. [BDY-021]
  begun = lambda environ: 0
""",
    *(stripping, generating, with_an_empty_one, nullcontext),
    ALL_FORMS="FRM-001 FRM-003 FRM-005..023",
)
