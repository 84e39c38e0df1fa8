"""The two requests that are measured, and each form in which a server hands them over.

What is handed over is made anew every time, as a server makes it: a `bytes` or `str` that has been
looked up before carries its hash with it, and measuring with that would flatter.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

__all__ = ["BROWSER", "EXAMPLES", "MINIMAL", "PEER", "Example"]

PEER = ("203.0.113.9", 51234)


@dataclass(frozen=True)
class Example:
    """A request, and what every framework should tell about it."""

    name: str
    query_string: str
    fields: tuple[tuple[str, str], ...]
    cookies: dict[str, str]
    query: dict[str, str]
    method: str = "GET"
    path: str = "/users/42/report"

    @property
    def target(self) -> str:
        """The target in origin form."""
        return f"{self.path}?{self.query_string}" if self.query_string else self.path

    @property
    def path_params(self) -> dict[str, Any]:
        """What a router that has `/users/<int:id>/report` finds; a new dict each time."""
        return {"id": 42}

    @property
    def headers(self) -> dict[str, str]:
        """The fields by their lower-case names."""
        return {name.lower(): value for name, value in self.fields}

    def pairs(self) -> list[tuple[bytes, bytes]]:
        """The fields as ASGI servers give them, of new bytes."""
        return [(n.lower().encode(), v.encode()) for n, v in self.fields]

    def scope(self) -> dict[str, Any]:
        """A scope as uvicorn makes it, with `path_params` as a router leaves them."""
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 8000),
            "client": PEER,
            "scheme": "http",
            "method": self.method,
            "root_path": "",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": self.query_string.encode(),
            "headers": self.pairs(),
            "state": {},
            "path_params": self.path_params,
        }

    def environ(self) -> dict[str, Any]:
        """An environ as gunicorn makes it: the server's keys first, the fields among them."""
        return {
            "wsgi.errors": None,
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": None,
            "wsgi.input_terminated": True,
            "SERVER_SOFTWARE": "gunicorn/23.0.0",
            "wsgi.input": BytesIO(),
            "REQUEST_METHOD": self.method,
            "QUERY_STRING": self.query_string,
            "RAW_URI": self.target,
            "SERVER_PROTOCOL": "HTTP/1.1",
            **{
                "HTTP_" + name.upper().replace("-", "_"): value.encode().decode("latin-1")
                for name, value in self.fields
            },
            "wsgi.url_scheme": "http",
            "REMOTE_ADDR": PEER[0],
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "REMOTE_PORT": str(PEER[1]),
            "PATH_INFO": self.path,
            "SCRIPT_NAME": "",
        }

    def head(self) -> bytes:
        """The head of the message, as Sanic keeps it: without the empty line at its end."""
        lines = [f"{self.method} {self.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.fields]
        return "\r\n".join(lines).encode()


_COOKIES = {
    "sessionid": "3f9c1e0b7a5d4c2e8f6a1b0c9d8e7f60",
    "csrftoken": "mJq2Zs8wT5vRk1Lx7Np0Bd4Gh6Yc9Ua3",
    "_ga": "GA1.2.1829301923.1716912321",
    "theme": "dark",
    "lang": "en",
}

BROWSER = Example(
    name="browser",
    query_string="q=red%20shoes&sort=price+up&page=2&per_page=50",
    query={"q": "red shoes", "sort": "price up", "page": "2", "per_page": "50"},
    cookies=_COOKIES,
    fields=(
        ("Host", "shop.example.org"),
        ("Connection", "keep-alive"),
        ("Cache-Control", "max-age=0"),
        ("sec-ch-ua", '"Chromium";v="126", "Google Chrome";v="126", "Not-A.Brand";v="8"'),
        ("sec-ch-ua-mobile", "?0"),
        ("sec-ch-ua-platform", '"Linux"'),
        ("Upgrade-Insecure-Requests", "1"),
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-User", "?1"),
        ("Sec-Fetch-Dest", "document"),
        ("Referer", "https://shop.example.org/users/42"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Accept-Language", "en-GB,en;q=0.9,de;q=0.8"),
        ("Cookie", "; ".join(f"{name}={value}" for name, value in _COOKIES.items())),
        ("X-Request-Id", "6b1f0c8e-5f0a-4a57-9d7e-1f4f3b6f2c11"),
        ("X-Forwarded-For", "198.51.100.23"),
        ("X-Forwarded-Proto", "https"),
    ),
)

MINIMAL = Example(
    name="minimal",
    query_string="",
    query={},
    cookies={},
    fields=(("Host", "shop.example.org"), ("User-Agent", "curl/8.5.0"), ("Accept", "*/*")),
)

EXAMPLES = {example.name: example for example in (BROWSER, MINIMAL)}
