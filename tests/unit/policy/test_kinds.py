from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.values import Int64
from headgate.policy.kinds import Duration, HeaderName, Money, kind_of


class Mode(StrEnum):
    NEW = "new"
    COPY = "copy"


@pytest.mark.parametrize(
    ("annotation", "text", "expected"),
    [
        (str, "a", "a"),
        (object, "1", "1"),
        (int, "-3", -3),
        (int, "9223372036854775807", 2**63 - 1),
        (bool, "True", True),
        (bool, "false", False),
        (float, "1.5e3", 1500.0),
        (float, "2", 2.0),
        (bytes, "é", b"\xc3\xa9"),
        (HeaderName, "x-left", "x-left"),
        (Duration, "60", 60_000_000),
        (Duration, "0.5", 500_000),
        (Duration, "00:01:30", 90_000_000),
        (Duration, "1.02:03:04.5", 93_784_500_000),
        (Money, "0", 0),
        (Money, "-1", -1_000_000_000),
        (Money, "12.50", 12_500_000_000),
        (Money, "1e-9", 1),
        (Money, "0.0000000019", 1),
        (Money, "9223372035.999999999", 9_223_372_035_999_999_999),
        (Literal["a", "b"], "b", "b"),
        (Mode, "copy", Mode.COPY),
    ],
)
def test_literal_is_read(annotation: Any, text: str, expected: object) -> None:
    assert kind_of(annotation).literal(text) == expected


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "1.0"),
        (int, "9223372036854775808"),
        (int, "-9223372036854775809"),
        (int, "1" * 5000),
        (int, "١"),
        (bool, "yes"),
        (bool, "1"),
        (float, "nan"),
        (float, "1,5"),
        (HeaderName, "x left"),
        (HeaderName, "x-left:"),
        (Duration, "-1"),
        (Duration, "1e300"),
        (Duration, "1:2:3"),
        (Money, "9223372036"),
        (Money, "-9223372036"),
        (Money, "1e300"),
        (Money, "1,50"),
        (Money, "NaN"),
        (Money, "$1"),
        (Literal["a", "b"], "B"),
        (Mode, "old"),
    ],
)
def test_literal_of_another_type_is_refused(annotation: Any, text: str) -> None:
    with pytest.raises(ValueError):
        kind_of(annotation).literal(text)


def test_choice_in_any_case_gives_the_declared_word() -> None:
    kind = kind_of(Literal["Daily"], any_case=True)
    assert kind.literal("dAILY") == "Daily"
    assert kind.choices == ("Daily",)


def converted(annotation: Any, value: object) -> object:
    convert = kind_of(annotation).convert
    assert convert is not None
    return convert(value)


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (str, "a", "a"),
        (str, True, "True"),
        (str, 1.0, "1"),
        (int, 5, 5),
        (int, Int64(2**40), 2**40),
        (int, "7", 7),
        (int, 2.0, 2),
        (bool, True, True),
        (bool, "true", True),
        (float, 1, 1.0),
        (float, "1.5", 1.5),
        (bytes, b"\x00", b"\x00"),
        (bytes, "a", b"a"),
        (bytes, "\ud800", b"\xef\xbf\xbd"),
        (HeaderName, "x-left", "x-left"),
        (Duration, 3, 3_000_000),
        (Duration, "00:00:01", 1_000_000),
        (Money, 3, 3_000_000_000),
        (Money, "0.1", 100_000_000),
        (Money, 0.1, 100_000_000),
        (Money, 1e-9, 1),
        (Literal["a"], "a", "a"),
    ],
)
def test_result_is_converted(annotation: Any, value: object, expected: object) -> None:
    assert converted(annotation, value) == expected


@pytest.mark.parametrize(
    "annotation", [str, int, bool, float, bytes, Duration, Money, Literal["a"]]
)
def test_null_is_no_value(annotation: Any) -> None:
    with pytest.raises(DotNetError, match="null"):
        converted(annotation, None)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, "x"),
        (int, True),
        (int, 1.5),
        (bool, "x"),
        (bool, 1),
        (float, "x"),
        (Duration, -1),
        (Duration, "x"),
        (HeaderName, "x left"),
        (Money, "x"),
        (Money, True),
        (Money, 9_223_372_036),
        (Money, float("nan")),
        (Money, float("inf")),
        (Literal["a"], "b"),
    ],
)
def test_result_of_another_type_is_refused(annotation: Any, value: object) -> None:
    with pytest.raises(DotNetError):
        converted(annotation, value)


def test_object_takes_any_result() -> None:
    assert kind_of(object).convert is None


def test_type_that_no_attribute_has_is_refused() -> None:
    with pytest.raises(TypeError):
        kind_of(list)


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (str | None, None, None),
        (str | None, 1, "1"),
        (bytes | None, None, None),
        (bytes | None, "a", b"a"),
    ],
)
def test_what_may_be_absent_takes_null(annotation: Any, value: object, expected: object) -> None:
    assert converted(annotation, value) == expected
