"""How types are declared."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType, enumeration
from headgate.csharp.values import enum_class


def test_members_are_named_without_reading_their_signatures() -> None:
    kind = DotNetType("Some.Thing<T>", bases=("IEnumerable<T>",))
    kind.property("int Count", code="len({0})")
    kind.method("T Get<U>(Func<T, U> pick)", code="{1}")
    kind.operator("==", "bool (Thing<T> a, Thing<T> b)")(lambda a, b: a is b)
    kind.indexer("T this[int index]", code="{0}[{1}]")
    kind.constructor("()")(dict)
    kind.implicit("Thing<T> of(int value)")(int)
    names = [member.name for member in kind.declared]
    assert names == ["Count", "Get", "operator==", "indexer", "constructor", "implicit"]
    assert (kind.name, kind.simple, kind.parameters) == ("Some.Thing", "Thing", ("!T",))


def test_an_enum_declares_its_members() -> None:
    kind = enumeration("Some.Colour", enum_class("Some.Colour", {"Red": 0, "Green": 1}))
    assert [(one.name, int(one.value)) for one in kind.declared] == [("Red", 0), ("Green", 1)]
    assert kind.is_value
