"""Webhooks of Stripe, Slack and Twilio, verified by their own libraries.

    app.add_route("/stripe", as_view(stripe_events(secret)), methods=["POST"])

Each signature is over bytes as they were sent: the body, and with Twilio the URL.
"""

from __future__ import annotations

from collections.abc import Callable

import stripe
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

import unireq

Handler = Callable[[unireq.Request], unireq.Response]
_REFUSED = "The signature is missing or wrong.\n"


def stripe_events(secret: str) -> Handler:
    """A handler for Stripe's events."""

    def handler(request: unireq.Request) -> unireq.Response:
        signature = request.get_header("stripe-signature") or ""
        try:
            event = stripe.Webhook.construct_event(request.read(), signature, secret)
        except (ValueError, stripe.SignatureVerificationError):
            return unireq.Response(_REFUSED, status=400)
        return unireq.Response(f"{event.type}\n")

    return handler


def slack_commands(secret: str) -> Handler:
    """A handler for Slack's slash commands."""
    verifier = SignatureVerifier(secret)

    def handler(request: unireq.Request) -> unireq.Response:
        try:
            valid = verifier.is_valid_request(request.read(), dict(request.headers))
        except ValueError:
            # A body that is no UTF-8, a time that is no number.
            valid = False
        if not valid:
            return unireq.Response(_REFUSED, status=401)
        return unireq.Response(f"{request.form()['command']}\n")

    return handler


def twilio_messages(token: str) -> Handler:
    """A handler for Twilio's messages; the signature is over the URL and the form."""
    validator = RequestValidator(token)

    def handler(request: unireq.Request) -> unireq.Response:
        form = request.form()
        signature = request.get_header("x-twilio-signature") or ""
        if not validator.validate(str(request.url), dict(form), signature):
            return unireq.Response(_REFUSED, status=403)
        return unireq.Response(f"{form['Body']}\n")

    return handler
