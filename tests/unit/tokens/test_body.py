from __future__ import annotations

import msgspec
import pytest

from headgate.tokens.body import (
    ABSENT,
    ANY,
    LARGE,
    OBJECTS_MAX,
    QUOTES_MAX,
    add_compact,
    decode_or_none,
    decode_request,
)
from headgate.tokens.prompt import PromptParts, RequestUnreadable


class _Shape(msgspec.Struct):
    number: int = 0
    rest: msgspec.Raw = ABSENT


SHAPE = msgspec.json.Decoder(_Shape)

UNREADABLE = {
    b"": "valid JSON",
    b'{"number": 1': "valid JSON",
    b'{"number": 1} trailing': "valid JSON",
    b"[]": "Expected `object`",
    b"null": "Expected `object`",
    b'{"number": "one"}': "number",
    b'{"rest": "\xff"}': r"UTF-8 \(byte 10\)",
    b'{"other": "\xed\xa0\x80"}': "UTF-8",
    b'{"rest": "\\ud800"}': "valid JSON",
    b'{"other": "\\udc00 alone"}': "valid JSON",
    b'{"rest": NaN}': "valid JSON",
    b'{"rest": ' + b"[" * 10_000 + b"]" * 10_000 + b"}": "nested too deep",
    b'{"other": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}": "nested too deep",
}


@pytest.mark.parametrize(("body", "message"), UNREADABLE.items(), ids=range(len(UNREADABLE)))
def test_a_request_that_cannot_be_read_says_why(body: bytes, message: str) -> None:
    with pytest.raises(RequestUnreadable, match=message):
        decode_request(SHAPE, body)


@pytest.mark.parametrize(("body", "_"), UNREADABLE.items(), ids=range(len(UNREADABLE)))
def test_an_answer_that_cannot_be_read_is_none(body: bytes, _: str) -> None:
    assert decode_or_none(msgspec.json.Decoder(dict[str, int]), body) is None


def test_the_last_of_duplicate_members_wins() -> None:
    assert decode_request(SHAPE, b'{"number": 1, "number": 2}').number == 2


def test_members_that_are_not_there_are_false_and_null_is_not() -> None:
    assert not decode_request(SHAPE, b"{}").rest
    assert decode_request(SHAPE, b'{"rest": null}').rest


def test_a_part_kept_undecoded_can_be_decoded_later() -> None:
    shape = decode_request(SHAPE, '{"rest": ["é", "\\ud83d\\ude00"]}'.encode())
    assert decode_request(ANY, shape.rest) == ["é", "😀"]


def test_compact_json_has_no_white_space_and_keeps_numbers_as_written() -> None:
    parts = PromptParts()
    add_compact(parts, msgspec.Raw(b'{ "a" : [ 1e15 ,\n 2 ] , "b" : "c d" }'))
    assert parts.texts == ['{"a":[1e15,2],"b":"c d"}']


def test_compact_json_of_a_depth_bomb_is_refused() -> None:
    with pytest.raises(RequestUnreadable, match="nested too deep"):
        add_compact(PromptParts(), msgspec.Raw(b"[" * 10_000 + b"]" * 10_000))


@pytest.mark.parametrize(("unit", "most"), [(b"{},", OBJECTS_MAX), (b'"a",', QUOTES_MAX // 2)])
def test_a_crowd_of_small_parts_is_refused_before_it_is_read(unit: bytes, most: int) -> None:
    def body(parts: int) -> bytes:
        return b"[" + unit * (parts - 1) + unit[:-1] + b" " * LARGE + b"]"

    assert len(decode_request(ANY, body(most))) == most
    with pytest.raises(RequestUnreadable, match="too many parts"):
        decode_request(ANY, body(most + 1))


def test_a_small_body_is_read_whatever_it_consists_of() -> None:
    parts = LARGE // 3 - 1
    assert parts > OBJECTS_MAX
    assert len(decode_request(ANY, b"[" + b"{}," * (parts - 1) + b"{}]")) == parts
