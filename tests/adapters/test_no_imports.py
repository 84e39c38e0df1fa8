"""Reading a request imports nothing that its framework has not imported, and no other adapter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.natives import FACTS, NATIVES

USED = {
    "scope": {"unireq_asgi"},
    "environ": {"unireq_wsgi"},
    "starlette": {"unireq_starlette", "unireq_asgi"},
    "fastapi": {"unireq_starlette", "unireq_asgi"},
    # Django's adapter and Sanic's serve both protocols.
    "django-wsgi": {"unireq_django", "unireq_asgi", "unireq_wsgi"},
    "django-asgi": {"unireq_django", "unireq_asgi", "unireq_wsgi"},
    "flask": {"unireq_flask", "unireq_wsgi"},
    "sanic": {"unireq_sanic", "unireq_asgi"},
    "sanic-asgi": {"unireq_sanic", "unireq_asgi"},
}

SCRIPT = """
import json, sys
from support.natives import NATIVES
native = NATIVES[sys.argv[1]]()
before = set(sys.modules)
import unireq
request = unireq.from_native(native)
for name, value in vars(unireq.Request).items():
    if isinstance(value, property):
        getattr(request, name)
request.get_header("x-foo"), repr(request), request.replace(method="PUT")
unireq.diff(request, unireq.Request.from_dict(request.to_dict()))
unknown = {}
try:
    unireq.from_native(object())
except unireq.UnknownNative as error:
    unknown = str(error)
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps({"new": sorted(new), "facts": request.to_dict(), "unknown": unknown}))
"""


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


@pytest.mark.parametrize("name", NATIVES)
def test_reading_imports_only_its_own_adapter(name: str) -> None:
    told = run(SCRIPT, name)
    new = set(told["new"])
    ours = {module for module in new if module.startswith("unireq")}
    assert new - ours <= set(sys.stdlib_module_names)
    assert ours == {"unireq"} | USED[name]
    assert told["facts"] == FACTS


def test_importing_unireq_imports_no_framework_and_no_adapter() -> None:
    loaded = run(
        "import sys; before = set(sys.modules); import unireq;"
        " new = sorted(set(sys.modules) - before); import json; print(json.dumps(new))"
    )
    new = {name.partition(".")[0] for name in loaded}
    assert "unireq" in new
    assert new - {"unireq"} <= set(sys.stdlib_module_names)
    assert not {"asyncio", "json"} & new


CURRENT = """
import json, sys
__import__(sys.argv[1])
before = set(sys.modules)
import unireq
try:
    found = unireq.current_request()
except unireq.NoCurrentRequest:
    pass
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(new - set(sys.stdlib_module_names))))
"""


@pytest.mark.parametrize(
    ("framework", "used"), [("json", set()), ("flask", {"unireq_flask", "unireq_wsgi"})]
)
def test_asking_for_the_current_request(framework: str, used: set[str]) -> None:
    assert set(run(CURRENT, framework)) == {"unireq"} | used


IMPORT = """
import json, sys
import unireq
before = set(sys.modules)
__import__(sys.argv[1])
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.mark.parametrize("adapter", sorted(set().union(*USED.values())))
def test_what_looks_into_functions_is_loaded_when_a_view_is_made(adapter: str) -> None:
    loaded = run(IMPORT, adapter)
    assert [name for name in loaded if name.startswith("unireq._handlers")] == []
    # Sanic imports asyncio itself, and that what looks into functions.
    assert adapter == "unireq_sanic" or {"inspect", "ast", "dis"}.isdisjoint(loaded)
