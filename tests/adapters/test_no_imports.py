"""What few programs need is imported late; that reading imports nothing more is for API-003."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def run(script: str, *arguments: str) -> Any:
    """What `script` prints, as JSON; it runs in a fresh interpreter with our import path."""
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


NEW = """
import json, sys
first, then = sys.argv[1:]
exec(first)
before = set(sys.modules)
exec(then)
print(json.dumps(sorted(set(sys.modules) - before)))
"""

CURRENT = """
import unireq
try:
    found = unireq.current_request()
except unireq.NoCurrentRequest:
    pass
"""


@pytest.mark.parametrize(
    ("framework", "used"), [("json", set()), ("flask", {"unireq_flask", "unireq_wsgi"})]
)
def test_asking_for_the_current_request(framework: str, used: set[str]) -> None:
    new = {name.partition(".")[0] for name in run(NEW, f"import {framework}", CURRENT)}
    assert new - set(sys.stdlib_module_names) == {"unireq"} | used


@pytest.mark.parametrize("adapter", ["asgi", "django", "flask", "sanic", "starlette", "wsgi"])
def test_what_looks_into_functions_is_loaded_when_a_view_is_made(adapter: str) -> None:
    loaded = run(NEW, "import unireq", f"import unireq_{adapter}")
    assert [name for name in loaded if name.startswith("unireq._handlers")] == []
    # Sanic imports asyncio itself, and that what looks into functions.
    assert adapter == "sanic" or {"inspect", "ast", "dis"}.isdisjoint(loaded)
