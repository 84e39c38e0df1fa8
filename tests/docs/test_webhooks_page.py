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
from dataclasses import dataclass, replace
from typing import Any

import pytest

import unireq
from support.forms import URLENCODED
from support.pages import blocks, run
from unireq.adapter import Handler

RECIPES = blocks("webhooks.md", "example")
VERIFIERS: dict[str, Any] = {
    name: run("webhooks.md", code)["verify"] for name, code in RECIPES.items()
}
# Not what writing the form again would give: a byte that need not be escaped, a repeated name.
FORM = b"token=a%62c&text=caf%C3%A9+%2B&text=b&text=b&empty="
EVENT = '{"id": "evt_1",  "amount": 1.10, "name": "café"}\n'.encode()


@dataclass(frozen=True)
class Message:
    body: bytes
    content_type: str
    fields: dict[str, str]
    target: str = ""


def by_hmac(secret: str, data: bytes) -> str:
    return hmac.new(secret.encode(), data, "sha256").hexdigest()


def stripe(secret: str, when: int) -> Message:
    signature = by_hmac(secret, f"{when}.".encode() + EVENT)
    # While a secret is being replaced, a signature by the other one comes too.
    value = f"t={when},v1={'0' * 64},v1={signature},v0=1"
    return Message(EVENT, "application/json", {"Stripe-Signature": value})


def slack(secret: str, when: int) -> Message:
    signature = by_hmac(secret, f"v0:{when}:".encode() + FORM)
    fields = {"X-Slack-Request-Timestamp": str(when), "X-Slack-Signature": f"v0={signature}"}
    return Message(FORM, URLENCODED, fields)


def by_twilio(secret: str, signed: str) -> dict[str, str]:
    code = base64.b64encode(hmac.digest(secret.encode(), signed.encode(), "sha1"))
    return {"X-Twilio-Signature": code.decode()}


def twilio(secret: str, _: int, origin: str = "http://localhost") -> Message:
    signed = f"{origin}/?do=twilio&x=%7e1" + "empty" + "textb" + "textcafé +" + "tokenabc"
    return Message(FORM, URLENCODED, by_twilio(secret, signed), "&x=%7e1")


def twilio_json(secret: str, _: int) -> Message:
    target = f"&bodySHA256={hashlib.sha256(EVENT).hexdigest()}"
    fields = by_twilio(secret, f"http://localhost/?do=twilio{target}")
    return Message(EVENT, "application/json", fields, target)


SENDERS: dict[str, tuple[str, Callable[[str, int], Message]]] = {
    "stripe": ("stripe", stripe),
    "slack": ("slack", slack),
    "twilio": ("twilio", twilio),
    "twilio, with the port": ("twilio", lambda s, when: twilio(s, when, "http://localhost:80")),
    "twilio, of JSON": ("twilio", twilio_json),
}


def tampered_signature(fields: dict[str, str]) -> dict[str, str]:
    name = next(name for name in fields if name.endswith("Signature"))
    value = fields[name]
    at = value.rindex("v1=") + 5 if "v1=" in value else 7
    return {**fields, name: value[:at] + ("1" if value[at] != "1" else "2") + value[at + 1 :]}


def forged(sign: Callable[[str, int], Message], now: int) -> dict[str, Message]:
    """Messages that are not genuine, by what is wrong with them."""
    good = sign("s", now)
    found = {
        "body": replace(good, body=good.body.replace(b"c", b"d", 1)),
        "signature": replace(good, fields=tampered_signature(good.fields)),
        "other secret": sign("sx", now),
        "no signature": replace(good, fields={}),
        "not ASCII": replace(good, fields=dict.fromkeys(good.fields, "t=1,v1=\xe9")),
    }
    if sign in {stripe, slack}:
        # Genuine, but recorded, or by a clock that is wrong.
        found["old"] = sign("s", now - 600)
        found["early"] = sign("s", now + 600)
        found["time"] = replace(
            good, fields={n: v.replace(str(now), str(now + 1)) for n, v in good.fields.items()}
        )
    else:
        found["target"] = replace(good, target=f"{good.target}&y=1")
    return found


def verified(recipe: str, message: Message, origin: str = "http://localhost") -> bool:
    made = unireq.Request(
        "POST",
        f"{origin}/?do={recipe}{message.target}",
        headers={"Content-Type": message.content_type, **message.fields},
        body=message.body,
    )
    found: bool = VERIFIERS[recipe](made, "s")
    return found


@pytest.mark.parametrize("sender", SENDERS)
def test_what_is_genuine_is_verified_and_nothing_else(sender: str) -> None:
    recipe, sign = SENDERS[sender]
    now = int(time.time())
    assert verified(recipe, sign("s", now)) is True
    for why, message in forged(sign, now).items():
        assert verified(recipe, message) is False, why


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
    assert verified("twilio", twilio("s", 0, signed), asked) is genuine


def test_the_handler() -> None:
    given = {"verify": VERIFIERS["slack"], "SECRET": "secret"}
    hook = run("webhooks.md", blocks("webhooks.md", "handler")[""], **given)["hook"]
    now, body = str(int(time.time())), b'{"a": 1}'
    signature = "v0=" + by_hmac("secret", f"v0:{now}:".encode() + body)
    for sent, status in ((signature, 204), (signature[:-1], 401)):
        fields = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": sent}
        request = unireq.Request("POST", body=body, headers=fields)
        assert Handler(hook).call(request).status == status


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_they_use(recipe: str) -> None:
    """Nothing of a framework; signatures are compared in constant time."""
    nodes = list(ast.walk(ast.parse(RECIPES[recipe])))
    names = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    assert names - {"base64", "hashlib", "hmac", "time"} == {"unireq"}
    assert "compare_digest" in {node.attr for node in nodes if isinstance(node, ast.Attribute)}
