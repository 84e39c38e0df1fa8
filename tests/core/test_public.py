"""What `import unireq` gives: the names, their documentation, the errors, and nothing else."""

from __future__ import annotations

import inspect
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

import unireq

TYPES_OF_ARGUMENTS = {
    "AsyncPull",
    "Finder",
    "InThread",
    "Opener",
    "Pull",
    "SameSite",
    "UsernameGetter",
}

DOCUMENTED = sorted(set(unireq.__all__) - TYPES_OF_ARGUMENTS - {"__version__"})


def test_all_names_what_is_public() -> None:
    for name in unireq.__all__:
        getattr(unireq, name)  # some are loaded when they are asked for
    public = {
        name
        for name, value in vars(unireq).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert set(unireq.__all__) == public - {"TYPE_CHECKING", "Any"} | {"__version__"}


def test_all_is_sorted() -> None:
    # As the linter sorts: constants, classes, the rest.
    def rank(name: str) -> tuple[int, str]:
        return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)

    assert unireq.__all__ == sorted(set(unireq.__all__), key=rank)


def test_the_version() -> None:
    assert unireq.__version__.split(".")[0].isdigit()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_is_public_is_documented(name: str) -> None:
    thing = getattr(unireq, name)
    assert vars(thing).get("__doc__") if isinstance(thing, type) else thing.__doc__


def _members() -> list[Any]:
    classes = [getattr(unireq, name) for name in DOCUMENTED]
    return [
        pytest.param(member, id=f"{kind.__name__}.{name}")
        for kind in classes
        if isinstance(kind, type)
        for name, member in vars(kind).items()
        if not name.startswith("_") and (callable(member) or isinstance(member, property))
    ]


@pytest.mark.parametrize("member", _members())
def test_what_is_public_in_a_class_is_documented(member: Any) -> None:
    assert len(inspect.getdoc(member) or "") > 10


def test_errors_are_one_tree() -> None:
    errors = {
        name
        for name in unireq.__all__
        if isinstance(getattr(unireq, name), type)
        and issubclass(getattr(unireq, name), BaseException)
    }
    tree = {name: tuple(b.__name__ for b in getattr(unireq, name).__bases__) for name in errors}
    assert tree == {
        "UnireqError": ("Exception",),
        "UnknownNative": ("UnireqError", "TypeError"),
        "BodyNotRead": ("UnireqError", "RuntimeError"),
        "BodyConsumed": ("UnireqError", "RuntimeError"),
        "NoCurrentRequest": ("UnireqError", "LookupError"),
        "StorageError": ("UnireqError",),
        "RequestError": ("UnireqError", "ValueError"),
        "IncompleteBody": ("RequestError",),
        "MalformedBody": ("RequestError",),
        "BodyTooLarge": ("RequestError",),
        "TooManyFields": ("RequestError",),
        "UnsupportedCoding": ("RequestError",),
        "InvalidParameter": ("RequestError",),
    }


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (unireq.RequestError, 400),
        (unireq.IncompleteBody, 400),
        (unireq.MalformedBody, 400),
        (unireq.BodyTooLarge, 413),
        (unireq.TooManyFields, 413),
        (unireq.UnsupportedCoding, 415),
    ],
)
def test_what_the_client_did_wrong_has_a_status(
    error: type[unireq.RequestError], status: int
) -> None:
    assert error("x").status == error.status == status


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
