from __future__ import annotations

import pytest

from headgate.tokens.array import ArrayTap
from headgate.tokens.following import tap_for
from headgate.tokens.inflate import InflatingTap
from headgate.tokens.request import read_request
from headgate.tokens.stream import StreamTap

CHAT = read_request("/v1/chat/completions", b'{"stream":true}')
GEMINI = read_request("/v1beta/models/m:streamGenerateContent", b"{}")
WHOLE = read_request("/v1beta/models/m:generateContent", b"{}")


def kind_of(request: object, content_type: bytes, encoding: bytes = b"") -> type:
    assert isinstance(request, type(CHAT))
    return type(tap_for(request, content_type, encoding=encoding, hide_usage=False))


@pytest.mark.parametrize("kind", [b"text/event-stream", b" Text/Event-Stream; charset=utf-8"])
def test_events_are_followed_as_they_come(kind: bytes) -> None:
    assert kind_of(CHAT, kind) is kind_of(GEMINI, kind, b"identity") is StreamTap
    assert kind_of(CHAT, kind, b"gzip") is InflatingTap


def test_an_array_is_followed_where_a_dialect_streams_one() -> None:
    json = b"application/json; charset=UTF-8"
    assert kind_of(GEMINI, json) is ArrayTap
    assert kind_of(GEMINI, json, b"gzip") is InflatingTap
    assert kind_of(WHOLE, json) is kind_of(CHAT, json) is type(None)


def test_usage_is_hidden_from_who_did_not_ask() -> None:
    tap = tap_for(CHAT, b"text/event-stream", encoding=b"", hide_usage=True)
    assert tap is not None
    event = b'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\n'
    assert tap.feed(event) == b""
