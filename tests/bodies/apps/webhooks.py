"""The recipes of docs/webhooks.md: what runs here is what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

__all__ = ["PAGE", "VERIFIERS", "example"]

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "webhooks.md"


def example(name: str) -> dict[str, Any]:
    """Run the example `name` of the page; what it defines."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"<!-- example: {name} -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found is not None, f"{PAGE} has no example {name!r}"
    defined: dict[str, Any] = {"__name__": f"webhook_{name}"}
    exec(compile(found[1], f"{PAGE.name}, example {name}", "exec"), defined)  # noqa: S102
    return defined


VERIFIERS: Final[dict[str, Callable[[Any, str], bool]]] = {
    name: example(name)["verify"] for name in ("stripe", "slack", "twilio")
}
"""By the name of the step."""
