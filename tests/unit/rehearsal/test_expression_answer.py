"""Answers of expressions; the recorded cases of tests/conformance/expressions test the rest."""

from __future__ import annotations

from typing import Any

import pytest

from headgate.rehearsal.expression_answer import answer
from headgate.rehearsal.expression_context import context_of


def given(expression: str, **changes: Any) -> dict[str, Any]:
    return answer(expression, context_of(changes))


def test_a_value_has_type_form_and_text() -> None:
    assert given("@(1.5m)") == {"type": "System.Decimal", "value": "1.5", "string": "1.5"}
    assert given("@(null)") == {"type": None, "value": None, "string": None}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(double.NaN)", "NaN"),
        ("@(-0.0)", "-0"),
        ("@(0.1f)", 0.1),
        ("@(5L)", 5),
        ("@('a')", "a"),
        ("@(new byte[] {0, 1})", "AAE="),
        ("@(TimeSpan.FromTicks(7))", {"ticks": 7}),
        ("@(new DateTime(5, DateTimeKind.Utc))", {"ticks": 5, "kind": "Utc"}),
        (
            "@(new DateTimeOffset(1, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)))",
            {"ticks": 36_000_000_000, "offset_minutes": 60},
        ),
        ('@(JObject.Parse("{\\"a\\": [1]}"))', '{"a":[1]}'),
        ("@(new object[] {1, 'a', null})", [1, {"$type": "System.Char", "value": "a"}, None]),
        ('@(new Dictionary<string, int> {{"a", 1}})', {"pairs": [["a", 1]]}),
        ("@(new { A = 1 })", {"A": 1}),
        ("@(Tuple.Create(1, true))", {"Item1": 1, "Item2": True}),
        ('@(new KeyValuePair<string, int>("a", 1))', {"key": "a", "val": 1}),
        ('@(new[] {"a"}.GroupBy(x => 1).First())', {"key": 1, "items": ["a"]}),
        ("@(new Random(1))", "System.Random"),
        ("@(context.Api)", "(object)"),
        ("@(Enumerable.Range(0, 2000).Last())", 1999),
    ],
)
def test_values_are_shown_as_the_recording_shows_them(source: str, value: Any) -> None:
    assert given(source)["value"] == value


def test_long_and_deep_values_are_cut() -> None:
    assert len(given("@(Enumerable.Range(0, 2000))")["value"]) == 1000
    deep = "@{ object a = 1; for (int i = 0; i < 20; i++) a = new object[] {a}; return a; }"
    assert "(too deep)" in str(given(deep)["value"])


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("@(context)", "context", None),
        ("@(context.Request)", "IRequest", None),
        (
            "@(new[] {1}.Select(x => x))",
            "System.Collections.Generic.IEnumerable<System.Int32>",
            None,
        ),
        ("@(context.Request.Url)", "IUrl", "https://gw.example.com:8443/"),
    ],
)
def test_private_classes_have_no_text(source: str, kind: str, text: str | None) -> None:
    found = given(source)
    assert found["type"] == kind
    assert (found["string"] or "")[:28] == (text or "")


def test_a_token_shows_its_parts() -> None:
    found = given('@(context.Request.Headers["Authorization"][0].AsJwt())')
    assert found["value"]["Subject"] == "user-7"
    assert found["value"]["Audiences"]["value"] == ["api://one", "api://two"]


def test_exceptions_are_named_also_those_of_lazy_sequences() -> None:
    assert given("@(int.Parse(null))")["exception"]["type"] == "System.ArgumentNullException"
    lazy = given("@(new[] {0}.Select(x => 1 / x))")
    assert lazy["exception"]["type"] == "System.DivideByZeroException"
    assert lazy["value"] is None


def test_endless_sequences_end() -> None:
    found = given(
        "@(Enumerable.Range(0, 99999).SelectMany(x => Enumerable.Range(0, 99)).Where(x => x < 0))"
    )
    assert found["exception"]["type"] == "Headgate.BudgetExceededException"


def test_what_does_not_compile_says_where() -> None:
    found = given("@(contxt.Api)")
    assert found["compile_error"].startswith("1:3 HG206")
    assert found["type"] is None


def test_an_evaluation_leaves_variables_bodies_and_traces() -> None:
    found = given(
        '@{ context.Trace("t"); return context.Request.Body.As<string>().Length; }',
        variables={"x": {"type": "int", "value": 1}},
    )
    assert found["bodies_consumed"] == ["request"]
    assert found["traces"] == ["t"]
    assert found["variables_after"] == {"x": {"type": "System.Int32", "value": 1}}
