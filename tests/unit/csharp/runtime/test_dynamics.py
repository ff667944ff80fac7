"""dynamic."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import dynamics
from headgate.csharp.runtime.jsonreader import parse
from headgate.csharp.surface import surface
from headgate.csharp.types import INT32, STRING, nullable
from headgate.csharp.values import Int64


def test_operators_promote_numbers_and_join_texts() -> None:
    assert dynamics.binary("+", 1, Int64(2)) == 3
    assert type(dynamics.binary("+", 1, Int64(2))) is Int64
    assert dynamics.binary("+", "a", 1) == "a1"
    assert dynamics.binary("<", 1, 2.5) is True
    assert dynamics.binary("/", 7, 2) == 3
    assert dynamics.unary("-", 5) == -5
    assert dynamics.unary("!", True) is False
    for op, left in (("-", "a"), ("&", 1.5)):
        with pytest.raises(DotNetError, match="RuntimeBinder"):
            dynamics.binary(op, left, 1)


def test_equality_looks_at_values() -> None:
    assert dynamics.equal(1, Int64(1))
    assert dynamics.equal(parse("5"), 5)
    assert not dynamics.equal(None, 5)


def test_members_come_from_json_or_from_the_surface() -> None:
    token = parse('{"a": {"b": [1]}}')
    assert dynamics.member(dynamics.member(token, "a"), "b").to_text() == "[\n  1\n]"
    assert dynamics.member(token, "x") is None
    assert dynamics.member("abc", "Length") == 3
    assert dynamics.element("abc", 1) == "b"
    with pytest.raises(DotNetError, match="RuntimeBinder"):
        dynamics.member("abc", "Nope")


def test_conversions_widen_and_read_json() -> None:
    assert dynamics.converter(surface(), INT32)(parse("5")) == 5
    assert dynamics.converter(surface(), STRING)(parse('"x"')) == "x"
    assert dynamics.converter(surface(), nullable(INT32))(None) is None
