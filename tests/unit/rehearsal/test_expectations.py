from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from headgate.csharp.runtime.jsonreader import parse
from headgate.rehearsal.expectations import Difference, Matches, Range, differences, subset
from headgate.rehearsal.outcome import Outcome, Sent
from headgate.rehearsal.script import Expected


def outcome() -> Outcome:
    made = Outcome()
    made.status = 200
    made.headers = {"X-Left": "12"}
    made.body = b'{"a": {"b": [1, 2]}, "c": "text"}'
    made.duration = 1_500_000
    made.sent = [
        Sent("POST", "http://one/", {"A": "1"}, b"x", "one"),
        Sent("GET", "http://two/", {}, None, "two"),
    ]
    made.errands = [Sent("PUT", "http://log/", {}, b'{"n": 1}', "log")]
    made.variables = {"n": 1, "d": Decimal("1.5"), "s": "text"}
    made.variables["o"] = parse('{"a": 1, "b": 2}')
    return made


def found(**expected: Any) -> list[tuple[str, str, str]]:
    form = msgspec.convert(
        {name.replace("_", "-"): value for name, value in expected.items()}, Expected
    )
    return [
        (".".join(map(str, one.path)), one.wanted, one.came) for one in differences(form, outcome())
    ]


@pytest.mark.parametrize(
    "expected",
    [
        {"status": 200},
        {"status": Range(200, 299)},
        {"headers": {"x-left": "12", "x-right": None}},
        {"headers": {"x-left": 12}},
        {"headers": {"x-left": True, "x-right": False}},
        {"headers": {"x-left": Range(10, 12)}},
        {"headers": {"x-left": Matches("^1.$")}},
        {"json": {"a": {"b": [1, 2]}}},
        {"json": {"c": Matches("ex")}},
        {"body_contains": ["text", "a"]},
        {"body_contains": "text"},
        {"body_matches": r"\[1, \d\]"},
        {"duration": 1.5},
        {"backend": "two"},
        {"backend": ["one", "two"]},
        {"upstream": {"url": "http://two/", "body": None}},
        {"upstream": [{"body": "x", "headers": {"a": "1"}, "backend": "one"}, {"method": "GET"}]},
        {"upstream_calls": 2},
        {"sends": [{"method": "PUT", "json": {"n": 1}}]},
        {"variables": {"n": 1, "d": "1.5", "gone": None}},
        {"variables": {"o": {"a": 1}}},
        {"variables": {"o": Matches('"b"')}},
        {"last_error": None},
    ],
)
def test_what_is_as_expected_makes_no_difference(expected: dict[str, Any]) -> None:
    assert found(**expected) == []


@pytest.mark.parametrize(
    ("expected", "path", "wanted", "came"),
    [
        ({"status": 201}, "status", "201", "200"),
        ({"status": "200"}, "status", '"200"', "200"),
        ({"headers": {"x-left": "1"}}, "headers.x-left", '"1"', '"12"'),
        ({"headers": {"x-left": None}}, "headers.x-left", "no such header", '"12"'),
        ({"headers": {"x-right": "1"}}, "headers.x-right", '"1"', "nothing"),
        ({"headers": {"x-right": True}}, "headers.x-right", "any", "nothing"),
        (
            {"headers": {"x-left": Range(1, 2)}},
            "headers.x-left",
            "a number from 1 to 2",
            '"12"',
        ),
        ({"json": {"a": {"b": [1]}}}, "json.a.b", "[1]", "[1,2]"),
        ({"json": {"a": {"x": 1}}}, "json.a.x", "1", "nothing"),
        ({"json": {"c": True}}, "json.c", "true", '"text"'),
        ({"backend": None}, "backend", "null", '"two"'),
        ({"backend": ["two"]}, "backend", '["two"]', '["one","two"]'),
        ({"upstream": {"body": "x"}}, "upstream.body", '"x"', "null"),
        ({"upstream": [{}]}, "upstream", "1 requests", "2: POST http://one/, GET http://two/"),
        ({"upstream": [{"method": "GET"}, {}]}, "upstream.0.method", '"GET"', '"POST"'),
        ({"sends": []}, "sends", "0 requests", "1: PUT http://log/"),
        ({"sends": [{"json": {"n": 2}}]}, "sends.0.json.n", "2", "1"),
        ({"variables": {"n": None}}, "variables.n", "no such variable", "1"),
        ({"variables": {"d": {"a": 1}}}, "variables.d", '{"a":1}', "1.5"),
        ({"variables": {"m": 1}}, "variables.m", "1", "nothing"),
        ({"last_error": {"source": "x"}}, "last-error", '{"source":"x"}', "null"),
    ],
)
def test_difference_says_where_what_was_wanted_and_what_came(
    expected: dict[str, Any], path: str, *, wanted: str, came: str
) -> None:
    assert found(**expected) == [(path, wanted, came)]


def test_part_of_a_body_that_is_missing_shows_the_body() -> None:
    ((path, wanted, came),) = found(body_contains="absent")
    assert (path, wanted) == ("body-contains", "a body with 'absent'")
    assert came.startswith('"{\\"a\\"')
    ((path, wanted, _),) = found(body_matches="^x")
    assert (path, wanted) == ("body-matches", "a body that matches '^x'")


def test_body_that_is_no_json_is_told() -> None:
    made = outcome()
    made.body = b"oops"
    (one,) = differences(Expected(json={"a": 1}), made)
    assert one.came == "no JSON: 'oops'"


def test_unknown_key_of_a_request_is_told() -> None:
    ((path, wanted, _),) = found(upstream={"uri": "x"})
    assert path == "upstream.uri"
    assert "url" in wanted


def test_nothing_sent_is_told() -> None:
    made = outcome()
    made.sent = []
    expected = Expected(upstream={"method": "GET"})
    assert list(differences(expected, made)) == [Difference(("upstream",), "a request", "nothing")]


def test_request_without_an_answer_comes_first() -> None:
    made = outcome()
    made.unscripted = made.sent[0]
    (first, _) = differences(Expected(status=500), made)
    assert first.came == "none for POST http://one/"


@pytest.mark.parametrize(
    ("value", "holds"),
    [(1, True), (2, True), (0.9, False), (2.1, False), ("1.5", True), ("x", False), (True, False)],
)
def test_range_includes_its_ends(value: object, *, holds: bool) -> None:
    assert Range(1, 2).holds(value) is holds


def test_matcher_stands_anywhere_in_a_value() -> None:
    assert list(subset([{"a": Matches("x")}], [{"a": "xy", "b": 1}], path=())) == []
    (one,) = subset([Matches("x")], [1], path=())
    assert one == Difference((0,), "a text that matches 'x'", "1")
