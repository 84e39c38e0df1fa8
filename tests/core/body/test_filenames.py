"""Safe file names: what a client may send, and what is made of it."""

from __future__ import annotations

import pytest

from unireq._body.uploads import safe_filename

NAMES = [
    (r"C:\dir\cat.png", "cat.png"),
    ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"),
    # What Windows reserves.
    ("NUL.txt", "_NUL.txt"),
    ("AUX .txt", "_AUX .txt"),
    ("CONIN$", "_CONIN$"),
    ("COM10", "COM10"),
    ("a.NUL", "a.NUL"),
    # Long ones.
    (300 * "a", 255 * "a"),
    (90 * "猫" + ".png", 83 * "猫" + ".png"),
    ("CON" + 300 * " " + "x.txt", "_CON.txt"),
    (250 * "a" + "    ....b" + ".png", 250 * "a" + ".png"),
    (255 * "a", 255 * "a"),
]


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_a_name(name: str, safe: str) -> None:
    assert safe_filename(name) == safe
