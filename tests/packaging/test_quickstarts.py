"""Each quickstart, followed word by word in an empty directory, with the built wheel.

Two things differ from what a reader does: `unireq` is the wheel, not PyPI's; and the port is one
that is free here.
"""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from support.built import DIST
from support.quickstarts import DOCS, PORT, UNIREQ, Follower, read
from support.requirements import need

PAGES: Final = tuple(sorted(DOCS.glob("quickstart-*.md")))
NAMES: Final = ("asgi", "django", "fastapi", "flask", "gradio", "sanic", "starlette", "wsgi")
# Gradio is heavy: tests/gradio follows its page, in the environment that it is in.
FOLLOWED: Final = tuple(name for name in NAMES if name != "gradio")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_a_page_has(path: Path) -> None:
    page = read(path)
    assert UNIREQ.findall(page.setup), page.setup
    assert page.serves
    assert all(PORT in command for command in page.serves)
    assert len(page.asks) >= 4
    assert "hello.py" in page.files
    for name, text in page.files.items():
        compile(text, name, "exec")


def test_the_pages() -> None:
    assert tuple(path.stem.removeprefix("quickstart-") for path in PAGES) == NAMES


def test_the_handler_is_the_same_on_each() -> None:
    assert len({read(path).files["hello.py"] for path in PAGES}) == 1


# Followed.

Followed = list[tuple[str, str, str]] | Exception


@pytest.fixture(scope="module")
def followed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Followed]:
    """What came of each page, two of them at a time."""
    need(sys.platform != "win32", "the pages are written for a POSIX shell")
    need(shutil.which("curl"), "curl is not installed")

    def follow(name: str) -> Followed:
        path = DOCS / f"quickstart-{name}.md"
        directory = tmp_path_factory.mktemp(path.stem)
        try:
            return Follower(read(path), directory).follow(wheel)
        except Exception as error:  # noqa: BLE001 (it is raised in the test of the page)
            return error
        finally:
            # Seven environments are too much to be kept for the next runs, as pytest does.
            shutil.rmtree(directory / ".venv", ignore_errors=True)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(FOLLOWED, pool.map(follow, FOLLOWED), strict=True))


@pytest.mark.skipif(DIST is None, reason="installs packages and takes a minute: nox -s packaging")
@pytest.mark.parametrize("name", FOLLOWED)
def test_a_page_followed_word_by_word(followed: dict[str, Followed], name: str) -> None:
    found = followed[name]
    if isinstance(found, Exception):
        raise found
    page = read(DOCS / f"quickstart-{name}.md")
    assert len(found) == len(page.serves) * len(page.asks)
    for command, said, printed in found:
        assert printed == said, command
