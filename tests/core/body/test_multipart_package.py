"""The package `multipart`: imported late, and the right one, or an error that says what to do."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

from support.forms import MULTIPART, URLENCODED, body, field, parse
from unireq._body import multipart_package
from unireq._body.multipart_package import OLDEST, load_multipart


def test_it_is_there() -> None:
    package: Any = load_multipart()
    assert package.__name__ == "multipart"
    installed = tuple(int(n) for n in importlib.metadata.version("multipart").split(".")[:3])
    assert installed >= tuple(int(n) for n in OLDEST.split("."))


def module(**members: Any) -> ModuleType:
    made = ModuleType("multipart")
    vars(made).update(members)
    return made


WRONG = [
    pytest.param(None, r"got none; `pip install 'multipart>=", id="missing"),
    pytest.param(
        module(PushMultipartParser=object, __version__="1.3.1"), "got version 1.3.1", id="old"
    ),
    pytest.param(
        module(MultipartParser=object, __file__="/x/multipart/__init__.py"),
        "got another package .*/x/multipart/__init__.py: python-multipart before 0.0.13",
        id="python-multipart",
    ),
    pytest.param(module(), "got another package", id="a namespace"),
]


@pytest.mark.parametrize(("found", "says"), WRONG)
def test_a_wrong_one_is_told(
    found: ModuleType | None, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # None in sys.modules is what Python takes for a module that is missing.
    monkeypatch.setitem(sys.modules, "multipart", found)
    with pytest.raises(ImportError, match=says) as caught:
        parse(body(field()), MULTIPART)
    assert OLDEST in str(caught.value)
    assert caught.value.name == "multipart"


def test_an_error_inside_it_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> ModuleType:
        raise ModuleNotFoundError("No module named 'other'", name="other")

    monkeypatch.setattr(multipart_package.importlib, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="other"):
        load_multipart()


@pytest.mark.parametrize(
    ("sent", "content_type", "imported"),
    [
        (b"a=1", URLENCODED, False),
        (b"{}", "application/json", False),
        (b"", MULTIPART, False),
        (body(field()), MULTIPART, True),
    ],
)
def test_only_a_multipart_form_imports_it(
    sent: bytes, content_type: str, *, imported: bool
) -> None:
    code = (
        "import sys; from unireq._body.form_parser import FormParser;"
        "from unireq._body.limits import Limits;"
        f"parser = FormParser({content_type!r}, Limits()); parser.feed({sent!r}); parser.finish();"
        "print('multipart' in sys.modules, {'asyncio', 'trio'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == [str(imported), "set()"]


def test_its_words_for_a_limit_are_those_we_know() -> None:
    # It raises one error for two limits; only its words tell which.
    package: Any = load_multipart()
    parser = package.PushMultipartParser(b"b", max_header_count=1, strict=True)
    with pytest.raises(package.ParserLimitReached, match=re.compile("header count")):
        list(parser.parse(b"--b\r\nA: b\r\nC: d\r\n"))
    parser = package.PushMultipartParser(b"b", max_header_size=9, strict=True)
    with pytest.raises(package.ParserLimitReached, match="header length"):
        list(parser.parse(b"--b\r\nA: 789012345\r\n"))
