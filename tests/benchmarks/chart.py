"""A chart of ratios as SVG, readable on light and dark pages: bars that begin at 1, on a log scale.

The chart brings its own background, so a page that is dark where the system is light shows it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log
from typing import NamedTuple

__all__ = ["Bar", "Ratio", "chart"]

_LEFT, _WIDTH, _RIGHT, _STEP, _TOP = 190, 480, 70, 18, 56
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10, 20)
_STYLE = """\
<style>
.page { fill: #fff; stroke: #d0d7de } .text { fill: #1f2328 } .grid { stroke: #d0d7de }
.one { stroke: #1f2328 } .less { fill: #1a7f5a } .more { fill: #bc4c00 } .doubtful { opacity: 0.5 }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117; stroke: #3d444d } .text { fill: #e6edf3 } .grid { stroke: #3d444d }
  .one { stroke: #e6edf3 } .less { fill: #3fb68b } .more { fill: #f0883e }
}
</style>"""


class Ratio(NamedTuple):
    """A ratio; `doubtful` if its control moved."""

    value: float
    doubtful: bool = False

    def __str__(self) -> str:
        return f"{self.value:.2f}{' ?' if self.doubtful else ''}"


class Bar(NamedTuple):
    """One ratio; `group` is said above the first of its group, and doubtful ones are pale."""

    group: str
    label: str
    ratio: Ratio


def chart(title: str, bars: Sequence[Bar]) -> str:
    """The chart; the same bars give the same text."""
    low = min([0.5, *(bar.ratio.value for bar in bars)]) / 1.2
    high = max([2, *(bar.ratio.value for bar in bars)]) * 1.2

    def x(ratio: float) -> float:
        return round(_LEFT + _WIDTH * log(ratio / low) / log(high / low), 1)

    body: list[str] = []
    y, group = _TOP, ""
    for bar in bars:
        if bar.group != group:
            group = bar.group
            y += 8
            body.append(_text(12, y + 13, group, 'font-weight="bold"'))
            y += _STEP
        value, doubtful = bar.ratio
        kind = f"{'less' if value <= 1 else 'more'}{' doubtful' if doubtful else ''}"
        start, end = sorted((x(value), x(1)))
        size = f'width="{max(end - start, 1):.1f}" height="{_STEP - 4}"'
        body += [
            _text(_LEFT - 10, y + 13, bar.label, 'text-anchor="end"'),
            f'<rect class="{kind}" x="{start}" y="{y + 2}" {size}/>',
            _text(end + 6, y + 13, str(bar.ratio)),
        ]
        y += _STEP
    for tick in _TICKS:
        if low < tick < high:
            at, kind = x(tick), "one" if tick == 1 else "grid"
            line = f'<line class="{kind}" x1="{at}" y1="{_TOP}" x2="{at}" y2="{y}"/>'
            body[:0] = [line, _text(at, _TOP - 6, f"{tick:g}", 'text-anchor="middle"')]
    width, height = _LEFT + _WIDTH + _RIGHT, y + 12
    told = "; ".join(f"{bar.group}, {bar.label}: {bar.ratio}" for bar in bars)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-labelledby="t d" font-family="sans-serif"'
        ' font-size="12">'
    )
    lines = [
        head,
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(told)}</desc>',
        _STYLE,
        f'<rect class="page" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="6"/>',
        _text(12, 22, title, 'font-size="14" font-weight="bold"'),
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _text(x: float, y: float, text: str, how: str = "") -> str:
    return f'<text class="text" x="{x:g}" y="{y:g}"{f" {how}" if how else ""}>{escape(text)}</text>'
