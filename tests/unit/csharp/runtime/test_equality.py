"""Equals and order."""

from __future__ import annotations

from functools import cmp_to_key

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.equality import compare, equal, hash_code
from headgate.csharp.values import Int64


def test_equality_minds_the_type() -> None:
    assert equal(1, 1)
    assert not equal(1, Int64(1))
    assert equal(None, None)
    assert equal(float("nan"), float("nan"))


def test_null_comes_first_and_nan_before_numbers() -> None:
    assert compare(None, 1) == -1
    assert compare(float("nan"), 1.0) == -1
    assert compare(2, 1) == 1
    with pytest.raises(DotNetError, match="Argument"):
        compare(1, object())


def test_texts_order_as_words_do() -> None:
    words = ["item10", "Item1", "_x", "-y", "a", "A", "é", "e"]
    ordered = sorted(words, key=cmp_to_key(compare))
    assert ordered == ["_x", "-y", "a", "A", "e", "é", "Item1", "item10"]


def test_hash_codes_are_32_bit_and_stable() -> None:
    assert hash_code("a") == hash_code("a")
    assert -(2**31) <= hash_code("abc") < 2**31
