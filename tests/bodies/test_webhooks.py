"""The recipes of docs/webhooks.md verify what is genuine, and nothing else, on every server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

import unireq
from bodies.apps.webhooks import VERIFIERS
from bodies.messages import CHUNKED, LENGTH, URLENCODED, request
from bodies.servers import BY_NAME, Rig

# Not what writing the form again would give: a byte that need not be escaped, a repeated name.
FORM = b"token=a%62c&text=caf%C3%A9+%2B&text=b&text=b&empty="
EVENT = '{"id": "evt_1",  "amount": 1.10, "name": "café"}\n'.encode()


@dataclass(frozen=True)
class Message:
    """What a sender sends.

    Attributes:
        body: The body.
        content_type: Its type.
        target: Where to, after `do=`.
        fields: The header fields that hold the signature.
    """

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


def octets(sender: str, message: Message, framing: str = LENGTH, **options: Any) -> bytes:
    return request(
        message.body,
        framing,
        do=step_of(sender) + message.target,
        content_type=message.content_type,
        fields=message.fields,
        **options,
    )


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("name", BY_NAME)
def test_on_servers(rig: Rig, name: str, sender: str) -> None:
    now = int(time.time())
    for framing in (LENGTH, CHUNKED):
        (step,) = rig.ask(name, octets(sender, SENDERS[sender](rig.secret, now), framing))
        if (name, framing) == ("django-wsgi:runserver", CHUNKED):
            # It does not decode this framing: the body is lost, and that is told.
            assert step.get("error") == "IncompleteBody"
        else:
            assert step.get("value") is True, step
    for why, message in forged(sender, rig.secret, now).items():
        (step,) = rig.ask(name, octets(sender, message))
        assert step.get("value") is False, (why, step)


@pytest.mark.parametrize("sender", SENDERS)
def test_without_a_server(sender: str) -> None:
    """A library can test its own recipe by a request made by hand."""
    now = int(time.time())

    def made(message: Message) -> unireq.Request:
        return unireq.Request(
            "POST",
            f"http://localhost/?do={step_of(sender)}{message.target}",
            headers={"Content-Type": message.content_type, **message.fields},
            body=message.body,
        )

    verify: Any = VERIFIERS[step_of(sender)]
    assert verify(made(SENDERS[sender]("s", now)), "s") is True
    for why, message in forged(sender, "s", now).items():
        assert verify(made(message), "s") is False, why


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
    made = unireq.Request(
        "POST",
        f"{asked}/?do=twilio{message.target}",
        headers={"Content-Type": message.content_type, **message.fields},
        body=message.body,
    )
    verify: Any = VERIFIERS["twilio"]
    assert verify(made, "s") is genuine


def test_nothing_but_unireq_is_imported() -> None:
    allowed = {"base64", "hashlib", "hmac", "time", "unireq"}
    for verify in VERIFIERS.values():
        space = verify.__globals__
        modules = {n for n, value in space.items() if type(value).__name__ == "module"}
        assert modules - {"__builtins__"} <= allowed


def test_the_body_stays(rig: Rig) -> None:
    """After a recipe, the framework's own form goes on working."""
    message = slack(rig.secret, int(time.time()))
    for name in ("django-wsgi:gunicorn", "flask:gunicorn", "sanic:sanic"):
        data = request(
            message.body,
            do="slack,native-form",
            content_type=message.content_type,
            fields=message.fields,
        )
        verified, form = rig.ask(name, data)
        assert verified["value"] is True
        assert ["text", "café +"] in form["value"]
