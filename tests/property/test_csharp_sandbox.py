"""Whoever may write a policy may try what he likes: every expression ends soon, in a value or an
error, reaches nothing but the declared surface, and leaves the process as it was."""

from __future__ import annotations

import builtins
import sys
import time
from collections.abc import Iterator

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import compile_expression
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import Deployment
from headgate.model.messages import Headers, Request, Url

PATIENCE = 0.2
"""Seconds of this process that one expression may take, from its text to its end."""
OFFENDER_PATIENCE = 0.3
"""Seconds for one that matches in vain until its budget ends: 20 times 10 ms, and some more."""
GOOD = "@(context.Request.Method + 1)"
DUNDERS = ("__class__", "__globals__", "__builtins__", "__import__", "__subclasses__", "func_code")
PYTHON = ("eval", "exec", "open", "getattr", "vars", "c", "k", "v0", "t1", "len", "Budget", "Cell")
REFLECTION = (
    "Assembly",
    "Activator",
    "AppDomain",
    "Environment",
    "Process",
    "Thread",
    "File",
    "Marshal",
    "GC",
    "Delegate",
)


class StandingClock:
    """A clock that stands."""

    def now(self) -> Micros:
        return Micros(1_717_245_045_123_456)

    def monotonic(self) -> MonotonicMicros:
        return MonotonicMicros(0)


def call() -> Context:
    url = Url.parse("https://gw.example/chat")
    request = Request("POST", url, Headers(), None, "203.0.113.7")
    return Context(request, clock=StandingClock(), request_id="r", deployment=Deployment())


def outcome(source: str) -> str:
    """Compile and run: `value`, the code of the diagnostic, or the name of the exception."""
    compiled, diagnostics = compile_expression(source)
    if compiled is None:
        return diagnostics[0].code
    try:
        compiled.evaluate(call())
    except DotNetError as error:
        return error.type_name
    return "value"


def timed(source: str, patience: float = PATIENCE) -> str:
    """Return the outcome, which has to come in time."""
    started = time.process_time()
    found = outcome(source)
    assert time.process_time() - started < patience, f"{source[:60]} took too long: {found}"
    return found


@pytest.fixture(autouse=True)
def _unharmed() -> Iterator[None]:
    """See that the process is afterwards what it was before."""
    assert outcome(GOOD) == "value"
    before = set(vars(builtins)), sys.getrecursionlimit(), set(sys.modules)
    yield
    assert (set(vars(builtins)), sys.getrecursionlimit()) == before[:2]
    assert not {"subprocess", "socket"} & (set(sys.modules) - before[2])
    assert outcome(GOOD) == "value"


@pytest.mark.parametrize("word", DUNDERS)
def test_python_attributes_are_members_of_nothing(word: str) -> None:
    for target in ("context", '"a"', "5", "new List<int>()", "context.Variables", "Math"):
        assert timed(f"@({target}.{word})").startswith("HG")
        assert timed(f"@({target}.{word}())").startswith("HG")
    dynamic = f'@{{ dynamic d = "a"; return d.{word}; }}'
    assert timed(dynamic) == "Microsoft.CSharp.RuntimeBinder.RuntimeBinderException"


@pytest.mark.parametrize("word", [*DUNDERS, *PYTHON, *REFLECTION])
def test_names_of_python_and_of_reflection_are_not_declared(word: str) -> None:
    assert timed(f"@({word})").startswith("HG")
    assert timed(f'@({word}("1"))').startswith("HG")
    assert timed(f'@({word}.Load("1"))').startswith("HG")
    assert timed(f"@(new {word}())").startswith("HG")


@pytest.mark.parametrize("word", [*DUNDERS, *PYTHON])
def test_local_may_have_any_name_and_stays_local(word: str) -> None:
    assert timed(f"@{{ var {word} = 1; Func<int> F = () => {word}++; F(); return {word}; }}") == (
        "value"
    )


@pytest.mark.parametrize(
    "member", ["Assembly", "GetMethod", "GetMethods", "InvokeMember", "Module", "GetConstructor"]
)
def test_type_of_a_value_leads_nowhere(member: str) -> None:
    assert timed(f'@("a".GetType().{member})').startswith("HG")
    assert timed(f'@(typeof(string).{member}("x"))').startswith("HG")


