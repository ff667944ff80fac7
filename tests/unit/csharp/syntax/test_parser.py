"""Bounds of parsing."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.syntax.parser import MAX_BYTES, MAX_DEPTH, parse


def test_an_expression_is_one_expression_or_one_block() -> None:
    assert isinstance(parse("@(1)"), tree.Literal)
    assert isinstance(parse("@{ return 1; }"), tree.Block)
    for wrong in ("1", "@(1", "@()", "@(1) + (2)", "@(1); return (2)", "@{ } { }", "@(1,)", "@"):
        with pytest.raises(BindError):
            parse(wrong)


def test_size_and_depth_are_bounded() -> None:
    parse(f"@({'(' * (MAX_DEPTH - 2)}1{')' * (MAX_DEPTH - 2)})")
    for wrong in (f"@({'(' * MAX_DEPTH}1{')' * MAX_DEPTH})", f"@({'1' * MAX_BYTES})"):
        with pytest.raises(BindError) as caught:
            parse(wrong)
        assert caught.value.code == "HG205"


@pytest.mark.parametrize("unit", ["a is b && ", "a<b ", "(a)", "( a ? ( b ) ", "f(a<b,c>(d))+"])
def test_hostile_text_does_not_keep_the_parser_busy(unit: str) -> None:
    source = f"@({unit * (MAX_BYTES // len(unit) - 9)}1)"
    started = time.process_time()
    with suppress(BindError):
        parse(source)
    assert time.process_time() - started < 1
