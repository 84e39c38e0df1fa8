"""FormData and Files: real dicts, of a repeated name the last value, in the order sent."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from unireq._body.form_data import Files, FormData
from unireq._body.uploads import UploadedFile

ONE, TWO, THREE = (UploadedFile(name.encode(), f"{name}.txt") for name in ("one", "two", "three"))
PARTS: list[tuple[str, str | UploadedFile]] = [
    ("b", "1"),
    ("f", ONE),
    ("a", "2"),
    ("b", "3"),
    ("a", TWO),
    ("f", THREE),
]


def test_a_file_is_no_text() -> None:
    form = FormData({"f": ONE, "a": "1"})
    with pytest.raises(KeyError, match=r"'f' is a file of the form: use form\.files\['f'\]"):
        form["f"]
    with pytest.raises(KeyError, match=r"^'b'$"):
        form["b"]
    assert (form.get("f"), "f" in form, form["a"]) == (None, False, "1")


def test_repr_shows_names_and_hides_values() -> None:
    assert repr(FormData({"password": "secret"})) == "FormData({'password': '***'})"
    assert (
        repr(FormData([("f", ONE)]))
        == "FormData({}, files={'f': <UploadedFile 'one.txt', 3 bytes>})"
    )
    assert repr(Files({"f": ONE})) == "Files({'f': <UploadedFile 'one.txt', 3 bytes>})"


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda form: pickle.loads(pickle.dumps(form))],  # noqa: S301
)
def test_copies(again: Callable[[FormData], FormData]) -> None:
    form = FormData(PARTS)
    made = again(form)
    assert type(made) is FormData
    assert made == form
    assert made.multi_items() == form.multi_items()
    assert [name for name, _ in made.parts()] == [name for name, _ in PARTS]
    assert [file.read() for _, file in made.files.multi_items()] == [b"one", b"two", b"three"]
    files = again(form.files)  # type: ignore[arg-type]
    assert type(files) is Files
    assert [file.read() for file in files.getlist("f")] == [b"one", b"three"]  # type: ignore[attr-defined]


WRONG: list[tuple[Callable[[Any], object], Any, str]] = [
    (FormData, "a=1", "form: expected a mapping or an iterable of .* pairs, got str"),
    (FormData, None, "got NoneType"),
    (FormData, ["ab"], r"form: expected \(name, value\) pairs, got str"),
    (FormData, {b"a": "1"}, "form: expected a str as name, got bytes"),
    (FormData, {"a": b"1"}, r"form\['a'\]: expected a str or an UploadedFile, got bytes"),
    (Files, {"a": "1"}, r"files\['a'\]: expected an UploadedFile, got str"),
]


@pytest.mark.parametrize(("make", "source", "says"), WRONG)
def test_what_is_no_source_is_refused(
    make: Callable[[Any], object], source: Any, says: str
) -> None:
    with pytest.raises(TypeError, match=says):
        make(source)
