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
@pytest.mark.parametrize("old", [b"", b"old"])
@pytest.mark.parametrize("at_the_end", [False, True])
def test_a_failure_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bytes, at_the_end: bool, overwrite: bool
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise RuntimeError("gone")

    path = tmp_path / "a.txt"
    if old:
        path.write_bytes(old)
    if at_the_end and overwrite:
        monkeypatch.setattr(Path, "replace", refuse)
    chunks = [b"new"] if at_the_end and overwrite else failing()
    with pytest.raises(FileExistsError if old and not overwrite else RuntimeError) as caught:
        save_chunks(chunks, path, overwrite=overwrite)
    assert names(tmp_path) == (["a.txt"] if old else [])
    assert not old or path.read_bytes() == old
    assert caught.type is RuntimeError or "overwrite=True" in str(caught.value)
    with pytest.raises(FileNotFoundError):
        save_chunks([b"x"], tmp_path / "none" / "a.txt", overwrite=overwrite)


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
