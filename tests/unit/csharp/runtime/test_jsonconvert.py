"""Between .NET values and JSON."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.jsonconvert import (
    content,
    from_net,
    to_net,
    token_cast,
    value_reader,
)
from headgate.csharp.runtime.jsonreader import parse
from headgate.csharp.types import INT32, STRING, Type, array, nullable


def test_a_cast_needs_a_value_unless_null_is_one() -> None:
    assert token_cast(INT32)(parse("5")) == 5
    assert token_cast(nullable(INT32))(None) is None
    assert token_cast(STRING)(parse("null")) is None
    for text, name in (("null", "Argument"), ("{}", "Argument"), ("3000000000", "Overflow")):
        with pytest.raises(DotNetError, match=name):
            token_cast(INT32)(parse(text))
    with pytest.raises(DotNetError, match="ArgumentNull"):
        token_cast(INT32)(None)


def test_value_gives_the_default_for_what_is_missing() -> None:
    assert value_reader(INT32)(None) == 0
    assert value_reader(INT32)(parse("1.7")) == 2
    with pytest.raises(DotNetError, match="InvalidCast"):
        value_reader(STRING)(parse("{}"))


def test_whole_values_are_converted() -> None:
    kind = Type("System.Collections.Generic.Dictionary", (STRING, array(INT32)))
    found = to_net(parse('{"a": [1, "2"]}'), kind)
    assert list(found.get("a")) == [1, 2]
    with pytest.raises(DotNetError, match="JsonSerialization"):
        to_net(parse("[]"), kind)
    with pytest.raises(DotNetError, match="JsonReader"):
        to_net(parse('"x"'), INT32)


def test_net_values_become_json() -> None:
    assert from_net({"a": 1}) == {"a": 1}
    assert content("x").to_text() == "x"
    with pytest.raises(DotNetError, match="JsonSerialization"):
        from_net(object())
