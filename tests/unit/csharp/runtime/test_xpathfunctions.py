from __future__ import annotations

from typing import Any

import pytest

from headgate.csharp.runtime.xmllinq import parse_element
from headgate.csharp.runtime.xpath import evaluate
from headgate.csharp.runtime.xpathfunctions import (
    compare,
    divided,
    number_of,
    number_text,
    remainder,
    rounded,
    text_of,
    truth_of,
)


def value(path: str) -> Any:
    root = parse_element("<r xml:lang='en-GB'><a> x  y </a></r>")
    return evaluate(root, path, lambda prefix: None)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring('12345', 0, 3)", "12"),
        ("substring-before('1999/04/01', '/')", "1999"),
        ("substring-after('1999/04/01', '/')", "04/01"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("normalize-space(a)", "x y"),
        ("concat('a', 1, true())", "a1true"),
        ("contains('abc', 'b')", True),
        ("starts-with('abc', 'b')", False),
        ("string-length('abc')", 3.0),
        ("floor(-1.5)", -2.0),
        ("ceiling(1.2)", 2.0),
        ("round(2.5)", 3.0),
        ("local-name(a)", "a"),
        ("lang('en')", True),
        ("5 mod -2", 1.0),
        ("string(1 div 0)", "Infinity"),
    ],
)
def test_functions_do_as_the_recommendation_says(path: str, expected: object) -> None:
    """Source: XML Path Language 1.0, section 4, whose own examples most of these are."""
    assert value(path) == expected


def test_values_turn_into_each_other() -> None:
    assert number_text(1.0) == "1"
    assert number_text(float("nan")) == "NaN"
    assert number_of("x") != number_of("x")
    assert (number_of(" 12 "), number_of(True)) == (12.0, 1.0)
    assert (truth_of(""), truth_of("0"), truth_of(0.0)) == (False, True, False)
    assert (text_of(True), text_of(1.5)) == ("true", "1.5")


def test_arithmetic_has_no_exceptions() -> None:
    assert divided(1.0, 0.0) == float("inf")
    assert remainder(5.0, -2.0) == 1.0
    assert rounded(-0.4) == 0.0
    assert compare("<", "1", 2.0) is True
