"""The Python form of .NET values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.values import (
    Char,
    Int64,
    Single,
    enum_class,
    to_bool,
    to_double,
    to_int,
    to_text,
    type_name_of,
)


@pytest.mark.parametrize(
    ("value", "text", "name"),
    [
        (None, "", ""),
        (True, "True", "System.Boolean"),
        (5, "5", "System.Int32"),
        (Int64(5), "5", "System.Int64"),
        (1.0, "1", "System.Double"),
        (Single(0.1), "0.1", "System.Single"),
        (Decimal("1.50"), "1.50", "System.Decimal"),
        (Char("c"), "c", "System.Char"),
        ("x", "x", "System.String"),
        (bytearray(b"a"), "System.Byte[]", "System.Byte[]"),
        (
            DotNetError("System.FormatException", "m"),
            "System.FormatException: m",
            "System.FormatException",
        ),
    ],
)
def test_text_and_type_of_values(value: Any, text: str, name: str) -> None:
    assert to_text(value) == text
    assert type_name_of(value) == name


def test_enums_print_their_names() -> None:
    plain = enum_class("Some.Colour", {"Red": 0, "Green": 1})
    assert (to_text(plain(1)), to_text(plain(7))) == ("Green", "7")
    flags = enum_class("Some.Flags", {"None": 0, "A": 1, "B": 2}, flags=True)
    assert to_text(flags(3)) == "A, B"


def test_attributes_take_values_of_their_type_or_text() -> None:
    assert [to_int(value) for value in (5, Int64(5), "5", 5.0)] == [5, 5, 5, 5]
    assert [to_bool(value) for value in (True, " true ", "False")] == [True, True, False]
    assert [to_double(value) for value in (1, "1.5", Decimal("2.5"))] == [1.0, 1.5, 2.5]


@pytest.mark.parametrize(
    ("function", "value", "name"),
    [
        (to_int, "x", "Format"),
        (to_int, True, "InvalidCast"),
        (to_int, None, "InvalidCast"),
        (to_int, 2**31, "Overflow"),
        (to_int, 1.5, "Format"),
        (to_bool, 1, "InvalidCast"),
        (to_bool, "yes", "Format"),
        (to_double, "x", "Format"),
        (to_double, None, "InvalidCast"),
    ],
)
def test_attributes_refuse_other_values(function: Any, value: Any, name: str) -> None:
    with pytest.raises(DotNetError, match=name):
        function(value)
