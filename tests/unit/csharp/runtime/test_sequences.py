"""Enumeration."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.collections import NetList
from headgate.csharp.runtime.sequences import items, walk
from headgate.csharp.types import INT32
from headgate.csharp.values import type_name_of
from headgate.model.messages import Headers


def test_items_have_their_dotnet_types() -> None:
    assert [type_name_of(item) for item in walk("a😀")] == ["System.Char"] * 3
    assert [type_name_of(item) for item in walk(bytearray(b"a"))] == ["System.Byte"]


def test_headers_and_mappings_are_pairs() -> None:
    pairs = list(walk(Headers.of(("A", "1"), ("a", "2"))))
    assert [(pair.key, list(pair.value)) for pair in pairs] == [("A", ["1", "2"])]
    assert [(pair.key, pair.value) for pair in walk({"x": 1})] == [("x", 1)]


def test_null_is_no_source_and_a_changed_list_is_noticed() -> None:
    with pytest.raises(DotNetError, match="ArgumentNull"):
        items(None)
    numbers = NetList(INT32, [1, 2])
    started = iter(walk(numbers))
    next(started)
    numbers.append(3)
    with pytest.raises(DotNetError, match="InvalidOperation"):
        next(started)
