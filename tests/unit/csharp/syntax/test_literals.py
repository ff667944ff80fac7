"""Literals."""

from __future__ import annotations

import pytest

from headgate.csharp.diagnostics import BindError
from headgate.csharp.syntax.literals import integer, real, unescape


def test_escapes() -> None:
    assert unescape(r"a\n\t\"\\\u0041\x42\0", 0) == 'a\n\t"\\AB\0'
    assert unescape(r"\ud83d\ude00", 0) == "😀"
    for wrong in (r"\q", r"\U00110000"):
        with pytest.raises(BindError):
            unescape(wrong, 0)


def test_numbers() -> None:
    assert [integer(text, 0).value for text in ("0x1F", "0b11", "1_000", "7UL")] == [31, 3, 1000, 7]
    assert integer("7lu", 0).suffix == "UL"
    assert (real("1.5", 0).suffix, real("1m", 0).suffix, real(".5f", 0).value) == ("D", "M", 0.5)
    with pytest.raises(BindError, match="too large"):
        integer("99999999999999999999", 0)
