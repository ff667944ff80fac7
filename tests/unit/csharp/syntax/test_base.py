"""Types as written."""

from __future__ import annotations

import pytest

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.syntax.parser import parse


def written(source: str) -> tree.TypeName:
    node = parse(f"@(({source})x)")
    assert isinstance(node, tree.Cast)
    return node.type


def test_types_keep_their_arguments_and_suffixes() -> None:
    kind = written("System.Collections.Generic.Dictionary<string, int?[]>")
    assert kind.name == "System.Collections.Generic.Dictionary"
    assert [one.name for one in kind.args] == ["string", "int"]
    assert kind.args[1].suffixes == ["?", "[]"]


def test_arrays_of_three_dimensions_are_refused() -> None:
    assert written("int[,]").suffixes == ["[,]"]
    with pytest.raises(BindError):
        written("int[,,]")
