"""The recipes of docs/webhooks.md verify what is genuine, and nothing else.

That every server gives the bytes of a body, the fields and the URL is for the clauses.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import unireq
from unireq.adapter import Handler

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"<!-- example: (\w+) -->\n```python\n(.*?)```", TEXT, re.DOTALL))


def defined_by(code: str, **given: Any) -> dict[str, Any]:
    exec(compile(code, "webhooks.md", "exec"), given)  # noqa: S102
    return given


VERIFIERS: dict[str, Any] = {name: defined_by(code)["verify"] for name, code in RECIPES.items()}
URLENCODED = "application/x-www-form-urlencoded"
# Not what writing the form again would give: a byte that need not be escaped, a repeated name.
FORM = b"token=a%62c&text=caf%C3%A9+%2B&text=b&text=b&empty="
EVENT = '{"id": "evt_1",  "amount": 1.10, "name": "café"}\n'.encode()


@dataclass(frozen=True)
class Message:
    body: bytes
    content_type: str
    fields: dict[str, str]
    target: str = ""


def by_hmac(secret: str, data: bytes, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), data, algorithm).hexdigest()


def stripe(secret: str, when: int) -> Message:
    signature = by_hmac(secret, f"{when}.".encode() + EVENT)
    # While a secret is being replaced, a signature by the other one comes too.
    value = f"t={when},v1={'0' * 64},v1={signature},v0=1"
    return Message(EVENT, "application/json", {"Stripe-Signature": value})


def slack(secret: str, when: int) -> Message:
    signature = by_hmac(secret, f"v0:{when}:".encode() + FORM)
    fields = {"X-Slack-Request-Timestamp": str(when), "X-Slack-Signature": f"v0={signature}"}
    return Message(FORM, URLENCODED, fields)


def twilio(secret: str, when: int, origin: str = "http://localhost") -> Message:
    signed = f"{origin}/?do=twilio&x=%7e1" + "empty" + "textb" + "textcafé +" + "tokenabc"
    code = base64.b64encode(hmac.digest(secret.encode(), signed.encode(), "sha1")).decode()
    return Message(FORM, URLENCODED, {"X-Twilio-Signature": code}, "&x=%7e1")


def twilio_port(secret: str, when: int) -> Message:
    return twilio(secret, when, "http://localhost:80")


def twilio_json(secret: str, when: int) -> Message:
    target = f"&bodySHA256={hashlib.sha256(EVENT).hexdigest()}"
    signed = f"http://localhost/?do=twilio{target}"
    code = base64.b64encode(hmac.digest(secret.encode(), signed.encode(), "sha1")).decode()
    return Message(EVENT, "application/json", {"X-Twilio-Signature": code}, target)


SENDERS: dict[str, Callable[[str, int], Message]] = {
    "stripe": stripe,
    "slack": slack,
    "twilio": twilio,
    "twilio-port": twilio_port,
    "twilio-json": twilio_json,
}
TIMED = ("stripe", "slack")


def step_of(sender: str) -> str:
    return sender.partition("-")[0]


def tampered_signature(fields: dict[str, str]) -> dict[str, str]:
    name = next(name for name in fields if name.endswith("Signature"))
    value = fields[name]
    at = value.rindex("v1=") + 5 if "v1=" in value else 7
    return {**fields, name: value[:at] + ("1" if value[at] != "1" else "2") + value[at + 1 :]}


def forged(sender: str, secret: str, now: int) -> dict[str, Message]:
    """Messages that are not genuine, by what is wrong with them."""
    sign = SENDERS[sender]
    good = sign(secret, now)
    found = {
        "body": replace(good, body=good.body.replace(b"c", b"d", 1)),
        "signature": replace(good, fields=tampered_signature(good.fields)),
        "other secret": sign(f"{secret}x", now),
        "no signature": replace(good, fields={}),
        "not ASCII": replace(good, fields=dict.fromkeys(good.fields, "t=1,v1=\xe9")),
    }
    if sender in TIMED:
        # Genuine, but recorded, or by a clock that is wrong.
        found["old"] = sign(secret, now - 600)
        found["early"] = sign(secret, now + 600)
        found["time"] = replace(
            good, fields={n: v.replace(str(now), str(now + 1)) for n, v in good.fields.items()}
        )
    else:
        found["target"] = replace(good, target=f"{good.target}&y=1")
    return found


def verified(sender: str, message: Message, secret: str, origin: str = "http://localhost") -> bool:
    made = unireq.Request(
        "POST",
        f"{origin}/?do={step_of(sender)}{message.target}",
        headers={"Content-Type": message.content_type, **message.fields},
        body=message.body,
    )
    found: bool = VERIFIERS[step_of(sender)](made, secret)
    return found


@pytest.mark.parametrize("sender", SENDERS)
def test_what_is_genuine_is_verified_and_nothing_else(sender: str) -> None:
    now = int(time.time())
    assert verified(sender, SENDERS[sender]("s", now), "s") is True
    for why, message in forged(sender, "s", now).items():
        assert verified(sender, message, "s") is False, why


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
    message = twilio("s", 0, signed)
    assert verified("twilio", message, "s", asked) is genuine


def test_what_they_import() -> None:
    """Nothing of a framework."""
    for block in RECIPES.values():
        imports = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Import)]
        names = {alias.name for node in imports for alias in node.names}
        assert "unireq" in names
        assert names <= {"base64", "hashlib", "hmac", "time", "unireq"}


def test_the_handler() -> None:
    (block,) = re.findall(r"<!-- handler -->\n```python\n(.*?)```", TEXT, re.DOTALL)
    hook = defined_by(block, verify=VERIFIERS["slack"], SECRET="secret")["hook"]
    now, body = str(int(time.time())), b'{"a": 1}'
    signature = "v0=" + by_hmac("secret", f"v0:{now}:".encode() + body)
    for sent, status in ((signature, 204), (signature[:-1], 401)):
        fields = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": sent}
        request = unireq.Request("POST", body=body, headers=fields)
        assert Handler(hook).call(request).status == status


def test_signatures_are_compared_in_constant_time() -> None:
    for verify in VERIFIERS.values():
        assert "compare_digest" in verify.__code__.co_names or any(
            "compare_digest" in str(constant)
            or "compare_digest" in getattr(constant, "co_names", ())
            for constant in verify.__code__.co_consts
        )
