"""Arithmetic of expressions against what 32 and 64 bits hold."""

from __future__ import annotations

import ctypes
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import compile_expression
from headgate.csharp.numerals import double_text, parse_double
from headgate.csharp.runtime.arithmetic import (
    DECIMAL_LIMIT,
    add_decimal,
    divide,
    divide_decimal,
    multiply_decimal,
    remainder,
)
from headgate.csharp.values import Int64
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import Deployment
from headgate.model.messages import Headers, Request, Url

INTS = st.integers(-(2**31), 2**31 - 1)
LONGS = st.integers(-(2**63), 2**63 - 1)


class NoClock:
    """A clock that nobody asks."""

    def now(self) -> Micros:
        return Micros(0)

    def monotonic(self) -> MonotonicMicros:
        return MonotonicMicros(0)


def call_with(**variables: object) -> Context:
    request = Request("GET", Url.parse("http://h/"), Headers(), None, "127.0.0.1")
    call = Context(request, clock=NoClock(), request_id="r", deployment=Deployment())
    call.variables = dict(variables)
    return call


def compiled(kind: str, op: str) -> object:
    source = f'@((({kind})context.Variables["a"]) {op} (({kind})context.Variables["b"]))'
    found, diagnostics = compile_expression(source)
    assert found is not None, diagnostics
    return found.evaluate


FUNCTIONS = {(kind, op): compiled(kind, op) for kind in ("int", "long") for op in "+-*&|^"}


@pytest.mark.parametrize("op", list("+-*&|^"))
@given(a=INTS, b=INTS)
@settings(max_examples=60)
def test_int_arithmetic_wraps_as_the_processor_does(op: str, a: int, b: int) -> None:
    exact = {"+": a + b, "-": a - b, "*": a * b, "&": a & b, "|": a | b, "^": a ^ b}[op]
    function = FUNCTIONS["int", op]
    assert callable(function)
    assert function(call_with(a=a, b=b)) == ctypes.c_int32(exact).value


@pytest.mark.parametrize("op", list("+-*"))
@given(a=LONGS, b=LONGS)
@settings(max_examples=60)
def test_long_arithmetic_wraps_and_stays_long(op: str, a: int, b: int) -> None:
    exact = {"+": a + b, "-": a - b, "*": a * b}[op]
    function = FUNCTIONS["long", op]
    assert callable(function)
    value = function(call_with(a=Int64(a), b=Int64(b)))
    assert type(value) is Int64
    assert value == ctypes.c_int64(exact).value


@given(a=LONGS, b=LONGS.filter(bool))
def test_quotient_and_remainder_give_the_dividend(a: int, b: int) -> None:
    assert divide(a, b) * b + remainder(a, b) == a
    assert abs(remainder(a, b)) < abs(b)
    assert remainder(a, b) * a >= 0


@given(st.floats(allow_nan=False))
def test_the_text_of_a_double_reads_back_as_the_same_double(value: float) -> None:
    assert parse_double(double_text(value)) == value


DECIMALS = st.decimals(min_value=-(10**20), max_value=10**20, places=6)


@given(a=DECIMALS, b=DECIMALS)
def test_decimals_keep_28_places_and_96_bits(a: Decimal, b: Decimal) -> None:
    results = [add_decimal(a, b)]
    if b:
        results.append(divide_decimal(a, b))
    if abs(a * b) < DECIMAL_LIMIT - 1:
        results.append(multiply_decimal(a, b))
    else:
        with pytest.raises(DotNetError, match="Overflow"):
            multiply_decimal(a, b)
    for value in results:
        _, digits, exponent = value.as_tuple()
        assert isinstance(exponent, int)
        assert -28 <= exponent <= 0
        assert int("".join(map(str, digits))) < DECIMAL_LIMIT


@given(st.text())
@settings(max_examples=200)
def test_a_string_literal_is_the_text_it_stands_for(text: str) -> None:
    escaped = "".join(
        f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    )
    found, diagnostics = compile_expression(f'@("{escaped[:20000]}")')
    assert found is not None, diagnostics
    wanted = text.encode("utf-16-le", "surrogatepass")[: 20000 // 6 * 2]
    value = found.evaluate(call_with())
    assert value.encode("utf-16-le", "surrogatepass") == wanted
    assert json.dumps(value)
