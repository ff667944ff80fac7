"""Casts at run time."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import casts
from headgate.csharp.runtime.casts import caster, numeric_cast, unbox
from headgate.csharp.surface import surface
from headgate.csharp.types import BYTE, DECIMAL, INT32, INT64, STRING, Type
from headgate.csharp.values import Int64


def test_numbers_are_reduced_or_refused() -> None:
    assert numeric_cast(BYTE, False)(300) == 44
    assert numeric_cast(INT32, False)(-3.99) == -3
    assert str(numeric_cast(DECIMAL, False)(0.1)) == "0.1"
    with pytest.raises(DotNetError, match="Overflow"):
        numeric_cast(BYTE, True)(300)


def test_unboxing_takes_exactly_its_type() -> None:
    assert unbox(INT32)(5) == 5
    for value, name in ((Int64(5), "InvalidCast"), (True, "InvalidCast"), (None, "NullReference")):
        with pytest.raises(DotNetError, match=name):
            unbox(INT32)(value)


def test_type_tests_are_never_true_of_null() -> None:
    assert casts.tester(surface(), INT64)(Int64(1))
    assert not casts.tester(surface(), STRING)(None)
    assert caster(surface(), STRING)(None) is None
    with pytest.raises(DotNetError, match="InvalidCast"):
        caster(surface(), Type("Newtonsoft.Json.Linq.JObject"))("x")
