"""Members, calls and `?.`."""

from __future__ import annotations

import pytest

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.syntax.parser import parse


def test_what_follows_a_question_mark_belongs_to_its_chain() -> None:
    node = parse("@(a?.b.c(1)[2])")
    assert isinstance(node, tree.ConditionalAccess)
    assert isinstance(node.rest, tree.Index)


@pytest.mark.parametrize(
    "source", ["@(x == a?.b)", "@(x + y == a?.b.c())", '@(x == (string)a?["b"])', "@(!a?.b || c)"]
)
def test_a_chain_binds_tighter_than_operators(source: str) -> None:
    node = parse(source)
    assert isinstance(node, tree.Binary)
    assert node.op in ("==", "||")


def test_parentheses_keep_what_they_hold_together() -> None:
    node = parse("@((a + b)?.c)")
    assert isinstance(node, tree.ConditionalAccess)
    assert isinstance(node.target, tree.Binary)


@pytest.mark.parametrize(
    "source",
    [
        '@((int)a.B.As<JObject>(true)["x"])',
        '@((int)a.B.As<JObject>("x", null))',
        "@((int)a.B.As<List<int>>(true).Count)",
    ],
)
def test_a_generic_call_behind_a_cast_is_a_call(source: str) -> None:
    node = parse(source)
    assert isinstance(node, tree.Cast)


def test_nested_generics_behind_new_are_a_creation() -> None:
    node = parse("@(new List<List<int>> { new List<int>() })")
    assert isinstance(node, tree.New)
    assert node.initializer is not None


def test_tuples_are_refused() -> None:
    with pytest.raises(BindError, match="tuple"):
        parse('@((1, "a").Item1)')


def test_out_arguments_declare_or_discard() -> None:
    node = parse("@(f(out var x, out _, out int y))")
    assert isinstance(node, tree.Call)
    assert [one.mode for one in node.arguments] == ["out"] * 3
    assert all(isinstance(one.value, tree.Declaration) for one in node.arguments)
