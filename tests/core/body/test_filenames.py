"""Safe file names: what a client may send, and what is made of it."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from unireq._body.uploads import FALLBACK, safe_filename

NAMES = [
    ("cat.png", "cat.png"),
    ("cafe\u0301.png", "café.png"),
    # Paths.
    ("../../etc/passwd", "passwd"),
    (r"C:\dir\cat.png", "cat.png"),
    ("C:cat.png", "cat.png"),
    ("C:", FALLBACK),
    (r"\\server\share\cat.png", "cat.png"),
    (r"..\..\cat.png", "cat.png"),
    (r"a\b/c\d", "d"),
    # What becomes a separator, a dot or a drive.
    ("\uff0fetc\uff0fpasswd", "passwd"),
    ("\u2024\u2024", FALLBACK),
    ("\uff23\uff1a\uff3ccat.png", "cat.png"),
    ("\u2100cat.png", "ccat.png"),
    # What does not show, or turns the text around.
    ("cat\u202egnp.exe", "catgnp.exe"),
    ("\u2066cat\u2069.png", "cat.png"),
    ("\u200ecat\u061c.png", "cat.png"),
    ("c\0a\nt\r\x1b[31m.png\x7f\x85", "cat[31m.png"),
    ("cat\u2028.png\u2029", "cat.png"),
    ("cat\ud800.png", "cat.png"),
    ("\u0645\u06cc\u200c\u062e.png", "\u0645\u06cc\u200c\u062e.png"),
    # Dots and spaces.
    (".htaccess", "htaccess"),
    (" . cat.png . ", "cat.png"),
    (".\u200b./cat", "cat"),
    ("a..b", "a..b"),
    # What Windows reserves.
    ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"),
    ("cat.png::$DATA", "cat.png__$DATA"),
    ("NUL.txt", "_NUL.txt"),
    ("AUX .txt", "_AUX .txt"),
    ("lpt9.log", "_lpt9.log"),
    ("COM\u00b9.txt", "_COM1.txt"),
    ("CONIN$", "_CONIN$"),
    ("CONFIG", "CONFIG"),
    ("COM10", "COM10"),
    ("a.NUL", "a.NUL"),
    # Nothing left.
    ("", FALLBACK),
    # Long ones.
    (300 * "a", 255 * "a"),
    (300 * "a" + ".png", 251 * "a" + ".png"),
    (90 * "猫" + ".png", 83 * "猫" + ".png"),
    ("a." + 300 * "b", "a." + 253 * "b"),
    ("CON" + 300 * " " + "x.txt", "_CON.txt"),
    ("CON" + 248 * " " + ".txt", "_CON.txt"),
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


def test_it_can_be_created(tmp_path: Path) -> None:
    for number, (name, _) in enumerate(NAMES):
        directory = tmp_path / str(number)
        directory.mkdir()
        (directory / safe_filename(name)).write_bytes(b"x")
        assert [file.read_bytes() for file in directory.iterdir()] == [b"x"]
