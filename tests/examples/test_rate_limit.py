from __future__ import annotations

from typing import Any

EXAMPLE = "rate_limit"


def test_each_client_has_its_own_limit(client: Any) -> None:
    answers = [client.ask("/items/1", client="127.0.0.2") for _ in range(4)]
    assert [each.status for each in answers] == [200, 200, 200, 429]
    left = [each.fields.get("ratelimit", "").split(";")[1:2] for each in answers]
    assert left == [["r=2"], ["r=1"], ["r=0"], []]
    assert answers[0].fields["ratelimit-policy"] == '"client";q=3;w=60'
    assert 0 < int(answers[3].fields["retry-after"]) <= 60
    assert answers[3].text == "Too many requests.\n"
    other = client.ask("/items/1", client="127.0.0.3")
    assert (other.status, other.text) == (200, "item 1")


def test_errors_count_too(client: Any) -> None:
    answers = [client.ask(path, client="127.0.0.4") for path in ("/none", "/fail", "/stream", "/")]
    assert [each.status for each in answers] == [404, 500, 200, 429]
    assert all("ratelimit" in each.fields for each in answers[:3])
