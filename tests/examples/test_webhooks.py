from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from support.forms import URLENCODED

EXAMPLE = "webhooks"
FORM = {"Content-Type": URLENCODED}
BROKEN = {
    "Stripe-Signature": "t=,v1=",
    "X-Slack-Request-Timestamp": "soon",
    "X-Twilio-Signature": "soon",
}


def _mac(secret: str, message: bytes, kind: str = "sha256") -> hmac.HMAC:
    return hmac.new(secret.encode(), message, kind)


def _stripe(client: Any) -> tuple[str, dict[str, str], bytes, str]:
    body = json.dumps({"id": "evt_1", "object": "event", "type": "charge.succeeded"}).encode()
    at = int(time.time())
    mac = _mac("whsec_test", f"{at}.".encode() + body).hexdigest()
    return "/stripe", {"Stripe-Signature": f"t={at},v1={mac}"}, body, "charge.succeeded\n"


def _slack(client: Any) -> tuple[str, dict[str, str], bytes, str]:
    body, at = b"command=%2Fhello&text=a+b", str(int(time.time()))
    mac = _mac("slack-test", f"v0:{at}:".encode() + body).hexdigest()
    fields = {**FORM, "X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={mac}"}
    return "/slack", fields, body, "/hello\n"


def signed_by_twilio(url: str) -> tuple[dict[str, str], bytes]:
    """The fields and the body of a message of Twilio's to `url`."""
    form = {"Body": "Grüße", "From": "+49"}
    message = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    mac = _mac("twilio-test", message.encode(), "sha1").digest()
    fields = {**FORM, "X-Twilio-Signature": base64.b64encode(mac).decode()}
    return fields, urlencode(form).encode()


def _twilio(client: Any) -> tuple[str, dict[str, str], bytes, str]:
    target = "/twilio?a=%20b"
    return target, *signed_by_twilio(f"http://127.0.0.1:{client.port}{target}"), "Grüße\n"


@pytest.mark.parametrize("signed", [_stripe, _slack, _twilio])
def test_only_what_was_signed_is_taken(client: Any, signed: Any) -> None:
    path, fields, body, said = signed(client)
    assert client.ask(path, "POST", fields, body)[::2] == (200, said)
    unsigned = {name: value for name, value in fields.items() if "ignature" not in name}
    broken = {**fields, **{name: BROKEN[name] for name in fields if name in BROKEN}}
    for sent, content in (
        (fields, body + b"&more=1"),
        (fields, b"\xff" + body),
        (unsigned, body),
        (broken, body),
    ):
        assert 400 <= client.ask(path, "POST", sent, content).status < 404
