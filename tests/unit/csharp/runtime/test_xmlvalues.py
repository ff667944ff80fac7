from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import xmlvalues
from headgate.csharp.runtime.xmlvalues import parse_duration, text_of, to_boolean, to_double


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (1, "1"), (1.5, "1.5"), ("x", "x")]
)
def test_values_are_written_as_xml_schema_does(value: object, text: str) -> None:
    assert text_of(value) == text


def test_infinite_numbers_have_names() -> None:
    assert text_of(float("inf")) == "INF"
    assert to_double("-INF") == float("-inf")


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), (" 1 ", True), ("0", False), ("false", False)]
)
def test_booleans(text: str, value: bool) -> None:
    assert to_boolean(text) is value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (to_boolean, "yes"),
        (to_double, "x"),
        (xmlvalues.to_decimal, "1e5"),
        (xmlvalues.to_moment, "yesterday"),
        (parse_duration, "1h"),
    ],
)
def test_what_is_none_of_them_is_a_format_error(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(DotNetError) as caught:
        read(text)
    assert caught.value.type_name == "System.FormatException"


def test_durations_there_and_back() -> None:
    span = parse_duration("P1DT2H3M4.5S")
    assert xmlvalues.duration(span) == "P1DT2H3M4.5S"
    assert xmlvalues.duration(parse_duration("-PT1S")) == "-PT1S"
