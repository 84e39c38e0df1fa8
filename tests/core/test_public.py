"""What `import unireq` gives: the names, their documentation, the errors, and nothing else."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import unireq

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def on_the_page(door: str) -> set[str]:
    shown = re.search(rf"<!-- door: {re.escape(door)} -->(.*?)<!-- end -->", PAGE, re.DOTALL)
    assert shown is not None
    return set(re.findall(r"^\| `(\w+)", shown[1], re.MULTILINE))


# What each door gives: nothing goes through one of them that the page does not list.
DOORS = {door: on_the_page(door) for door in ("unireq", "unireq.adapter")}
NO_TEXT = """
    AsyncReadBody AsyncSteps FindNative Opener ReadBody RunInThread Steps UsernameGetter Wait
    CLIENT_FIELDS read_elsewhere __version__
""".split()
DOCUMENTED = {
    f"{door}.{name}": getattr(import_module(door), name)
    for door, names in DOORS.items()
    for name in sorted(names)
    if name not in NO_TEXT
}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_gives_what_is_listed(door: str) -> None:
    module = import_module(door)
    assert sorted(module.__all__) == sorted(DOORS[door])
    for name in module.__all__:
        getattr(module, name)  # some are loaded when they are asked for
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public - {"TYPE_CHECKING", "Any"} == DOORS[door] - {"__version__"}
    assert DOORS["unireq"] & DOORS["unireq.adapter"] == set()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_is_public_is_documented(name: str) -> None:
    thing = DOCUMENTED[name]
    if not isinstance(thing, type):
        assert thing.__doc__
        return
    assert vars(thing).get("__doc__")
    for member_name, member in vars(thing).items():
        if not member_name.startswith("_") and (callable(member) or isinstance(member, property)):
            assert len(inspect.getdoc(member) or "") > 10, member_name


def test_errors_are_one_tree() -> None:
    tree = {
        name: " ".join(base.__name__ for base in kind.__bases__)
        for name in DOORS["unireq"]
        if isinstance(kind := getattr(unireq, name), type) and issubclass(kind, BaseException)
    }
    refused = "IncompleteBody MalformedBody BodyTooLarge TooManyFields UnsupportedCoding"
    assert tree == {
        "UnireqError": "Exception",
        "UnknownNative": "UnireqError TypeError",
        "BodyNotRead": "UnireqError RuntimeError",
        "BodyConsumed": "UnireqError RuntimeError",
        "NoCurrentRequest": "UnireqError LookupError",
        "StorageError": "UnireqError",
        "Abort": "UnireqError",
        "RequestError": "UnireqError ValueError",
        **dict.fromkeys([*refused.split(), "InvalidParameter"], "RequestError"),
    }


def test_importing_it_is_cheap() -> None:
    # What else must stay out is checked on the installed wheel, in tests/packaging. Since Python
    # 3.14 a class statement with typing.NamedTuple loads `ast`, the call NamedTuple(...) does not.
    code = "import sys; before = {*sys.modules}; import unireq; print(*({*sys.modules} - before))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stdout.split())
    assert "unireq" in loaded
    slow = """
        inspect ast dis json asyncio dataclasses tempfile importlib.metadata email uuid datetime
        decimal http.cookies
    """
    assert loaded & {*slow.split(), "multipart"} == set()
