"""The tree of tokens."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import jsontree
from headgate.csharp.runtime.jsonreader import parse_array, parse_object
from headgate.csharp.runtime.jsontree import JObject, JProperty, JValue
from headgate.csharp.runtime.jsonwriter import compact


def test_children_become_tokens_once() -> None:
    tree = parse_object('{"a": {"b": 1}}')
    assert tree.get("a") is tree.get("a")
    assert tree.get("x") is None


def test_a_token_with_a_parent_is_copied_when_it_is_put_elsewhere() -> None:
    one, other = parse_object('{"x": {"y": 1}}'), JObject()
    other.set("x", one.get("x"))
    inner = other.get("x")
    assert isinstance(inner, JObject)
    inner.set("y", JValue(2))
    assert compact(one) == '{"x":{"y":1}}'


def test_removing_and_replacing() -> None:
    tree = parse_object('{"a": 1, "b": 2}')
    JProperty("a", owner=tree).set_value(JValue(9))
    jsontree.remove(JProperty("b", owner=tree))
    assert compact(tree) == '{"a":9}'
    member = tree.get("a")
    assert member is not None
    with pytest.raises(DotNetError, match="JsonException"):
        jsontree.remove(member)
    items = parse_array("[1, 2]")
    jsontree.remove(items.get(0))
    jsontree.replace(items.get(0), None)
    assert compact(items) == "[null]"
    with pytest.raises(DotNetError, match="InvalidOperation"):
        jsontree.remove(JValue(1))


def test_deep_equality_ignores_the_order_of_members() -> None:
    assert jsontree.same(parse_object('{"a":1,"b":[2]}'), parse_object('{"b":[2],"a":1}'))
    assert not jsontree.same(JValue(1), JValue(1.0))


def test_texts_that_look_like_dates_become_dates() -> None:
    dated = parse_object('{"a": "2024-01-02T03:04:05Z", "b": "2024-01-02"}')
    kinds = [dated.get(name).token_type for name in "ab"]  # type: ignore[union-attr]  # both exist
    assert kinds == [12, 8]
