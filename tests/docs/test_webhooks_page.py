"""Every recipe of the page is one that the tests of webhooks run."""

from __future__ import annotations

import ast
import hmac
import re
import time
from typing import Any

import unireq
from bodies.apps.webhooks import PAGE, VERIFIERS
from unireq.adapter import Handler

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_recipes_are_those_that_are_run() -> None:
    assert re.findall(r"<!-- example: (\w+) -->", TEXT) == list(VERIFIERS)


def test_what_they_import() -> None:
    """Nothing of a framework."""
    for block in re.findall(r"<!-- example: \w+ -->\n```python\n(.*?)```", TEXT, re.DOTALL):
        imports = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Import)]
        names = {alias.name for node in imports for alias in node.names}
        assert "unireq" in names
        assert names <= {"base64", "hashlib", "hmac", "time", "unireq"}


def test_the_handler() -> None:
    (block,) = re.findall(r"<!-- handler -->\n```python\n(.*?)```", TEXT, re.DOTALL)
    defined: dict[str, Any] = {"verify": VERIFIERS["slack"], "SECRET": "secret"}
    exec(compile(block, "webhooks.md, the handler", "exec"), defined)  # noqa: S102
    now, body = str(int(time.time())), b'{"a": 1}'
    signature = (
        "v0=" + hmac.new(b"secret", b"v0:%b:%b" % (now.encode(), body), "sha256").hexdigest()
    )
    for sent, status in ((signature, 204), (signature[:-1], 401)):
        headers = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": sent}
        request = unireq.Request("POST", body=body, headers=headers)
        assert Handler(defined["hook"]).call(request).status == status


def test_signatures_are_compared_in_constant_time() -> None:
    for verify in VERIFIERS.values():
        assert "compare_digest" in verify.__code__.co_names or any(
            "compare_digest" in str(constant)
            or "compare_digest" in getattr(constant, "co_names", ())
            for constant in verify.__code__.co_consts
        )
