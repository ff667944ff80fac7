"""System.Convert's rules."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import converting
from headgate.csharp.runtime.jsontree import JValue
from headgate.csharp.types import INT32


def test_numbers_round_to_even_and_look_into_boxes() -> None:
    convert = converting.to_number(INT32)
    assert [convert(value) for value in (2.5, 3.5, True, None, "7", JValue(9))] == [
        2,
        4,
        1,
        0,
        7,
        9,
    ]
    for value, name in ((object(), "InvalidCast"), (JValue(None), "Argument"), (1e10, "Overflow")):
        with pytest.raises(DotNetError, match=name):
            convert(value)


def test_digits_in_other_bases() -> None:
    assert converting.digits(-1, 16) == "ffffffff"
    assert converting.from_base(INT32)("ffffffff", 16) == -1
    with pytest.raises(DotNetError, match="ArgumentOutOfRange"):
        converting.digits(1, 7)


def test_base64_is_strict_about_padding_and_lenient_about_blanks() -> None:
    assert converting.from_base64("AQ I=") == b"\x01\x02"
    for text in ("AQI", "A_I=", "===="):
        with pytest.raises(DotNetError, match="Format"):
            converting.from_base64(text)
