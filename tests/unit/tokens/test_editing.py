from __future__ import annotations

import msgspec
import pytest

from headgate.tokens.editing import with_members
from headgate.tokens.prompt import RequestUnreadable


def test_a_new_member_is_put_first_and_the_rest_stays_as_it_was() -> None:
    assert with_members(b' { "b" : 1.50 }', {"a": 7}) == b' {"a":7, "b" : 1.50 }'


@pytest.mark.parametrize("empty", [b"{}", b"{ \n}"])
def test_an_empty_object_gets_no_comma(empty: bytes) -> None:
    assert msgspec.json.decode(with_members(empty, {"a": 7, "c": None})) == {"a": 7, "c": None}


@pytest.mark.parametrize(
    "body", [b'{"a":1,"b":1.50,"a":2}', b'{"\\u0061":1,"b":1.50}', b'{"a":null,"b":1.50}']
)
def test_a_member_of_the_name_is_replaced_however_it_is_written(body: bytes) -> None:
    changed = with_members(body, {"a": 7})
    assert msgspec.json.decode(changed) == {"a": 7, "b": 1.5}
    assert changed.count(b"a") == 1
    assert b"1.50" in changed


def test_a_name_inside_a_value_changes_nothing() -> None:
    body = b'{"b":{"a":1}}'
    assert msgspec.json.decode(with_members(body, {"a": 7})) == {"b": {"a": 1}, "a": 7}


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(RequestUnreadable):
        with_members(b'["a"]', {"a": 7})
