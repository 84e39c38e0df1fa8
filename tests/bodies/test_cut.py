"""A client that goes in the middle of its body: the app is told, or is never called.

Every other outcome is declared, with its reason, in `cut`, and told in docs/bodies.md.
"""

from __future__ import annotations

import pytest

from bodies.cut import FRAMINGS, HOW, expected, outcome
from bodies.servers import BY_NAME, Rig


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("framing", FRAMINGS)
def test_read(rig: Rig, framing: str, how: str) -> None:
    found = rig.on_all(lambda name: outcome(rig, name, framing, how))
    assert found == {name: expected(name, framing)[0] for name in rig.servers}


@pytest.mark.parametrize("do", ["stream", "form", "json"])
def test_other_ways_to_read(rig: Rig, do: str) -> None:
    def ask(name: str) -> str:
        content_type = "multipart/form-data; boundary=b"
        return outcome(rig, name, FRAMINGS[0], HOW[0], do=do, content_type=content_type)

    assert rig.on_all(ask) == {name: expected(name, FRAMINGS[0])[0] for name in rig.servers}


def test_sync_views(rig: Rig) -> None:
    names = [n for n in rig.servers if BY_NAME[n].framework in {"starlette", "fastapi"}]
    found = rig.on_all(lambda n: outcome(rig, n, FRAMINGS[2], HOW[0], path="/sync"), *names)
    assert found == {name: expected(name, FRAMINGS[2])[0] for name in names}
