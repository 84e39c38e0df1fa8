"""What the conformance kit exports, and that nothing is loaded before it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import unireq_conformance

WITHOUT = ("unireq", "pytest", "hypothesis", "h11", "uvicorn", "waitress", "flask", "django")


def test_importing_the_kit_loads_nothing_else() -> None:
    program = (
        "import sys\n"
        f"sys.path[:0] = {[path for path in sys.path if path]!r}\n"
        f"sys.modules.update(dict.fromkeys({WITHOUT!r}))\n"
        "before = set(sys.modules)\n"
        "import unireq_conformance, json\n"
        "dir(unireq_conformance)\n"
        "tops = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(json.dumps(sorted(tops - sys.stdlib_module_names)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["unireq_conformance"]


def test_every_public_name_is_there() -> None:
    for name in unireq_conformance.__all__:
        value = getattr(unireq_conformance, name)
        home = getattr(value, "__module__", None) or value.__name__
        assert home.startswith("unireq_conformance."), name
        assert getattr(unireq_conformance, name) is value
    assert set(unireq_conformance.__all__) <= set(dir(unireq_conformance))


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"has no attribute 'nothing'; it has AbstractRequest"):
        unireq_conformance.nothing  # noqa: B018
    with pytest.raises(ImportError):
        exec("from unireq_conformance import nothing", {})  # noqa: S102
