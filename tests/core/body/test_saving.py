"""Saving: a file is there whole, or what was there before is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from unireq._body.uploads import save_chunks

BOTH = pytest.mark.parametrize("overwrite", [False, True])


def failing() -> Iterator[bytes]:
    yield b"half"
    raise RuntimeError("gone")


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@BOTH
@pytest.mark.parametrize("kind", [str, Path])
def test_a_new_file(tmp_path: Path, kind: type[str | Path], *, overwrite: bool) -> None:
    path = tmp_path / "a.txt"
    save_chunks([b"one ", b"", b"two"], kind(path), overwrite=overwrite)
    assert path.read_bytes() == b"one two"
    assert names(tmp_path) == ["a.txt"]


def test_an_existing_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError, match=r"overwrite=True.*a.txt"):
        save_chunks([b"new"], path, overwrite=False)
    assert path.read_bytes() == b"old"


def test_an_existing_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old and longer")
    with path.open("rb") as reader:
        try:
            save_chunks([b"new"], path, overwrite=True)
        except PermissionError:  # pragma: no cover
            pytest.skip("Windows replaces no file that is open")
        assert reader.read() == b"old and longer"
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.txt"]


@BOTH
def test_a_failure_leaves_nothing(tmp_path: Path, *, overwrite: bool) -> None:
    with pytest.raises(RuntimeError, match="gone"):
        save_chunks(failing(), tmp_path / "a.txt", overwrite=overwrite)
    assert names(tmp_path) == []


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError, match="gone"):
        save_chunks(failing(), path, overwrite=True)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_a_failure_at_the_end_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "refused")

    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        save_chunks([b"new"], path, overwrite=True)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


@BOTH
def test_a_directory_is_refused(tmp_path: Path, *, overwrite: bool) -> None:
    with pytest.raises(IsADirectoryError, match="got a directory; append a name"):
        save_chunks([b"x"], tmp_path, overwrite=overwrite)
    with pytest.raises(IsADirectoryError):
        save_chunks([b"x"], "", overwrite=overwrite)
    assert names(tmp_path) == []


@BOTH
def test_a_directory_that_is_missing(tmp_path: Path, *, overwrite: bool) -> None:
    with pytest.raises(FileNotFoundError):
        save_chunks([b"x"], tmp_path / "none" / "a.txt", overwrite=overwrite)


@BOTH
def test_what_is_no_path(*, overwrite: bool) -> None:
    with pytest.raises(TypeError):
        save_chunks([b"x"], 5, overwrite=overwrite)  # type: ignore[arg-type]


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
@BOTH
def test_a_link_is_not_followed(tmp_path: Path, *, overwrite: bool) -> None:
    outside = tmp_path / "outside"
    link = tmp_path / "a.txt"
    link.symlink_to(outside)
    if overwrite:
        save_chunks([b"x"], link, overwrite=True)
        assert not link.is_symlink()
    else:
        with pytest.raises(FileExistsError):
            save_chunks([b"x"], link, overwrite=False)
    assert not outside.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@BOTH
def test_permissions_are_those_of_any_new_file(tmp_path: Path, *, overwrite: bool) -> None:
    usual = tmp_path / "usual"
    usual.write_bytes(b"")
    save_chunks([b"x"], tmp_path / "a.txt", overwrite=overwrite)
    assert (tmp_path / "a.txt").stat().st_mode == usual.stat().st_mode
