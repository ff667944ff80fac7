from __future__ import annotations

from typing import Any

import pytest

from headgate.policy.schema_keywords import (
    MESSAGES_MAX,
    Pattern,
    Run,
    SchemaError,
    TooMuchWork,
    is_kind,
    plain_checks,
)


def messages(schema: dict[str, Any], value: Any) -> list[str]:
    run = Run()
    run.path.append(".a")
    for check in plain_checks(schema):
        check(value, run)
    return run.messages


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "integer"}, [1, 1.0], [1.5, True, "1", None]),
        ({"type": "number"}, [1, 1.5], [False, "1"]),
        ({"type": ["string", "null"]}, ["", None], [1]),
        ({"type": "string", "nullable": True}, ["", None], [1]),
        ({"enum": [1, "a", {"b": 1.0}]}, [1.0, "a", {"b": 1}], [True, "b", {"b": 2}]),
        ({"enum": ["a"], "nullable": True}, ["a", None], ["b"]),
        ({"const": None}, [None], [0]),
        ({"minimum": 1, "maximum": 2}, [1, 2, "x"], [0.9, 2.1]),
        ({"exclusiveMinimum": 1, "exclusiveMaximum": 2}, [1.5], [1, 2]),
        ({"minimum": 1, "exclusiveMinimum": True}, [1.5], [1]),
        ({"maximum": 2, "exclusiveMaximum": True}, [1.5], [2]),
        ({"multipleOf": 0.1}, [0.3, 1], [0.25]),
        ({"multipleOf": 3}, [9], [10]),
        ({"minLength": 1, "maxLength": 2}, ["a", "ab", 5], ["", "abc"]),
        ({"minItems": 1, "maxItems": 1}, [[1]], [[], [1, 2]]),
        ({"minProperties": 1, "maxProperties": 1}, [{"a": 1}], [{}, {"a": 1, "b": 1}]),
        ({"uniqueItems": True}, [[1, "1", True]], [[1, 1.0], [{"a": 1}, {"a": 1}]]),
        ({"pattern": "^a+$"}, ["aa", 1], ["b"]),
        ({"format": "date"}, ["2026-01-02"], ["2026-13-02", "20260102"]),
        ({"format": "date-time"}, ["2026-01-02T03:04:05Z"], ["2026-01-02", "x" * 5000]),
        ({"format": "uuid"}, ["12345678-1234-1234-1234-123456789012"], ["x"]),
        ({"format": "ipv4"}, ["1.2.3.4"], ["1.2.3"]),
        ({"format": "int32"}, [2**31 - 1], [2**31]),
        ({"format": "own"}, ["x"], []),
    ],
)
def test_keywords_tell_good_from_bad(
    schema: dict[str, Any], good: list[Any], bad: list[Any]
) -> None:
    assert [messages(schema, value) for value in good] == [[]] * len(good)
    assert [len(messages(schema, value)) for value in bad] == [1] * len(bad)


def test_messages_name_the_path_and_are_bounded() -> None:
    assert messages({"type": "integer"}, "x") == [
        "Invalid type. Expected Integer but got String. Path 'a'."
    ]
    run = Run()
    for _ in range(MESSAGES_MAX + 1):
        run.tell("x")
    assert len(run.messages) == MESSAGES_MAX


@pytest.mark.parametrize("schema", [{"type": "float"}, {"pattern": "("}, {"pattern": 1}])
def test_what_makes_no_sense_is_an_error(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaError):
        list(plain_checks(schema))


def test_a_pattern_that_explodes_is_stopped() -> None:
    with pytest.raises(TooMuchWork):
        Pattern("(a|aa|aaa)+$").matches("a" * 200 + "b", Run())


def test_work_is_counted() -> None:
    run = Run(2)
    run.spend(2)
    with pytest.raises(TooMuchWork):
        run.spend(1)
    assert not is_kind(True, "number")
