"""The quickstart, followed word by word in an empty directory for each framework, with the wheel.

Two things differ from what a reader does: `unireq` is the wheel, not PyPI's; and the port is one
that is free here.
"""

from __future__ import annotations

import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from support.built import DIST
from support.quickstarts import PAGE, Follower, read
from support.requirements import need

QUICKSTARTS: Final = read()
NAMES: Final = ("Starlette", "FastAPI", "Django", "Flask", "Sanic", "ASGI", "WSGI", "Gradio")
# Gradio is heavy: tests/gradio follows its section, in the environment that it is in.
FOLLOWED: Final = tuple(name for name in NAMES if name != "Gradio")


def test_the_sections() -> None:
    assert tuple(QUICKSTARTS) == NAMES
    text = PAGE.read_text(encoding="utf-8")
    (offered,) = re.findall(r"^Go to (.*?)\.$", text, re.MULTILINE | re.DOTALL)
    assert re.findall(r"\[(\w+)\]", offered) == list(NAMES)


def test_the_same_questions_are_asked_of_all_but_gradio() -> None:
    (asks,) = {tuple(QUICKSTARTS[name].asks) for name in FOLLOWED}
    assert len(asks) >= 4
    assert QUICKSTARTS["Gradio"].asks != list(asks)
    assert all(len(page.files) == 2 and page.serves for page in QUICKSTARTS.values())


Followed = list[tuple[str, str, str]] | Exception


@pytest.fixture(scope="module")
def followed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Followed]:
    """What came of each section, two of them at a time."""
    need(sys.platform != "win32", "the page is written for a POSIX shell")
    need(shutil.which("curl"), "curl is not installed")

    def follow(name: str) -> Followed:
        directory = tmp_path_factory.mktemp(name)
        try:
            return Follower(QUICKSTARTS[name], directory).follow(wheel)
        except Exception as error:  # noqa: BLE001 (it is raised in the test of the section)
            return error
        finally:
            # Seven environments are too much to be kept for the next runs, as pytest does.
            shutil.rmtree(directory / ".venv", ignore_errors=True)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(FOLLOWED, pool.map(follow, FOLLOWED), strict=True))


@pytest.mark.skipif(DIST is None, reason="installs packages and takes a minute: nox -s packaging")
@pytest.mark.parametrize("name", FOLLOWED)
def test_a_section_followed_word_by_word(followed: dict[str, Followed], name: str) -> None:
    found = followed[name]
    if isinstance(found, Exception):
        raise found
    page = QUICKSTARTS[name]
    assert len(found) == len(page.serves) * len(page.asks)
    for command, said, printed in found:
        assert printed == said, command
