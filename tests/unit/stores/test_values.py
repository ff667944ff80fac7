from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from headgate.csharp.library.stringbuilder import StringBuilder
from headgate.csharp.library.uri import Uri
from headgate.csharp.runtime.collections import (
    Anonymous,
    Array,
    Dictionary,
    Grouping,
    NetList,
    NetQueue,
    NetSet,
    NetTuple,
    Sequence,
)
from headgate.csharp.runtime.dates import TimeSpan
from headgate.csharp.runtime.jsontree import JArray, JObject
from headgate.csharp.types import INT32, STRING, Type
from headgate.csharp.values import Char, Int64
from headgate.model.messages import Body, Headers, Response
from headgate.stores.values import NoData, separate, weight
from headgate.testing.playbook import make_context

STRINGS = (STRING, STRING)


@pytest.mark.parametrize(
    "value",
    [None, True, 1, "text", 1.5, b"bytes", Decimal("1.5"), Int64(5), Char("c"), Uri("http://a/")],
)
def test_what_cannot_change_is_kept_as_it_is(value: object) -> None:
    assert separate(value) is value


def test_bytes_are_copied() -> None:
    value = bytearray(b"abc")
    copy = separate(value)
    value[0] = 0
    assert copy == bytearray(b"abc")


def test_json_is_copied_without_what_it_stands_in() -> None:
    whole = JObject({"in": {"n": [1]}, "other": "x" * 1000})
    part = whole.get("in")
    assert isinstance(part, JObject)
    copy = separate(part)
    assert type(copy) is JObject
    assert copy.parent is None
    inner = part.get("n")
    assert isinstance(inner, JArray)
    inner.items.append(2)
    assert copy.items == {"n": [1]}


@pytest.mark.parametrize("kind", [Array, NetList, NetQueue])
def test_lists_are_copied_with_their_items(kind: type[Array]) -> None:
    value = kind(Type("Object"), [JObject({"n": 1}), "text"])
    copy = separate(value)
    assert type(copy) is kind
    assert copy.net_type() == value.net_type()
    value[0].items["n"] = 2
    value.append("more")
    assert [copy[0].items, *copy[1:]] == [{"n": 1}, "text"]


def test_groupings_keep_their_key() -> None:
    copy = separate(Grouping("k", STRINGS, ["a"]))
    assert (copy.key, list(copy)) == ("k", ["a"])


def test_dictionaries_keep_how_they_compare() -> None:
    value = Dictionary(STRINGS, str.lower)
    value.set("A", NetList(STRING, ["1"]))
    copy = separate(value)
    value.get("a").append("2")
    value.set("b", "new")
    assert list(copy.get("a")) == ["1"]
    assert len(copy) == 1
    assert copy.net_type() == value.net_type()


def test_sets_tuples_and_anonymous_objects_are_copied() -> None:
    items = NetSet(STRING)
    items.add("a")
    kind = Type("anonymous", fields=(("x", STRING),))
    value = NetTuple((INT32,), items, Anonymous(kind, bytearray(b"1")))
    copy = separate(value)
    items.add("b")
    value.items[1].fields["x"][0] = 0
    assert list(copy.items[0]) == ["a"]
    assert copy.items[1].fields == {"x": bytearray(b"1")}


def test_builders_are_copied() -> None:
    value = StringBuilder("a")
    copy = separate(value)
    value.add("b")
    assert copy.to_text() == "a"


def test_object_that_holds_itself_does_so_in_the_copy() -> None:
    value = NetList(Type("Object"))
    value.append(value)
    copy = separate(value)
    assert copy is not value
    assert copy[0] is copy


def test_answers_are_copied() -> None:
    value = Response(201, "Created", Headers.of(("a", "1")), Body(b"body"))
    copy = separate(value)
    value.headers.set("a", "2")
    assert value.body is not None
    value.body.replace(b"other")
    assert (copy.status, copy.reason, list(copy.headers)) == (201, "Created", [("a", "1")])
    assert copy.body.content == b"body"


def nested(levels: int) -> Any:
    value = NetList(STRING)
    for _ in range(levels):
        value = NetList(STRING, [value])
    return value


@pytest.mark.parametrize(
    "value",
    [
        Sequence(INT32, lambda: [1]),
        NetList(INT32, [Sequence(INT32, lambda: [1])]),
        make_context(),
        make_context().request,
        Response(200, "OK", Headers(), Body(complete=False)),
        nested(5000),
    ],
)
def test_what_is_no_data_cannot_be_kept(value: object) -> None:
    with pytest.raises(NoData):
        separate(value)


def test_depth_of_what_is_nested_is_kept() -> None:
    copy = separate(nested(50))
    for _ in range(50):
        (copy,) = copy
    assert list(copy) == []


@pytest.mark.parametrize(
    ("value", "bytes_of"),
    [
        ("x" * 10_000, 10_000),
        (bytearray(10_000), 10_000),
        (NetList(STRING, ["x" * 5_000 + str(n) for n in range(2)]), 10_000),
        (JObject({"a": {"b": ["x" * 10_000]}}), 10_000),
        (Response(200, "OK", Headers.of(("a", "x" * 10_000)), None), 10_000),
        (Response(200, "OK", Headers(), Body(b"x" * 10_000)), 10_000),
        (TimeSpan(1), 0),
    ],
)
def test_weight_is_of_all_that_a_value_holds(value: object, bytes_of: int) -> None:
    assert bytes_of < weight(value) < bytes_of + 1500


def test_weight_does_not_count_anything_twice() -> None:
    text = "x" * 10_000
    assert weight(NetList(STRING, [text] * 5)) < 11_000
