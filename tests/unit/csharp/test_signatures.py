"""Signatures written as C#."""

from __future__ import annotations

from headgate.csharp.signatures import read_signature, read_type
from headgate.csharp.types import INT32, STRING, Type, array, nullable


def resolve(word: str) -> str | None:
    return {"List": "System.Collections.Generic.List", "Guid": "System.Guid"}.get(word)


def test_types() -> None:
    kind = read_type("List<int?[]>", resolve)
    assert kind == Type("System.Collections.Generic.List", (array(nullable(INT32)),))
    assert read_type("T", resolve) == Type("!T")


def test_methods() -> None:
    found = read_signature(
        'string! Join<T>(this List<T> source, string by = ",", params object[] rest)', resolve
    )
    assert (found.name, found.returns, found.never_null) == ("Join", STRING, True)
    assert found.generics == ("!T",)
    assert [one.mode for one in found.parameters] == ["this", "", "params"]
    assert (found.parameters[1].optional, found.parameters[1].default) == (True, ",")


def test_indexers_constructors_and_properties() -> None:
    assert read_signature("char this[int index]", resolve).name == "this[]"
    assert (
        read_signature("(int a, out Guid b)", resolve, constructor=True).parameters[1].mode == "out"
    )
    assert read_signature("int Length", resolve).parameters == ()


def test_type_parameters_are_replaced() -> None:
    found = read_signature("List<T> Of(T item)", resolve).substituted({"!T": INT32})
    assert found.returns.args == (INT32,)
    assert found.parameters[0].type == INT32
