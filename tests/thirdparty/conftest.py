"""The packages here are other people's: their tests run where the packages are installed."""

from __future__ import annotations

collect_ignore_glob = ["unireq-*"]
