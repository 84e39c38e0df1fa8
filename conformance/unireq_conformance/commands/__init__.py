"""The subcommands, each a module whose function `run` is given the parsed arguments."""

from __future__ import annotations

from typing import Final

KINDS: Final = {
    "asgi": "it runs on ASGI: a subclass of ASGIRequest",
    "wsgi": "it runs on WSGI: a subclass of WSGIRequest",
    "server": "it has its own server: a subclass of NativeRequest",
}
"""What a framework may run on, by the option of `new` that says so."""

PROFILES: Final = {"ci": 25, "full": 300}
"""How many requests `run` draws for a clause. Only those of `ci` are the same every time."""

NARROWEST: Final = 40
"""The smallest width of what is printed, in columns."""
