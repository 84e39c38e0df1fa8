"""`unireq-conformance new NAME`: writes the package of an adapter, which its suite judges green.

What it writes is in `templates/`, for a framework called acme: valid Python, which this project's
checks read too.
"""

from __future__ import annotations

import keyword
import re
import shlex
import sys
from argparse import Namespace
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import unireq
from unireq_conformance.commands import KINDS
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.suite import Capability

_NAME: Final = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")

_PAGE: Final = "https://github.com/unireq/unireq/blob/main/docs/write-an-adapter.md"


def run(parsed: Namespace) -> int:
    """Run the command; return the exit status."""
    module = _module(parsed.name)
    if len(parsed.kinds) != 1:
        told = "".join(f"\n  --{kind}  {text}" for kind, text in KINDS.items())
        got = " and ".join(f"--{kind}" for kind in parsed.kinds) or "no option"
        raise Unusable(f"expected what {parsed.name} runs on, got {got}; give one of{told}")
    project = f"unireq-{module.replace('_', '-')}"
    into = Path(project) if parsed.into is None else parsed.into
    try:
        if into.exists() and not (into.is_dir() and not any(into.iterdir())):
            got = "a directory that is not empty" if into.is_dir() else "a file"
            raise Unusable(
                f"--into: expected a new or empty directory, got {into}, {got}; give another one:"
                " nothing is overwritten"
            )
        _write(parsed.kinds[0], module, into)
    except OSError as error:
        raise Unusable(
            f"--into: expected a directory that can be written, got {into}:"
            f" {error.strerror or error}; give another one"
        ) from None
    enter = "" if into == Path() else f"cd {shlex.quote(str(into))} && "
    sys.stdout.write(
        f'Next: {enter}pip install -e ".[test]" && pytest\n'
        f"The suite is green. Then do what the lines with TODO say, as told in {_PAGE}\n"
    )
    return 0


def _module(name: str) -> str:
    """The framework's module for the argument NAME."""
    module = name.replace("-", "_")
    if not _NAME.fullmatch(name) or keyword.iskeyword(module):
        raise Unusable(
            "NAME: expected the framework's module (a to z, 0 to 9, - or _ between them, a letter"
            f" first, no keyword of Python), got {name!r}; give the name that programs import"
        )
    if module.startswith("unireq_"):
        bare = name[len("unireq_") :]
        raise Unusable(f"NAME: expected the framework's name alone, got {name!r}; give {bare}")
    if find_spec(f"unireq_{module}") is not None:
        raise Unusable(
            f"NAME: expected a framework without an adapter, got {name!r}: the module"
            f" unireq_{module} is installed; use that one, or uninstall it first"
        )
    return module


def _write(kind: str, module: str, into: Path) -> None:
    templates = files("unireq_conformance") / "templates"
    # The longest first: one is a part of the other.
    words = {
        "unireq-acme": f"unireq-{module.replace('_', '-')}",
        "Acme": "".join(part.capitalize() for part in module.split("_")),
        "acme": module,
        "0.0.0": unireq.__version__,
        "PAGE": _PAGE,
    }
    places = {
        "pyproject.toml": templates / "pyproject.toml",
        "README.md": templates / "README.md",
        ".github/workflows/test.yml": templates / "ci.yml",
        f"unireq_{module}/__init__.py": templates / kind / "adapter.py",
        "tests/test_conformance.py": templates / kind / "suite.py",
    }
    # A list of what any framework may lack, in place of the one line that stands for it.
    offered = {Capability.STRICT_SERVER, Capability.UNIX_SOCKET}
    offered |= set() if kind == "wsgi" else {Capability.ASYNC_BODY}
    lacking = [f'        {each}: "TODO",\n' for each in Capability if each not in offered]
    words[f'        {Capability.CURRENT}: "TODO",\n'] = "".join(lacking)
    texts = {place: file.read_text(encoding="utf-8") for place, file in places.items()}
    texts[f"unireq_{module}/py.typed"] = ""
    for place, text in texts.items():
        for word, theirs in words.items():
            text = text.replace(word, theirs)  # noqa: PLW2901
        path = into / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
