"""Statements from text."""

from __future__ import annotations

import pytest

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.syntax.parser import parse


def test_statements_are_built() -> None:
    block = parse(
        "@{ int a = 1, b; const int K = 2; if (a > 1) { } else ; for (a = 0; ; ) { break; } "
        "switch (a) { case 1: case 2 when b > 1: break; default: return 1; } "
        "try { } catch (Exception e) when (a > 1) { } finally { } "
        "int F(int x = 1) => x; x: return 1; }"
    )
    assert isinstance(block, tree.Block)
    assert [type(one).__name__ for one in block.body] == [
        "Locals",
        "Locals",
        "If",
        "For",
        "Switch",
        "Try",
        "LocalFunction",
        "Labeled",
    ]
    switch = block.body[4]
    assert isinstance(switch, tree.Switch)
    assert [len(section.cases) for section in switch.sections] == [2, 1]


@pytest.mark.parametrize(
    "source",
    [
        "@{ using () { } return 1; }",
        "@{ lock (x) { } return 1; }",
        "@{ fixed (int* p = x) { } return 1; }",
        "@{ unsafe { } return 1; }",
        "@{ yield return 1; }",
        "@{ var (a, b) = x; return 1; }",
        "@{ static int F() => 1; return 1; }",
        "@{ class X { } return 1; }",
    ],
)
def test_other_statements_are_refused(source: str) -> None:
    with pytest.raises(BindError) as caught:
        parse(source)
    assert caught.value.code in ("HG200", "HG204")


def test_using_is_a_block_that_holds_its_value() -> None:
    block = parse("@{ using (var h = f()) { } using (h) return 1; using var x = y; return 1; }")
    assert isinstance(block, tree.Block)
    assert [type(one).__name__ for one in block.body] == ["Block", "Block", "Locals", "Return"]
    first, second = block.body[:2]
    assert isinstance(first, tree.Block)
    assert isinstance(second, tree.Block)
    assert [type(one).__name__ for one in first.body] == ["Locals", "Block"]
    assert [type(one).__name__ for one in second.body] == ["Locals", "Return"]
