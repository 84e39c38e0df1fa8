"""Input made to be slow. What takes more than linear time would take hours here, not seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

SIZE = 1_000_000

# Each is linear in n; where it were not, n * n steps would be a million million.
ATTACKS = [
    "members('\"' + 'a,' * n)",
    "members('\"\\\\' * n)",
    "members('\"a' * n)",
    "members('\\\\\"' * n + ',')",
    "members(',' * n)",
    "Headers([('x', 'a')] * n)",
    "Headers({'x': ' ' * n + 'a' + ' ' * n})",
    "headers_from_pairs([(b'x', b'a')] * n)",
    "headers_from_pairs([(b'cookie', b'')] * n)",
    "headers_from_head(b'GET / HTTP/1.1' + b'\\r\\n ' * n)",
    "headers_from_head(b'GET / HTTP/1.1\\r\\nx:' + b'\\r\\n \\t' * n + b'a')",
    "headers_from_head(b'\\r\\nx:' * n)",
    "get_from_pairs([(b'x', b'a')] * n, 'x')",
    "get_from_head(b'\\r\\nx:' * n, 'x')",
    "get_from_head(b'\\r\\nx' * n, 'x')",
    "parse_cookies('a=1;' * n).getlist('a')",
    "parse_cookies(';' * n)",
    "parse_cookies('=' * n)",
    "parse_cookies('a=\"' + '\\\\' * n + '\"')",
    "parse_cookies('a=\"' + '\\\\303' * n + '\"')",
    "parse_cookies('a=' + ' ' * n + '1')",
    "parse_query('a&' * n).getlist('a')",
    "parse_query('%' * n)",
    "parse_query('%41+' * n)",
    "parse_query('=' * n)",
    "valid_host('a' * n + '/')",
    "valid_host('[' + ':' * n)",
    "valid_host('%41' * n + '%')",
    "valid_host('h:' + '1' * n)",
    "URL('http://' + ':1' * n).port",
    "URL('http://' + '@' * n).hostname",
    "URL('a' * n + '/').scheme",
    "URL('http://h:' + '1' * n + 'x').port",
    "decode_raw_path(b'a' * n)",
    "decode_raw_path(b'/%' * n)",
    "build_url('http', 'h', 'GET', '/' + '\\xe9' * n, None, '#' * (n // 4))",
    "settle_path('/' * n)",
    "hide_query('=' * n)",
    "hide_query('a=&' * n)",
    "is_session_hash('a' * n)",
    "settle_address('h', '1' * n)",
    "settle_http_version('1' * n)",
    "Request(url='/' + 'a' * n + '?' + 'b=&' * n)",
    "repr(Request(url='/?' + '=' * n))",
]

SETUP = """
from unireq import *
from unireq import Headers, Request, URL
from unireq._cookies import parse_cookies
from unireq._field_values import members
from unireq._query import parse_query
from unireq._redact import hide_query
from unireq._session import is_session_hash
from unireq._target import build_url, settle_path
from unireq._url import valid_host
"""


def test_no_input_takes_more_than_linear_time() -> None:
    # In a process of its own, which is given minutes for what takes seconds: it ends in time on
    # any machine if every case is linear, and on none if one is not.
    script = SETUP + f"n = {SIZE}\n"
    script += "\n".join(f"print({attack!r}, flush=True); {attack}" for attack in ATTACKS)
    try:
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False
        )
    except subprocess.TimeoutExpired as late:
        last = (late.stdout or b"").decode().splitlines()[-1:]
        pytest.fail(f"not linear, or very slow: {last}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ATTACKS
