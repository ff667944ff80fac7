"""Members, methods, extension methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.csharp.expression import compile_expression

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(context.User?.Id ?? "none")', "u"),
        ("@{ string s = null; return s.Length; }", "System.NullReferenceException"),
        ("@{ string s = null; return s?.Trim().Length; }", None),
        ('@(((JObject)JToken.Parse("{}"))?["a"]?["b"]?.ToString() ?? "none")', "none"),
        ('@((string)context.Request.Body.As<JObject>(true)["model"] + "!")', "gpt-4o!"),
        ('@{ dynamic d = JObject.Parse("{\\"a\\":{\\"b\\":2}}"); return (int)d.a.b + 1; }', 3),
    ],
)
def test_members_of_values_and_types(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@(context.Nope)", "HG201"),
        ("@(context.Request.Header)", "HG201"),
        ('@("a".Nope())', "HG201"),
        ('@("a".Length())', "HG201"),
        ('@("a".Trim)', "HG207"),
        ("@(Math.Nope(1))", "HG201"),
        ("@(nope)", "HG206"),
        ("@(nope())", "HG206"),
        ("@(Math)", "HG207"),
        ("@(DateTime.Year)", "HG201"),
        ('@(context.Variables["x"].Length)', "HG201"),
        ("@{ return x; var x = 1; }", "HG206"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected


def test_property_that_is_called_is_told_so() -> None:
    found = compile_expression('@(context.Request.MatchedParameters("a"))')[1]
    assert found[0].message == "`MatchedParameters` is no method."
    assert "[...]" in found[0].hint
