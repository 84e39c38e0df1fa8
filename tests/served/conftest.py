from __future__ import annotations

from support.started import started

__all__ = ["started"]
