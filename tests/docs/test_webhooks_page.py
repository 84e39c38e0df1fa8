"""The recipes of docs/webhooks.md verify what is genuine, and nothing else.

That every server gives the bytes of a body, the fields and the URL is for the clauses.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import pytest

from support.forms import URLENCODED
from support.pages import blocks, run
from unireq import Request
from unireq.adapter import Handler

RECIPES = blocks("webhooks.md", "example")
VERIFIERS: dict[str, Any] = {
    name: run("webhooks.md", code)["verify"] for name, code in RECIPES.items()
}
# Not what writing the form again would give: a byte that need not be escaped, a repeated name.
FORM = b"token=a%62c&text=caf%C3%A9+%2B&text=b&text=b&empty="
EVENT = '{"id": "evt_1",  "amount": 1.10, "name": "café"}\n'.encode()

Sender = Callable[[str, int], Request]
"""Given the secret and the time, sends a message."""


def post(body: bytes, target: str = "http://localhost", **fields: str) -> Request:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    headers["Content-Type"] = URLENCODED if body is FORM else "application/json"
    return Request("POST", target, headers=headers, body=body)


def by_hmac(secret: str, data: bytes) -> str:
    return hmac.new(secret.encode(), data, "sha256").hexdigest()


def stripe(secret: str, when: int) -> Request:
    signature = by_hmac(secret, f"{when}.".encode() + EVENT)
    # While a secret is being replaced, a signature by the other one comes too.
    return post(EVENT, Stripe_Signature=f"t={when},v1={'0' * 64},v1={signature},v0=1")


def slack(secret: str, when: int) -> Request:
    signature = by_hmac(secret, f"v0:{when}:".encode() + FORM)
    return post(FORM, X_Slack_Request_Timestamp=str(when), X_Slack_Signature=f"v0={signature}")


def by_twilio(secret: str, signed: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), signed.encode(), "sha1")).decode()


def twilio(asked: str, signed: str) -> Sender:
    """Of the origin that is asked, and the one in the URL that is signed."""
    pairs = "empty" + "textb" + "textcafé +" + "tokenabc"

    def send(secret: str, _: int) -> Request:
        code = by_twilio(secret, f"{signed}/?x=%7e1{pairs}")
        return post(FORM, f"{asked}/?x=%7e1", X_Twilio_Signature=code)

    return send


def twilio_json(secret: str, _: int) -> Request:
    target = f"http://localhost/?bodySHA256={hashlib.sha256(EVENT).hexdigest()}"
    return post(EVENT, target, X_Twilio_Signature=by_twilio(secret, target))


def forged(send: Sender, now: int) -> dict[str, Request]:
    """Messages that are not genuine, by what is wrong with them."""
    good = send("s", now)
    (name,) = [name for name in good.headers if name.endswith("signature")]
    value = good.headers[name]
    at = value.rindex("v1=") + 5 if "v1=" in value else 7
    tampered = value[:at] + ("1" if value[at] != "1" else "2") + value[at + 1 :]

    def but(**changes: str | None) -> Request:
        changed = {**good.headers, **{n.replace("_", "-"): v for n, v in changes.items()}}
        return good.replace(headers={n: v for n, v in changed.items() if v is not None})

    found = {
        "body": good.replace(body=good.read().replace(b"c", b"d", 1)),
        "signature": but(**{name: tampered}),
        "other secret": send("sx", now),
        "no signature": but(**{name: None}),
        "not ASCII": but(**{name: "t=1,v1=\xe9"}),
    }
    if send in {stripe, slack}:
        # Genuine, but recorded, or by a clock that is wrong.
        found["old"] = send("s", now - 600)
        found["early"] = send("s", now + 600)
        found["time"] = but(
            **{n: v.replace(str(now), str(now + 1)) for n, v in good.headers.items()}
        )
    else:
        found["target"] = good.replace(url=f"{good.url}&y=1")
    return found


@pytest.mark.parametrize(
    ("recipe", "send"),
    [
        ("stripe", stripe),
        ("slack", slack),
        ("twilio", twilio("http://localhost", "http://localhost")),
        ("twilio", twilio("http://localhost", "http://localhost:80")),
        ("twilio", twilio_json),
    ],
)
def test_what_is_genuine_is_verified_and_nothing_else(recipe: str, send: Sender) -> None:
    now = int(time.time())
    assert VERIFIERS[recipe](send("s", now), "s") is True
    for why, message in forged(send, now).items():
        assert VERIFIERS[recipe](message, "s") is False, why


# Where a request went, the origin in the URL that was signed, and whether that is genuine.
ORIGINS = [
    ("https://h", "https://h", True),
    ("https://h", "https://h:443", True),
    ("https://h:443", "https://h", True),
    ("https://h:8443", "https://h:8443", True),
    ("https://h:8443", "https://h", True),
    ("http://h", "http://h:80", True),
    ("wss://h", "wss://h:443", True),
    ("https://[::1]:8443", "https://[::1]", True),
    ("https://[::1]", "https://[::1]:443", True),
    ("https://h:8443", "https://h:443", False),
    ("https://h", "https://h:80", False),
    ("https://h", "http://h", False),
    ("https://h", "https://i", False),
    ("", "", True),  # no host is known: the reference is all there is
]


@pytest.mark.parametrize(("asked", "signed", "genuine"), ORIGINS)
def test_twilio_signs_with_the_port_or_without(asked: str, signed: str, genuine: bool) -> None:
    assert VERIFIERS["twilio"](twilio(asked, signed)("s", 0), "s") is genuine


def test_the_handler() -> None:
    given = {"verify": VERIFIERS["slack"], "SECRET": "secret"}
    hook = run("webhooks.md", blocks("webhooks.md", "handler")[""], **given)["hook"]
    now, body = str(int(time.time())), b'{"a": 1}'
    signature = "v0=" + by_hmac("secret", f"v0:{now}:".encode() + body)
    for sent, status in ((signature, 204), (signature[:-1], 401)):
        request = post(body, X_Slack_Request_Timestamp=now, X_Slack_Signature=sent)
        assert Handler(hook).call(request).status == status


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_they_use(recipe: str) -> None:
    """Nothing of a framework; signatures are compared in constant time."""
    nodes = list(ast.walk(ast.parse(RECIPES[recipe])))
    names = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    assert names - {"base64", "hashlib", "hmac", "time"} == {"unireq"}
    assert "compare_digest" in {node.attr for node in nodes if isinstance(node, ast.Attribute)}
