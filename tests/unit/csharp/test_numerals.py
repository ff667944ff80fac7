"""Numbers and text."""

from __future__ import annotations

import pytest

from headgate.csharp import numerals
from headgate.csharp.errors import DotNetError
from headgate.csharp.types import BYTE, INT32


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e16, "10000000000000000"),
        (1e17, "1E+17"),
        (1e-5, "1E-05"),
        (0.0001, "0.0001"),
        (-0.0, "-0"),
        (5e-324, "5E-324"),
        (float("inf"), "Infinity"),
    ],
)
def test_doubles_print_the_shortest_round_trip(value: float, text: str) -> None:
    assert numerals.double_text(value) == text


def test_floats_print_with_fewer_digits() -> None:
    assert numerals.double_text(numerals.single(0.1), single_precision=True) == "0.1"
    assert numerals.single(1e39) == float("inf")


def test_integers_are_read_strictly() -> None:
    assert numerals.parse_integer(" +42\n", INT32) == 42
    assert numerals.parse_integer("1,000", INT32, thousands=True) == 1000
    for text, name in (("1,000", "Format"), ("", "Format"), ("٣", "Format"), ("256", "Overflow")):
        with pytest.raises(DotNetError, match=name):
            numerals.parse_integer(text, BYTE)
    assert numerals.parse_hex("ffffffff", INT32) == -1


def test_reals_are_read_with_group_separators_and_names() -> None:
    assert numerals.parse_double("1,5") == 15
    assert numerals.parse_double("-Infinity") == float("-inf")
    assert str(numerals.parse_decimal("1.50")) == "1.50"
    for text in ("1..5", "e5", "nan", "1_0"):
        with pytest.raises(DotNetError, match="Format"):
            numerals.parse_double(text)


def test_booleans_are_words() -> None:
    assert numerals.parse_boolean(" True ")
    with pytest.raises(DotNetError, match="Format"):
        numerals.parse_boolean("1")
