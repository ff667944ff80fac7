"""Containers."""

from __future__ import annotations

import pytest

from headgate.csharp.budget import BUDGET, UNCOUNTED
from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import collections as net
from headgate.csharp.types import INT32, STRING, Type
from headgate.csharp.values import type_name_of


def test_containers_know_their_types_and_compare_by_identity() -> None:
    one = net.Array(STRING, ["a"])
    assert type_name_of(one) == "System.String[]"
    assert one != net.Array(STRING, ["a"])
    assert len({one, net.Array(STRING, ["a"])}) == 2
    assert type_name_of(net.NetQueue(INT32)) == "System.Collections.Generic.Queue<System.Int32>"


def test_a_dictionary_folds_its_keys_and_minds_changes_while_it_is_walked() -> None:
    found = net.Dictionary((STRING, INT32), str.upper)
    found.add("a", 1)
    assert found.get("A") == 1
    with pytest.raises(DotNetError, match="ArgumentException"):
        found.add("A", 2)
    walk = iter(found)
    next(walk)
    found.set("b", 1)
    with pytest.raises(DotNetError, match="InvalidOperation"):
        next(walk)


def test_a_set_reuses_free_places_as_dotnet_does() -> None:
    found = net.NetSet(INT32)
    for item in (1, 2, 3):
        found.add(item)
    found.remove(1)
    found.add(9)
    assert list(found) == [9, 2, 3]


def test_a_sequence_starts_again_and_costs_budget() -> None:
    sequence = net.Sequence(INT32, lambda: [1, 2])
    before = BUDGET.left
    assert list(sequence) == list(sequence) == [1, 2]
    assert BUDGET.left == before - 4 * net.STEP
    try:
        BUDGET.left = net.STEP
        with pytest.raises(DotNetError, match="Budget"):
            list(sequence)
    finally:
        BUDGET.left = UNCOUNTED


def test_arrays_check_their_bounds() -> None:
    with pytest.raises(DotNetError, match="IndexOutOfRange"):
        net.array_get([1], 1)
    with pytest.raises(DotNetError, match="ArgumentOutOfRange"):
        net.list_get([1], -1)
    with pytest.raises(DotNetError, match="OutOfMemory"):
        net.new_array(INT32, 0, net.MAX_ITEMS + 1)
    assert len(net.new_array(INT32, 0, 2)) == 2
    assert net.NetType(Type("System.Int32")).to_text() == "System.Int32"
