from __future__ import annotations

from pathlib import Path

import pytest

from unireq_conformance.comparing.request_file import (
    DEFAULT_REQUEST,
    MAX_REQUEST,
    RawRequest,
    parse_request,
    read_request,
)
from unireq_conformance.runs.errors import Unusable

CRLF_NOTE = "its lines end in LF: sent with CRLF, as HTTP requires"
BLANK_NOTE = "the blank line at its end is missing: added"
SHORT = b"POST / HTTP/1.1\r\nHost: h\r\ncontent-LENGTH: 4 \r\n\r\nabc"
SHORT_NOTE = "Content-Length promises 4 bytes and 3 follow: a server may wait for the rest"
WHOLE = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"


AS_IT_IS = [
    WHOLE,
    DEFAULT_REQUEST.data,
    b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\na\nb\n",  # content has any line ends
    b"GET / HTTP/1.1\r\nHost: h\nX-Bare: LF\r\n\r\n",  # mixed: somebody means it
    b"get  /two blanks and \xff HTTP/1.0\r\n\r\n",
    SHORT + b"d",
    b"BREW /pot HTTP/1.1\r\nHost: h\r\n : \r\n\r\n",
]
# The head only: nobody knows what the content's line ends are.
CONTENT_SENT = b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\na\nb\r\n"
WITH_CONTENT = b"POST / HTTP/1.1\nContent-Length: 5\n\na\nb\r\n"


@pytest.mark.parametrize(
    ("data", "sent", "notes"),
    [
        *((data, data, ()) for data in AS_IT_IS),
        (b"GET /a HTTP/1.1\nHost: h\n\n", WHOLE, (CRLF_NOTE,)),
        (b"GET /a HTTP/1.1\nHost: h\n", WHOLE, (CRLF_NOTE, BLANK_NOTE)),
        (b"GET /a HTTP/1.1\nHost: h", WHOLE, (CRLF_NOTE, BLANK_NOTE)),
        (b"GET /a HTTP/1.1\r\nHost: h\r\n", WHOLE, (BLANK_NOTE,)),
        (b"GET /a HTTP/1.1\r\nHost: h", WHOLE, (BLANK_NOTE,)),
        (b"GET / HTTP/1.0", b"GET / HTTP/1.0\r\n\r\n", (CRLF_NOTE, BLANK_NOTE)),
        (WITH_CONTENT, CONTENT_SENT, (CRLF_NOTE,)),
        (SHORT, SHORT, (SHORT_NOTE,)),
    ],
)
def test_a_request_is_sent_as_it_is_but_for_what_an_editor_did(
    data: bytes, sent: bytes, notes: tuple[str, ...], tmp_path: Path
) -> None:
    assert parse_request(data, "f") == RawRequest(sent, "f", notes)
    file = tmp_path / "request.http"
    file.write_bytes(data)
    assert read_request(str(file)) == RawRequest(sent, str(file), notes)


@pytest.mark.parametrize(
    ("data", "where", "got"),
    [
        (b"", "f: ", "got no bytes"),
        (b"\n\n", "f: ", "got blank lines only"),
        (b"\r\nGET / HTTP/1.1\r\n\r\n", "f, line 1: ", "got ''"),
        (b"hello", "f, line 1: ", "got 'hello'"),
        (b"GET /\r\n\r\n", "f, line 1: ", "got 'GET /'"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "f, line 1: ", "got 'HTTP/1.1 200 OK'"),
        (b"GET / HTTP/2\r\n\r\n", "f, line 1: ", "write the request as HTTP/1.1"),
        (b"\xef\xbb\xbfGET / HTTP/1.1\r\n\r\n", "f, line 1: ", "save the file without it"),
        (b"curl http://h/\n", "f, line 1: ", "`curl -v` shows them"),
        (b"\x00\x1b[2J" * 99, "f, line 1: ", r"got '\x00\x1b[2J\x00"),
    ],
)
def test_what_is_no_request_is_refused(data: bytes, where: str, got: str) -> None:
    with pytest.raises(Unusable) as caught:
        parse_request(data, "f")
    message = str(caught.value)
    assert message.startswith(f"{where}expected ")
    assert got in message
    assert "GET /path?a=1 HTTP/1.1" in message
    assert "\x1b" not in message


def test_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "request.http"
    file.write_bytes(WHOLE.ljust(MAX_REQUEST, b"x"))
    assert len(read_request(file).data) == MAX_REQUEST
    file.write_bytes(WHOLE.ljust(MAX_REQUEST + 1, b"x"))
    with pytest.raises(Unusable, match="expected at most 65,536 bytes, got more"):
        read_request(file)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for file, got in [(tmp_path / "none", "No such file"), (tmp_path, "directory|denied")]:
        with pytest.raises(Unusable, match=f"expected a file with a request, got: .*{got}"):
            read_request(file)
