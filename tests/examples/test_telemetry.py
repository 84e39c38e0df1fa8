from __future__ import annotations

import json
import time
from typing import Any

import pytest

EXAMPLE = "telemetry"
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}


def ended(client: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The span of the request before, which ends after the client has its answer; what was seen."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        seen: dict[str, Any] = json.loads(client.ask("/seen").text)
        spans = [each for each in seen["spans"] if each["name"] != "GET /seen"]
        if spans:
            (span,) = spans
            return span, seen
        time.sleep(0.05)
    raise AssertionError("no span has ended")


@pytest.mark.parametrize("path", ["/inside", "/async-inside"])
def test_the_span_is_current_in_the_view(client: Any, path: str) -> None:
    client.ask("/seen")
    answer = client.ask(path, fields={**PARENT, "X-Request-Id": "abc-1"})
    assert (answer.status, answer.text) == (200, TRACE)
    assert answer.fields["x-request-id"] == "abc-1"
    span, seen = ended(client)
    assert seen["lines"] == ["abc-1 inside"]
    assert (span["name"], span["context"]["trace_id"]) == (f"GET {path}", f"0x{TRACE}")
    assert span["parent_id"] is not None


@pytest.mark.parametrize(
    ("path", "name", "status", "size"),
    [
        ("/items/7", "GET /items/{number}", 200, 6),
        ("/stream", "GET /stream", 200, 12),
        ("/none/sesame", "GET", 404, None),
        ("/fail", "GET /fail", 500, None),
    ],
)
def test_route_status_and_size(
    client: Any, path: str, name: str, status: int, size: int | None
) -> None:
    client.ask("/seen")
    answer = client.ask(path, fields={"X-Request-Id": "bad\tid"})
    assert answer.status == status
    assert len(answer.fields["x-request-id"]) == 32
    span, seen = ended(client)
    assert span["name"] == name
    assert span["attributes"].get("http.response.status_code") == status
    assert (span["status"]["status_code"] == "ERROR") is (status == 500)
    assert ("exception" in [event["name"] for event in span["events"]]) is (status == 500)
    route = span["attributes"].get("http.route", "")
    labels = f'{{method="GET",route="{route}",status="{status}"}}'
    metrics = seen["metrics"].splitlines()
    assert any(f"duration_seconds_count{labels}" in line for line in metrics)
    (total,) = [line for line in metrics if f"body_bytes_total{labels}" in line]
    if size is not None:
        assert float(total.split()[-1]) % size == 0 != float(total.split()[-1])
    assert "sesame" not in seen["metrics"]
