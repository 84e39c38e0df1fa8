"""The goals: the ratios that unireq set out to reach, and where a figure is held against one.

Each is "at most", but for cross-web's: how many times as much as ours that should need at least.
"""

from __future__ import annotations

__all__ = ["BESIDE_PEER", "goal_beside_peer", "goal_of"]

# By subject: (construct, headers, everything browser, everything minimal, cross-web's everything).
_GOALS = {
    "Starlette": (0.50, 0.95, 0.48, 0.65, 2.5),
    "Flask": (0.09, 0.31, 0.26, 0.48, 4.5),
    "Django WSGI": (0.07, 0.15, 0.25, 0.43, 4.8),
    "Django ASGI": (0.04, 0.20, 0.41, 0.50, 2.8),
    "Sanic": (0.11, 2.00, 0.78, 1.45, 2.2),
}

BESIDE_PEER = ("construct", "header", "headers", "cookies", "query", "path_params", "everything")
"""What cross-web has too: it is faster at none of these, outside the making of the request."""

# Sanic has parsed the fields before there is a request, and cross-web hands out what it made.
_EXCEPTIONS = {("Sanic", "header"): 0.80, ("Sanic", "headers"): 0.72}


def goal_beside_peer(subject: str, operation: str, mode: str) -> float | None:
    """What cross-web needs at least, as a multiple of ours, in instructions; None: no goal.

    Args:
        subject: The name of the subject.
        operation: What was asked.
        mode: "outside", "whole" or "second".
    """
    if operation not in BESIDE_PEER or mode != "outside":
        return None
    return _EXCEPTIONS.get((subject, operation), 1.0)


# On the whole stack: (everything ours / native, a few facts ours / nothing).
_STACK_GOALS = {
    "Starlette on uvicorn": (1.0, 1.05),
    "Starlette on uvicorn, all Python": (1.0, 1.05),
    "Flask on gunicorn": (1.0, 1.02),
    "Django on gunicorn": (1.0, 1.02),
    "Django on uvicorn": (1.0, 1.05),
    # Sanic has parsed the fields before there is a request, for every view.
    "Sanic": (1.01, 1.05),
}


def goal_of(subject: str, example: str, kind: str, operation: str, mode: str) -> float | None:
    """The goal for a figure, or None where there is none.

    Args:
        subject: The name of the subject.
        example: "browser" or "minimal".
        kind: "native": ours / native; "cross-web": cross-web / ours; "nothing": ours / nothing.
        operation: What was asked.
        mode: "outside" or "whole"; "stack" for the whole stack.
    """
    if mode == "stack":
        everything, few = _STACK_GOALS[subject]
        stack_goals = {
            ("browser", "native", "everything"): everything,
            ("browser", "nothing", "a few"): few,
            ("minimal", "nothing", "a few"): few,
        }
        return stack_goals.get((example, kind, operation))
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
