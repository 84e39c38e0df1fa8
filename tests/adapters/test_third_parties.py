"""Adapters of third parties: they go first, and a broken one harms nobody else."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import flask
import pytest

import unireq
import unireq_flask
from support import natives
from support.reading import read_everything
from unireq import _detect


class Site:
    """A directory on the import path, with distributions in it that were never built."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def add(self, name: str, entry_points: str, source: str | None = None) -> None:
        """Install a distribution whose one module, `name`, has the given source."""
        info = self.directory / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[unireq.adapters]\n{entry_points}\n")
        if source is not None:
            (self.directory / f"{name}.py").write_text(dedent(source))
        importlib.invalidate_caches()
        _detect.forget()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield Site(tmp_path)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


OWN = """
    import unireq_flask

    class Adapter(unireq_flask.FlaskRequest):
        @classmethod
        def _matches(cls, kind):
            return kind.__name__ == "Request"
"""

BROKEN = {
    "raises at import": ("{claim} = broken:Adapter", "raise RuntimeError('no luck')", "no luck"),
    "exits at import": ("{claim} = broken:Adapter", "raise SystemExit(3)", "SystemExit"),
    "is no adapter": ("{claim} = broken:Adapter", "Adapter = int", "expected a subclass of"),
    "is no class": ("{claim} = broken:Adapter", "Adapter = 1", "expected a subclass of"),
    "has no module": ("{claim} = broken:Adapter", None, "No module named 'broken'"),
    "has no such name": ("{claim} = broken:Adapter", "", "'Adapter'"),
    "is no reference": ("{claim} = ???", "", "???"),
    "misses members": (
        "{claim} = broken:Adapter",
        "import unireq\nclass Adapter(unireq.adapter.NativeRequest): pass",
        "Adapter must define method, scheme",
    ),
    "raises when asked": (
        "{claim} = broken:Adapter",
        OWN.replace("return kind.", "raise OSError('asleep')\n            return kind."),
        "broken:Adapter (OSError: asleep)",
    ),
    "has an unreadable file": ("this is no entry point, {claim}", "", "entry_points.txt of broken"),
}


@pytest.mark.parametrize(
    ("fault", "claim"),
    [
        *((fault, claim) for fault in BROKEN for claim in ("flask", "broken")),
        ("raises at import", "asgi"),
        ("raises at import", "wsgi"),
    ],
)
def test_a_broken_adapter_harms_nobody_else(site: Site, fault: str, claim: str) -> None:
    entry_points, source, told = BROKEN[fault]
    site.add("broken", entry_points.format(claim=claim), source)
    for name in natives.NATIVES:
        assert unireq.from_native(natives.NATIVES[name]()).to_dict() == natives.FACTS
    assert type(unireq.from_native(natives.flask())) is unireq_flask.FlaskRequest

    # Who misses it is told what is wrong with it.
    stranger = type("Request", (), {"__module__": f"{claim}.web"})()
    with pytest.raises(unireq.UnknownNative) as caught:
        unireq.from_native(stranger)
    assert "Adapters that could not be loaded: " in str(caught.value)
    assert told in str(caught.value)


def test_an_adapter_of_a_third_party_goes_before_ours(site: Site) -> None:
    site.add("their_flask", "flask = their_flask:Adapter", OWN)
    request = unireq.from_native(natives.flask())
    assert type(request).__module__ == "their_flask"
    assert read_everything(request) == natives.FACTS
    # It may leave some types to ours.
    other = type("Other", (flask.Request,), {"__module__": "flask"})(natives.environ())
    assert type(unireq.from_native(other)) is unireq_flask.FlaskRequest


EVENT = """
    import unireq_asgi

    class Event(dict): pass
    class Other(dict): pass

    class Adapter(unireq_asgi.ASGIRequest):
        def __init__(self, event):
            super().__init__(event["inner"], native=event)

        @classmethod
        def _matches(cls, kind):
            return issubclass(kind, Event)
"""


def test_a_request_may_be_a_dict(site: Site) -> None:
    site.add("events", "events = events:Adapter", EVENT)
    events = importlib.import_module("events")
    derived: Any = type("Derived", (events.Event,), {"__module__": "elsewhere"})
    for kind in (events.Event, derived):
        # Whatever else is in it.
        event = kind({**natives.environ(), "inner": natives.scope()})
        request = unireq.from_native(event)
        assert (type(request).__module__, request.native) == ("events", event)
        assert request.to_dict() == natives.FACTS
    for raw in (natives.scope(), natives.environ()):
        assert unireq.from_native(events.Other(raw)).to_dict() == natives.FACTS


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("order", [("alpha", "zeta"), ("zeta", "alpha")])
def test_several_are_asked_in_the_order_of_their_names(
    site: Site, order: tuple[str, ...], named: bool
) -> None:
    for name in order:
        site.add(name, f"flask = {name}:Adapter", OWN)
        if not named:
            (site.directory / f"{name}-1.0.dist-info" / "METADATA").unlink()
    _detect.forget()
    assert type(unireq.from_native(natives.flask())).__module__ == "alpha"


THEIRS = """
    from unireq_wsgi import WSGIRequest

    class Adapter(WSGIRequest):
        def __init__(self, native):
            super().__init__(native.cgi, native=native)

        @classmethod
        def _matches(cls, kind):
            return kind.__name__ == "Request"
"""


def test_an_adapter_for_a_framework_of_its_own(site: Site) -> None:
    site.add("unireq_theirs", "theirs = unireq_theirs:Adapter", THEIRS)
    native = type("Request", (), {"__module__": "theirs.http"})()
    native.cgi = natives.environ()
    request = unireq.from_native(native)
    assert type(request).__module__ == "unireq_theirs"
    assert request.native is native
    assert read_everything(request) == natives.FACTS
    with pytest.raises(unireq.UnknownNative, match="sanic, starlette, theirs, werkzeug"):
        unireq.from_native(type("Response", (), {"__module__": "theirs.http"})())
