"""Safe file names: what a client may send, and what is made of it."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PureWindowsPath

from hypothesis import example, given
from hypothesis import strategies as st

from unireq._body.uploads import safe_filename

WORDS = [
    *r". .. / \ : C: CON nul COM 1 $ a é ? < .png".split(),
    "e\u0301",
    200 * "a",
    60 * "\u732b",
]
UNUSUAL = (
    " \0\n\u00b9\u202e\u200b\u200d\u0301\u0338\u1161\u2025\u2100\u3000\u00a0\uff0f\ufb03\ud800"
)

pieces = st.one_of(st.sampled_from(WORDS), st.sampled_from(UNUSUAL))


@example("\u200d.htaccess")
@given(st.one_of(st.lists(pieces, max_size=9).map("".join), st.text(st.characters(), max_size=90)))
def test_any_name(name: str) -> None:
    safe = safe_filename(name)
    assert safe_filename(safe) == safe
    assert 1 <= len(safe.encode()) <= 255
    assert Path(safe).name == safe == PureWindowsPath(safe).name
    assert not set(safe) & set('<>:"/\\|?*')
    assert not {unicodedata.category(character) for character in safe} & {"Cc", "Cs", "Zl", "Zp"}
    assert {c for c in safe if unicodedata.category(c) == "Cf"} <= set("\u200c\u200d")
    assert safe.strip() == safe
    assert safe.strip(".") == safe
    assert unicodedata.is_normalized("NFKC", safe)
