"""The declared deviations as Markdown: what servers lose.

The tests check that it is true: they send each witness to each target.
"""

from __future__ import annotations

from unireq_conformance.deviations import DEVIATIONS, Deviation


def to_markdown() -> str:
    """The deviations by clause: the targets, the loss, the reason and the bytes that show it."""
    blocks: list[str] = []
    for number, deviation in enumerate(sorted(DEVIATIONS, key=lambda d: d.clause), 1):
        targets = ", ".join(f"`{pattern}`" for pattern in deviation.targets)
        because = f"{deviation.because[:1].upper()}{deviation.because[1:]}."
        witness = f"```python\n{deviation.witness!r}\n```"
        title = f"### {number}. {deviation.clause} on {targets}"
        blocks += [title, because, _shown(deviation), witness]
    return "\n\n".join(blocks) + "\n"


def _shown(deviation: Deviation) -> str:
    if deviation.of_reaching:
        return "The server refuses:" if deviation.refused else "The server accepts:"
    rows = (
        f"| `{name}` | {_cell(value)} | {_cell(deviation.observed.get(name))} |"
        for name, value in deviation.specified.items()
    )
    return "\n".join(["| field | specified | observed |", "| --- | --- | --- |", *rows])


def _cell(value: object) -> str:
    return "absent" if value is None else f"`{value!a}`".replace("|", "\\|")
