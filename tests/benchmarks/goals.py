"""The goals: the ratios that unireq set out to reach, and where a figure is held against one.

Each is "at most", but for cross-web's: how many times as long as ours that should take at least.
"""

from __future__ import annotations

__all__ = ["goal_of"]

# By subject: (construct, headers, everything browser, everything minimal, cross-web's everything).
_GOALS = {
    "Starlette": (0.50, 0.75, 0.50, 0.50, 2.3),
    "Flask": (0.12, 0.30, 0.22, 0.38, 4.0),
    "Django WSGI": (0.06, 0.30, 0.27, 0.43, 4.0),
    "Django ASGI": (0.06, 0.50, 0.42, 0.48, 2.5),
    "Sanic": (0.12, 1.45, 0.72, 1.12, 1.8),
}


def goal_of(subject: str, example: str, kind: str, operation: str, mode: str) -> float | None:
    """The goal for a figure, or None where there is none.

    Args:
        subject: The name of the subject.
        example: "browser" or "minimal".
        kind: "native": ours / native; "cross-web": cross-web / ours.
        operation: What was asked.
        mode: "outside" or "whole".
    """
    if subject not in _GOALS:
        return None
    construct, headers, browser, minimal, peer = _GOALS[subject]
    goals = {
        ("browser", "native", "construct", "outside"): construct,
        ("minimal", "native", "construct", "outside"): construct,
        ("browser", "native", "headers", "outside"): headers,
        ("browser", "native", "everything", "whole"): browser,
        ("minimal", "native", "everything", "whole"): minimal,
        ("browser", "cross-web", "everything", "whole"): peer,
    }
    return goals.get((example, kind, operation, mode))
