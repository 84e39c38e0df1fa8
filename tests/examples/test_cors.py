from __future__ import annotations

from typing import Any

import pytest

EXAMPLE = "cors"
SHOP = "https://shop.example"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/items/1", 200),
        ("HEAD", "/items/1", 200),
        ("GET", "/stream", 200),
        ("GET", "/none", 404),
        ("DELETE", "/stream", 405),
        ("GET", "/fail", 500),
    ],
)
def test_every_answer_has_the_fields(client: Any, method: str, path: str, status: int) -> None:
    if (method, path) in _OTHERWISE.get(client.name, ()):
        pytest.skip("the framework's own answer is another")
    answer = client.ask(path, method, {"Origin": SHOP})
    assert answer.status == status
    assert answer.fields["access-control-allow-origin"] == SHOP
    assert answer.fields["access-control-allow-credentials"] == "true"
    assert "origin" in answer.fields["vary"].lower().split(", ")
    assert answer.fields["x-content-type-options"] == "nosniff"
    assert answer.fields["strict-transport-security"]
    stranger = client.ask(path, method, {"Origin": "https://evil.example"})
    assert stranger.status == status
    assert "access-control-allow-origin" not in stranger.fields
    assert "origin" in stranger.fields["vary"].lower().split(", ")


# Django's views here take any method; FastAPI and Sanic answer no HEAD where only GET is routed.
_OTHERWISE = {
    "fastapi": [("HEAD", "/items/1")],
    "django-wsgi": [("DELETE", "/stream")],
    "django-asgi": [("DELETE", "/stream")],
    "sanic": [("HEAD", "/items/1")],
}


def test_a_preflight_is_answered_before_the_application(client: Any) -> None:
    asked = {"Origin": SHOP, "Access-Control-Request-Method": "POST"}
    answer = client.ask("/nowhere", "OPTIONS", asked)
    assert (answer.status, answer.text) == (204, "")
    assert answer.fields["access-control-allow-origin"] == SHOP
    assert answer.fields["access-control-allow-methods"] == "GET, HEAD, POST"
    assert answer.fields["x-content-type-options"] == "nosniff"
    stranger = client.ask("/nowhere", "OPTIONS", {**asked, "Origin": "https://evil.example"})
    assert stranger.status == 204
    assert not [name for name in stranger.fields if name.startswith("access-control-")]
