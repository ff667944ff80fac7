"""Scopes."""

from __future__ import annotations

from typing import Any

import pytest

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.names import resolve
from headgate.csharp.syntax.parser import parse


def locals_of(source: str) -> dict[str, tree.Local]:
    root = parse(source)
    resolve(root)
    found: dict[str, tree.Local] = {}

    def visit(value: Any) -> None:
        if isinstance(value, list | tuple):
            for item in value:
                visit(item)
        elif isinstance(value, tree.Node):
            local = getattr(value, "local", None)
            if isinstance(local, tree.Local):
                found[local.name] = local
            for name in value.__struct_fields__:
                visit(getattr(value, name))

    visit(root)
    return found


def test_names_in_generated_code_are_ours() -> None:
    found = locals_of("@{ int lambda = 1; int @class = 2; return lambda + @class; }")
    assert {name: local.python for name, local in found.items()} == {"lambda": "v0", "class": "v1"}


def test_locals_are_boxed_where_a_python_closure_would_differ() -> None:
    source = "@{ int a = 1, b = 2, c = 3; Action f = () => b++; Func<int> g = () => a; return c; }"
    found = locals_of(source)
    assert [found[name].boxed for name in "abc"] == [False, True, False]
    assert [found[name].captured for name in "abc"] == [True, True, False]


def test_a_local_of_a_loop_is_boxed_when_captured() -> None:
    found = locals_of("@{ foreach (var x in y) { Func<int> f = () => x; } return 1; }")
    assert found["x"].boxed


@pytest.mark.parametrize(
    "source",
    [
        "@{ int x = 1; { int x = 2; } return x; }",
        "@{ int x = 1; Func<int, int> f = x => x; return x; }",
        "@{ var context = 1; return context; }",
    ],
)
def test_a_name_is_declared_once(source: str) -> None:
    with pytest.raises(BindError) as caught:
        resolve(parse(source))
    assert caught.value.code == "HG208"


def test_variables_of_a_condition_stay_behind_if_but_not_behind_while() -> None:
    resolve(parse("@{ if (f(out var x)) { } { } return x; }"))
    resolve(parse("@{ while (f(out var x)) { } while (f(out var x)) { } return 1; }"))
