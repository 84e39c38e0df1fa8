"""Content: how it is framed, and that it comes back from a failure file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unireq_conformance.content import Content, Framing, octets, step, steps
from unireq_conformance.forms import Form, Sent, file_part, form_of, text_part
from unireq_conformance.model import AbstractRequest
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.fields import parse
from unireq_conformance.runs.requests import decode, encode
from unireq_conformance.strategies import bodies, chunkings, json_texts, multipart_forms

DATA = b"hello world"


LENGTH = b"\r\nContent-Length: 11"
CHUNKS = Framing(chunks=(5, 100), extension=b";a=b")


@pytest.mark.parametrize(
    ("framing", "framed", "body"),
    [
        (Framing(), LENGTH, DATA),
        (Framing(missing=4), LENGTH, b"hello w"),
        (Framing(extra=b"GET"), LENGTH, b"hello worldGET"),
        (
            CHUNKS,
            b"\r\nTransfer-Encoding: chunked",
            b"5;a=b\r\nhello\r\n6;a=b\r\n world\r\n0;a=b\r\n\r\n",
        ),
        (None, b"", b""),
    ],
)
def test_how_content_is_framed(framing: Framing | None, framed: bytes, body: bytes) -> None:
    content = Content(DATA, b"text/plain", framing, steps(("read", octets(DATA))))
    sent = AbstractRequest(method="POST", content=content).render()
    head, _, found = sent.partition(b"\r\n\r\n")
    assert found == body
    assert b"\r\nContent-Type: text/plain" in head
    assert head.endswith(b"\r\nUnireq-Probe: read")
    for name in (b"Content-Length", b"Transfer-Encoding"):
        assert (name in head) is (name in framed)
    assert framed in head


@given(bodies(), chunkings())
@settings(max_examples=50, deadline=None)
def test_writes_are_the_request_in_pieces(data: bytes, framing: Framing) -> None:
    request = AbstractRequest(method="POST", content=Content(data, None, framing))
    assert b"".join(request.writes()) == request.render()


def test_the_first_write_has_the_head_and_long_outcomes_are_digests() -> None:
    content = Content(DATA, None, Framing(writes=(2, 4, 100)))
    first, *rest = AbstractRequest(content=content).writes()
    assert first.endswith(b"\r\n\r\nhe")
    assert rest == [b"llo ", b"world"]
    assert octets(b"x" * 4096) == {"octets": "x" * 4096}
    assert set(octets(b"x" * 4097)) == {"size", "sha256"}


def test_a_form_is_written_and_meant() -> None:
    name = (Sent("a", b"a"), Sent('"', b"%22"))
    built = form_of(
        [text_part(name, Sent("é", b"\xc3\xa9")), file_part(name, Sent("f", b"f"), "f", b"x")]
    )
    header = b'--edge\r\nContent-Disposition: form-data; name="a%22"'
    assert built.octets == (
        header + b"\r\n\r\n\xc3\xa9\r\n" + header + b'; filename="f"\r\n\r\nx\r\n--edge--\r\n'
    )
    assert [name for name, _ in built.meaning] == ['a"', 'a"']
    assert built.meaning[0][1] == "é"
    assert built.meaning[1][1]["size"] == 1


@given(json_texts())
@settings(max_examples=100, deadline=None)
def test_a_json_text_means_what_the_standard_library_reads(drawn: tuple[bytes, object]) -> None:
    data, value = drawn
    assert json.loads(data) == value


@given(multipart_forms())
@settings(max_examples=100, deadline=None)
def test_no_content_of_a_form_says_its_boundary(form: Form) -> None:
    edge = b"\r\n--" + form.boundary
    for part in form.parts:
        assert edge not in b"\r\n" + part.data


@given(st.sampled_from(["chunks", "writes"]))
def test_a_piece_of_nothing_is_refused(name: str) -> None:
    found = encode(AbstractRequest(content=Content(DATA, None, Framing(), (step("read", {}),))))
    found["content"]["framing"][name] = [0]
    with pytest.raises(Unusable, match="1 or more"):
        decode(parse(json.dumps(found), "it"))