@pytest.mark.parametrize("statement", ["unsafe { }", "using System;", "lock (x) { }", "yield;"])
def test_other_statements_are_refused(statement: str) -> None:
    assert timed(f"@{{ var x = 1; {statement} return x; }}") in ("HG200", "HG204")


@pytest.mark.parametrize(
    ("left", "right"),
    [("(", ")"), ("-", ""), ("!", ""), ("new[]{", "}"), ("x => ", ""), ("(int)", "")],
)
def test_nesting_10_000_deep_is_refused(left: str, right: str) -> None:
    assert timed(f"@({left * 10_000}1{right * 10_000})").startswith("HG")
    assert timed(f"@({left * 10_000}").startswith("HG")


@pytest.mark.parametrize(
    "text", ["a<b", "<", "a?b:", "a.", "a[", "a=>", '"', '$"{', "{", "@", "/*", "(a)"]
)
def test_9_kilobytes_of_the_same_are_refused(text: str) -> None:
    assert timed(f"@({text * (9_000 // len(text))})").startswith("HG")
    assert timed(f"@{{ {text * (9_000 // len(text))} }}").startswith("HG")


GROWING = (
    '@{ var s = "aaaaaaaa"; while (true) { s = s.Replace("a", "aaaaaaaa"); } return s; }',
    '@{ var s = "aaaaaaaa"; while (true) { s = string.Concat(s, s, s); } return s; }',
    '@{ var s = "aaaaaaaa"; while (true) { s = string.Join(s, s, s, s); } return s; }',
    '@{ var s = "a"; while (true) { s = s.PadLeft(s.Length * 100); } return s; }',
    '@{ var b = new StringBuilder("aaaaaaaa"); for (;;) b.Append(b.ToString()); }',
    "@(new string('a', 2000000000))",
    '@("a".PadLeft(2000000000))',
    '@(string.Format("{0,2000000000}", 1))',
    "@(Enumerable.Range(0, 2000000000).ToList())",
    '@(string.Join("", Enumerable.Repeat("aaaaaaaaaaaaaaaaaaaaaaaaaa", 2000000000)))',
    "@(new int[2000000000])",
    "@(new byte[2000000000])",
)


@pytest.mark.parametrize("source", GROWING)
def test_value_that_would_not_end_to_grow_ends_in_an_error(source: str) -> None:
    assert timed(source) in (
        "System.ArgumentOutOfRangeException",
        "System.OutOfMemoryException",
        "System.OverflowException",
        "System.FormatException",
        "Headgate.BudgetExceededException",
    )


ENDLESS = (
    "@{ while (true) { } return 1; }",
    "@{ for (;;) ; }",
    "@{ a: goto a; }",
    "@{ switch (1) { case 1: goto case 1; } return 1; }",
    "@{ try { while (true) { } } catch (Exception) { return 1; } return 2; }",
    "@{ while (true) { try { while (true) { } } catch { } finally { continue; } } return 1; }",
    "@(Enumerable.Range(0, 2000000000).Count(x => x < 0))",
    "@{ int F(int n) => F(n); return F(1); }",
    "@{ Func<int,int> f = null; f = n => f(n); return f(1); }",
)


@pytest.mark.parametrize("source", ENDLESS)
def test_expression_that_would_not_end_ends_in_an_error(source: str) -> None:
    assert timed(source) != "value"


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|aa)+$", "^(a|a)*$", "(.*a){20}$", "^(([a-z])+.)+$"]
)
def test_catastrophic_pattern_ends_in_an_error(pattern: str) -> None:
    text = "a" * 5_000 + "!"
    assert timed(f'@(Regex.IsMatch("{text}", @"{pattern}"))') in (
        "value",
        "System.Text.RegularExpressions.RegexMatchTimeoutException",
    )
    again = f'try {{ Regex.IsMatch("{text}", @"^(a|a)*$"); }} catch (Exception) {{ }}'
    assert timed(f"@{{ while (true) {{ {again} }} return 1; }}", OFFENDER_PATIENCE) == (
        "Headgate.BudgetExceededException"
    )
