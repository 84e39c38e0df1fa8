from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.fake import fake
from unireq import URL, Headers, Request, Response, diff, from_asgi
from unireq._redact import HIDDEN

SECRET = """
authorization proxy-authorization cookie x-api-key api-key apikey x-auth-token x-access-token
x-csrf-token x-csrftoken x-csrf x-xsrf x-session-hash x-session-id x-amz-security-token x-secret
x-password x-passwd x-client-credential x-hub-signature-256 x-jwt-assertion x-goog-iap-jwt-assertion
x-forwarded-access-token private-token authentication-info x-access-code x-verification-code
x-recovery-code x-backup-code x-mfa x-2fa x-cred x-creds x-psk x-sess x-ssid
""".split()


@pytest.mark.parametrize("name", SECRET)
def test_secret_values_are_hidden(name: str) -> None:
    shown = repr(Headers({name.title(): "s3cret", "x-foo": "shown"}))
    assert shown == f"Headers({{{name!r}: {HIDDEN!r}, 'x-foo': 'shown'}})"


# Each holds `s3cret` where a value stands, and "shown" where a name or something else does.
MESSAGES: dict[str, Callable[[], object]] = {
    "url with a fragment": lambda: Request(url="http://shown/?t=s3cret#t=s3cret"),
    "url with userinfo": lambda: Request(url="http://s3cret:s3cret@shown/?t=s3cret"),
    "url without a scheme": lambda: Request(url="s3cret@shown/?t=s3cret"),
    "url that is none": lambda: Request(url="shown=s3cret"),
    "url that is a name": lambda: Request(url="shown s3cret"),
    "path with userinfo": lambda: URL("/").with_(path="//s3cret:s3cret@shown"),
    "path that is none": lambda: URL("http://h").with_(path="shown;token=s3cret"),
    "cookie name": lambda: Response().set_cookie("shown=s3cret; Path=/", ""),
    "cookie name with a space": lambda: Response().set_cookie("shown s3cret", ""),
    "response name with a space": lambda: Response(headers={"shown s3cret": ""}),
    "url with a surrogate": lambda: Request(url="/shown?t=s3cret\ud800"),
    "host": lambda: Request().replace(host="s3cret@shown"),
    "query string": lambda: from_dict(query_string="shown=€s3cret"),
    "headers": lambda: from_dict(headers={"Cookie-shown": "s3cret"}),
    "field name": lambda: from_dict(headers={"shown: s3cret": "s3cret"}),
    "field value": lambda: from_dict(headers={"shown": "s3cret€"}),
    "field of another type": lambda: from_dict(headers={"shown": ["s3cret"]}),
    "session hash": lambda: from_dict(session_hash="s3cret shown"),
    "client": lambda: from_dict(client={"shown": "s3cret"}),
    "body": lambda: from_dict(body="s3cret€"),
    "path parameter": lambda: from_dict(path_params={"shown": {"x": "s3cret"}}),
    "secret path parameter": lambda: from_dict(path_params={"shown_token": {"uuid": "s3cret"}}),
    "short secret path parameter": lambda: from_dict(path_params={"shown_pin": {"uuid": "s3cret"}}),
    "unknown key": lambda: from_dict(**{"shown=s3cret": "s3cret"}),
    "version": lambda: from_dict(unireq={"s3cret": "s3cret"}),
    "cookie": lambda: Response().set_cookie("shown", "s3cret\n"),
    "cookie beyond UTF-8": lambda: Response().set_cookie("shown", "s3cret\ud800"),
    "response field": lambda: Response(headers={"shown": "s3cret\n"}),
    "response name": lambda: Response(headers={"shown: s3cret": ""}),
    "redirect": lambda: Response.redirect("/shown?t=s3cret\n"),
    "get_header": lambda: Request().get_header("Shown: s3cret"),
    "scope": lambda: from_asgi({"type": "http", "shown": "s3cret", "headers": {"a": "s3cret"}}),
}


def from_dict(**changes: Any) -> Request:
    return Request.from_dict({**Request().to_dict(), **changes})


@pytest.mark.parametrize("where", MESSAGES)
def test_messages_show_no_secret(where: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        MESSAGES[where]()
    told = str(caught.value)
    assert "s3cret" not in told
    # Nor in what a traceback would show above it.
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    nameless = ("session hash", "client", "body", "version", "scope")
    assert "shown" in told.lower() or where in nameless


def test_reprs_show_no_secret() -> None:
    headers = {
        "Referer": "https://s3cret:x@shown/?t=s3cret#t=s3cret",
        "Location": "/shown?t=s3cret",
        "Link": "<https://shown/?t=s3cret>; rel=next",
        "Forwarded": 'for=shown;by="s3cret";secret=s3cret, proto=https;by=s3cret;host=shown',
        "Sec-WebSocket-Protocol": "base64url.bearer.authorization.k8s.io.s3cret",
        "X-Foo": "Bearer s3cret",
        "X-Bar": "eyJs3cret.s3cret.s3cret",
        "X-Otp": "s3cret",
        "X-1": "Token s3cret",
        "X-2": "ApiKey s3cret",
        "X-3": "AWS4-HMAC-SHA256 Credential=s3cret/shown, Signature=s3cret",
        "X-4": 'access_token=s3cret; api-key=s3cret, shown, Signature="s3cret s3cret"',
        "X-5": "https://shown/;jsessionid=s3cret?token=s3cret#session=s3cret",
        "Set-Cookie": "a=s3cret",
        "Cookie": "shown=s3cret",
    }
    a = Request(url="https://shown/?t=s3cret", headers=headers, body=b"s3cret1")
    b = Request(url="https://shown/?t=s3cret2", headers={"Cookie": "shown=s3cret2"}, body=b"s3cret")
    odd = fake(path="s3cret@shown?t=s3cret")
    assert odd.url == ""
    told = [a, a.url, a.headers, a.cookies, a.query_params, odd, diff(a, b), diff(b, a)]
    for thing in told:
        assert "s3cret" not in repr(thing)
    assert repr(a.url) == "URL('https://shown/?t=***')"
    assert repr(a.headers).count("shown") == 8
    assert "'x-4': 'access_token=***; api-key=***, shown, Signature=***'" in repr(a.headers)
    assert "'cookies': (['shown'], ['shown'])" in repr(diff(a, b))
    assert diff(a, b)["cookies"] == ({"shown": ["s3cret"]}, {"shown": ["s3cret2"]})
