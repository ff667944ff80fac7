"""The declared surface."""

from __future__ import annotations

import pytest

from headgate.csharp.signatures import read_type
from headgate.csharp.surface import Surface, discover, surface
from headgate.csharp.types import CHAR, INT32, OBJECT, STRING, Type, array, enumerable


def test_every_signature_of_the_library_is_readable() -> None:
    known = surface()
    for declared in known.types.values():
        for base in declared.bases:
            assert not read_type(base, known.full_name).name.startswith("!"), (declared.name, base)
        for member in declared.declared:
            assert known.own(declared.name, member.name), member.text
            found = member.code or member.function or member.specialize
            assert found or member.kind == "constant", f"{declared.name}: {member.text}"


def test_every_type_is_declared_once() -> None:
    types = list(discover())
    assert len({one.name for one in types}) == len(types)
    with pytest.raises(AssertionError):
        Surface([types[0], types[0]])


def test_lineage_and_subtypes() -> None:
    known = surface()
    text_items = known.instance_of(STRING, enumerable(CHAR).name)
    assert text_items == enumerable(CHAR)
    assert known.is_subtype(array(STRING), enumerable(OBJECT))
    assert not known.is_subtype(array(INT32), enumerable(OBJECT))
    assert known.lineage(INT32)[-1] == OBJECT


def test_unknown_names_get_the_nearest_one() -> None:
    known = surface()
    assert known.full_name("Guid") == "System.Guid"
    assert known.full_name("Nope") is None
    assert known.nearest("Lenght", known.names(STRING)) == "did you mean `Length`?"
    assert known.nearest("zzzzzz", ["a"]) == ""
    assert known.find(Type("System.String"), "Nope") == []
