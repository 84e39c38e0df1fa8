"""The conformance kit: does an adapter give the normal form? One file in an adapter's tests tells.

    from unireq_conformance import AdapterSuite, Capability, wsgi

    class TestBottle(AdapterSuite):
        target = wsgi(make_app)
        unsupported = {Capability.LOGIN: "Bottle has no users"}

docs/write-an-adapter.md goes through it line by line.

Rule: each name is loaded when it is asked for. So importing this package loads neither unireq, nor
a framework, nor pytest, Hypothesis or a server.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from unireq_conformance import strategies
    from unireq_conformance.content import Content
    from unireq_conformance.deviations import Deviation, Refusal
    from unireq_conformance.judge import Effort
    from unireq_conformance.model import AbstractRequest
    from unireq_conformance.probe import Probe
    from unireq_conformance.servers.drivers import asgi, server, wsgi
    from unireq_conformance.servers.received import Added
    from unireq_conformance.servers.target import Target
    from unireq_conformance.suite import AdapterSuite, Capability

__all__ = [
    "AbstractRequest",
    "AdapterSuite",
    "Added",
    "Capability",
    "Content",
    "Deviation",
    "Effort",
    "Probe",
    "Refusal",
    "Target",
    "asgi",
    "server",
    "strategies",
    "wsgi",
]

_MODULES: Final = {
    "content": ["Content"],
    "deviations": ["Deviation", "Refusal"],
    "judge": ["Effort"],
    "model": ["AbstractRequest"],
    "probe": ["Probe"],
    "servers.drivers": ["asgi", "server", "wsgi"],
    "servers.received": ["Added"],
    "servers.target": ["Target"],
    "suite": ["AdapterSuite", "Capability"],
}
"""The public names that each module of this package has; `strategies` is a module itself."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}"
        )
    place = next((module for module, names in _MODULES.items() if name in names), name)
    module = import_module(f"{__name__}.{place}")
    globals()[name] = module if place == name else getattr(module, name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
