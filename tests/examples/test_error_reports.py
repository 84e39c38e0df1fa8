from __future__ import annotations

import json
import time
from typing import Any

EXAMPLE = "error_reports"


def test_what_nobody_answered_is_reported_without_secrets(client: Any) -> None:
    client.ask("/reports")
    fields = {"Authorization": "Bearer sesame", "Cookie": "a=sesame", "X-Kept": "kept"}
    assert client.ask("/fail?token=sesame", fields=fields).status == 500
    assert client.ask("/items/1").status == 200
    assert client.ask("/none").status == 404
    # It is reported after the client has its answer.
    deadline = time.monotonic() + 20
    while (answer := client.ask("/reports")).text == "[]" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "sesame" not in answer.text
    (report,) = json.loads(answer.text)
    assert (report["error"], report["status"]) == ("LookupError", 500)
    assert (report["method"], report["path"], report["route"]) == ("GET", "/fail", "/fail")
    assert report["view"].endswith("_app.fail")
    assert (report["headers"]["authorization"], report["headers"]["x-kept"]) == ("***", "kept")
    assert 'raise LookupError("as asked")' in report["traceback"]
