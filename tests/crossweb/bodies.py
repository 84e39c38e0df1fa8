"""What cross-web gives of a body, for the steps that a request asks for.

Rule: fair to cross-web. A text is what `form.get(name)` gives, by the names that the mapping has;
what stands for a file is each framework's own, and is left out. Text in place of bytes counts as
its UTF-8. An error is one whatever its class, since cross-web promises none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from unireq_conformance import content

__all__ = ["ERROR", "OFFERED", "aperform", "fair", "perform"]

OFFERED: Final = frozenset({"read", "body", "form"})
"""The steps that there is something for in cross-web."""

ERROR: Final = {"error": "an error"}


def _asked(request: Any) -> list[str]:
    return [step.strip() for step in (request.headers.get(content.PROBE_FIELD) or "").split(",")]


def _octets(data: Any) -> dict[str, Any]:
    return content.octets(data.encode() if isinstance(data, str) else data)


def _texts(form: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: form.get(name) for name in form}
    return {"texts": [[name, value] for name, value in texts.items() if isinstance(value, str)]}


def _raised(error: Exception) -> dict[str, Any]:
    return {"error": f"raises {type(error).__name__}"}


def perform(request: Any) -> dict[str, Any]:
    """What came of each step, by its number and name, of a request in sync code."""
    found: dict[str, Any] = {}
    for number, step in enumerate(_asked(request), 1):
        if step in OFFERED:
            try:
                outcome = (
                    _texts(request.get_form_data().form)
                    if step == "form"
                    else _octets(request.body)
                )
            except Exception as error:  # noqa: BLE001  # it is what cross-web answered
                outcome = _raised(error)
            found[f"{number}.{step}"] = outcome
    return found


async def aperform(request: Any) -> dict[str, Any]:
    """The same of one in async code."""
    take: dict[str, Callable[[], Awaitable[Any]]] = {
        "read": request.get_body,
        "body": request.get_body,
        "form": request.get_form_data,
    }
    found: dict[str, Any] = {}
    for number, step in enumerate(_asked(request), 1):
        if step in take:
            try:
                value = await take[step]()
                outcome = _texts(value.form) if step == "form" else _octets(value)
            except Exception as error:  # noqa: BLE001  # as above
                outcome = _raised(error)
            found[f"{number}.{step}"] = outcome
    return found


def fair(expected: Any, observed: Any) -> tuple[Any, Any]:
    """What a clause demands of a step, and what came of it, as far as cross-web has a word."""
    if "parts" in expected:
        parts: list[list[Any]] = expected["parts"]
        # Of a name that comes twice, one value is as good as another; files are left out.
        once = [p for p in parts if [name for name, _ in parts].count(p[0]) == 1]
        texts = [[name, value] for name, value in once if isinstance(value, str)]
        several = {name for name, _ in parts} - {name for name, _ in once}
        if observed is not None and "texts" in observed:
            told = [pair for pair in observed["texts"] if pair[0] not in several]
            observed = {"texts": told}
        return {"texts": texts}, observed
    if "error" in expected:
        return ERROR, ERROR if observed is not None and "error" in observed else observed
    return expected, observed
