"""Safe file names: what a client may send, and what is made of it."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from unireq._body.uploads import safe_filename

NAMES = [
    (r"C:\dir\cat.png", "cat.png"),
    ("C:cat.png", "cat.png"),
    ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"),
    # What Windows reserves.
    ("NUL.txt", "_NUL.txt"),
    ("AUX .txt", "_AUX .txt"),
    ("lpt9.log", "_lpt9.log"),
    ("CONIN$", "_CONIN$"),
    ("COM10", "COM10"),
    ("a.NUL", "a.NUL"),
    # Long ones.
    (300 * "a", 255 * "a"),
    (300 * "a" + ".png", 251 * "a" + ".png"),
    (90 * "猫" + ".png", 83 * "猫" + ".png"),
    ("a." + 300 * "b", "a." + 253 * "b"),
    ("CON" + 300 * " " + "x.txt", "_CON.txt"),
    (250 * "a" + "    ....b" + ".png", 250 * "a" + ".png"),
    (255 * "a", 255 * "a"),
]


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_a_name(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


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
