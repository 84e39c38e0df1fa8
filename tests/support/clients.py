"""Starlette's test client, which warns at import where only the older of its two libraries is."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # By its text: the class of the warning is Starlette's own.
    warnings.filterwarnings("ignore", message=".*starlette.testclient.* is deprecated")
    from starlette.testclient import TestClient

__all__ = ["TestClient"]
