"""Formats of numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.formats import composite, formatted, placed


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (5, "D3", "005"),
        (255, "x", "ff"),
        (-1, "X", "FFFFFFFF"),
        (1234.5678, "F2", "1234.57"),
        (1234567, "N0", "1,234,567"),
        (0.256, "P1", "25.6 %"),
        (-12.5, "C", "(¤12.50)"),
        (12345.6789, "E2", "1.23E+004"),
        (12345.6789, "G3", "1.23E+04"),
        (1.005, "0.00", "1.01"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234.5, "#,##0.0;(#,##0.0)", "(1,234.5)"),
        (0, "#", ""),
        (0.5, "0%", "50%"),
        (Decimal("1.5"), "F3", "1.500"),
        (7, "'#'0\\x", "#7x"),
        (float("nan"), "F2", "NaN"),
        (1500, "0,.0", "1.5"),
        (12345, "0.0e+00", "1.2e+04"),
    ],
)
def test_number_formats(value: Any, form: str, text: str) -> None:
    assert formatted(value, form) == text


def test_wrong_formats_are_refused() -> None:
    for value, form in ((1.5, "D2"), (1, "Q")):
        with pytest.raises(DotNetError, match="Format"):
            formatted(value, form)


def test_composite_formats_pad_escape_and_check_their_holes() -> None:
    assert composite("{0,4}|{0,-4}|{{{1:D2}}}", ["a", 7]) == "   a|a   |{07}"
    for template in ("{2}", "{", "}", "{x}"):
        with pytest.raises(DotNetError, match="Format"):
            composite(template, [1, 2])
    with pytest.raises(DotNetError, match="OutOfMemory"):
        placed("x", 2_000_000_000, "")
