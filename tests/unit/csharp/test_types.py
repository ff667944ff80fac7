"""Static types."""

from __future__ import annotations

from headgate.csharp.types import (
    BOOLEAN,
    INT32,
    STRING,
    VOID,
    Type,
    array,
    delegate_parts,
    enumerable,
    is_open,
    nullable,
    reflection_name,
    show,
    substitute,
    underlying,
)


def test_three_spellings_of_one_type() -> None:
    kind = Type("System.Collections.Generic.List", (array(nullable(INT32)),))
    assert str(kind) == "System.Collections.Generic.List<System.Nullable<System.Int32>[]>"
    assert show(kind) == "List<int?[]>"
    assert reflection_name(enumerable(STRING)) == (
        "System.Collections.Generic.IEnumerable`1[System.String]"
    )


def test_delegates_have_parts() -> None:
    assert delegate_parts(Type("System.Func", (INT32, STRING))) == ((INT32,), STRING)
    assert delegate_parts(Type("System.Action", (INT32,))) == ((INT32,), VOID)
    assert delegate_parts(Type("System.Predicate", (INT32,))) == ((INT32,), BOOLEAN)
    assert delegate_parts(Type("System.Comparison", (INT32,))) == ((INT32, INT32), INT32)


def test_type_parameters_are_replaced_everywhere() -> None:
    kind = enumerable(Type("!T"))
    assert is_open(kind)
    assert substitute(kind, {"!T": INT32}) == enumerable(INT32)
    assert underlying(nullable(INT32)) == INT32
