"""Whatever text arrives: a value or diagnostics, never both, never another exception."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.csharp.diagnostics import CODES
from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import compile_expression
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import Deployment
from headgate.model.messages import Body, Headers, Request, Url

RECORDED = Path(__file__).parents[1] / "conformance" / "expressions"
TOKEN = re.compile(
    r'\$?@?"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|\d[\w.]*|\s+|[=!<>]=|=>|\?[?.]|.', re.DOTALL
)
PYTHON = ["__class__", "__globals__", "__import__", "c", "k", "t1", "v0", "lambda", "exec", "eval"]


def recorded() -> list[str]:
    """Return the recorded expressions, the seed of everything here."""
    return [
        json.loads(line)["expression"]
        for path in sorted(RECORDED.glob("*.jsonl"))
        for line in path.read_text().splitlines()
    ]


EXPRESSIONS = recorded()
WORDS = sorted({word for text in EXPRESSIONS for word in TOKEN.findall(text[2:-1])} | set(PYTHON))


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return a recorded expression with a few tokens replaced, removed or added."""
    source = draw(st.sampled_from(EXPRESSIONS))
    tokens = TOKEN.findall(source[2:-1])
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(tokens)))
        tokens[place : place + draw(st.integers(0, 1))] = draw(
            st.lists(st.sampled_from(WORDS), max_size=1)
        )
    return f"{source[:2]}{''.join(tokens)}{source[-1]}"


TOKENS = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)


class NoClock:
    """A clock that stands."""

    def now(self) -> Micros:
        return Micros(0)

    def monotonic(self) -> MonotonicMicros:
        return MonotonicMicros(0)


def a_call() -> Context:
    request = Request(
        "GET", Url.parse("http://h/"), Headers.of(("A", "1")), Body(b"{}"), "127.0.0.1"
    )
    call = Context(request, clock=NoClock(), request_id="r", deployment=Deployment())
    call.variables = {"x": 1}
    return call


def check(source: str) -> None:
    found, diagnostics = compile_expression(source)
    assert (found is None) == bool(diagnostics)
    for one in diagnostics:
        assert one.code in CODES
        assert one.line >= 1
        assert one.column >= 1
    if found is not None:
        with suppress(DotNetError):
            found.evaluate(a_call())


@given(damaged())
@settings(max_examples=500, deadline=None)
def test_damaged_expressions_compile_or_are_diagnosed(source: str) -> None:
    check(source)


@given(TOKENS)
@settings(max_examples=200, deadline=None)
def test_shuffled_expressions_compile_or_are_diagnosed(tokens: str) -> None:
    check(f"@({tokens})")


@given(TOKENS)
@settings(max_examples=200, deadline=None)
def test_shuffled_blocks_compile_or_are_diagnosed(tokens: str) -> None:
    check(f"@{{ {tokens} return 1; }}")


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_compiles_or_is_diagnosed(text: str) -> None:
    check(text)
    check(f"@({text})")
