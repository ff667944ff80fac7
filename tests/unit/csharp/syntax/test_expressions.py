"""Expressions from text."""

from __future__ import annotations

import pytest

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.syntax.parser import parse


def shape(node: tree.Expression | tree.Block) -> str:
    """Return a tree of binary operators with all its parentheses."""
    if isinstance(node, tree.Binary):
        return f"({shape(node.left)}{node.op}{shape(node.right)})"
    return node.name if isinstance(node, tree.Name) else "?"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@(a + b * c - d)", "((a+(b*c))-d)"),
        ("@((a) - b * c)", "(a-(b*c))"),
        ("@((a) - b - c)", "((a-b)-c)"),
        ("@(a ?? b == c)", "(a??(b==c))"),
        ("@(a || b && c | d)", "(a||(b&&(c|d)))"),
        ("@(a << b + c < d)", "((a<<(b+c))<d)"),
    ],
)
def test_precedence(source: str, expected: str) -> None:
    assert shape(parse(source)) == expected


@pytest.mark.parametrize(
    "source",
    [
        "@(x switch { 1 => 2, _ => 3 })",
        "@(await x)",
        "@(async x => x)",
        "@(x is not null)",
        "@(x is > 3)",
        "@(x!)",
        "@(stackalloc int[3])",
        "@(this.x)",
        "@(a[1..2])",
        "@(sizeof(int))",
        "@(&x)",
        "@(ref x)",
        "@(__makeref(x))",
        "@(new { a = 1 } with { a = 2 })",
        "@(foo::Bar.x)",
        '@("""raw""")',
    ],
)
def test_syntax_outside_the_list_is_refused(source: str) -> None:
    with pytest.raises(BindError) as caught:
        parse(source)
    assert caught.value.code in ("HG200", "HG204")


def test_parts_of_interpolated_strings() -> None:
    node = parse('@($"a{b,5:F2}{{c")')
    assert isinstance(node, tree.Interpolated)
    shown = [one if isinstance(one, str) else one.format for one in node.parts]
    assert (shown[:2], "".join(shown[2:])) == (["a", "F2"], "{c")
