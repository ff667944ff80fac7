"""Operators of LINQ over iterables."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import linq
from headgate.csharp.types import INT32


def test_lazy_operators_take_no_more_than_they_need() -> None:
    def source() -> object:
        yield 1
        raise AssertionError("asked for too much")

    assert list(linq.take(source(), 1)) == [1]  # type: ignore[arg-type]  # a generator
    assert linq.first(source()) == 1  # type: ignore[arg-type]  # a generator


def test_sets_keep_the_order_of_first_appearance() -> None:
    assert list(linq.distinct([2, 1, 2])) == [2, 1]
    assert list(linq.union([1], [2, 1])) == [1, 2]
    assert list(linq.intersect([1, 2, 2], [2])) == [2]
    assert list(linq.except_([1, 2, 1], [2])) == [1]


def test_sorting_is_stable_in_both_directions() -> None:
    words = ["bb", "a", "cc", "d"]
    for descending, expected in ((False, ["a", "d", "bb", "cc"]), (True, ["bb", "cc", "a", "d"])):
        ordered = linq.Ordered(INT32, words, [(len, descending, None)])
        assert list(ordered) == expected


def test_empty_sequences_have_no_element() -> None:
    for function in (linq.first, linq.last, linq.single):
        with pytest.raises(DotNetError, match="InvalidOperation"):
            function([])
    with pytest.raises(DotNetError, match="InvalidOperation"):
        linq.aggregate([], max)
    assert linq.best([], 1, None) is None
    assert linq.aggregate_from([1, 2], 10, lambda a, b: a + b) == 13
