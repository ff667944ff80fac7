from __future__ import annotations

import pytest

from headgate.tokens.request import RequestUnreadable, ask_for_usage, read_request

STREAMED = b'{"stream":true}'


def test_the_path_decides_how_a_request_is_read() -> None:
    assert read_request("/v1/embeddings", b"{}").dialect.name == "openai-embeddings"
    assert read_request("/v1/elsewhere", b"{}").dialect.name == "generic"


def test_a_request_of_a_known_dialect_has_to_be_an_object() -> None:
    for body in (b"", b"[]", b"text"):
        with pytest.raises(RequestUnreadable):
            read_request("/v1/chat/completions", body)


def test_usage_is_asked_for_on_streams_that_do_not_ask_themselves() -> None:
    request = read_request("/chat/completions", STREAMED)
    asking = ask_for_usage(request, STREAMED)
    assert read_request("/chat/completions", asking).usage_asked


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/completions", b"{}"),
        ("/chat/completions", b'{"stream":false}'),
        ("/chat/completions", b'{"stream":true,"stream_options":{"include_usage":true}}'),
        ("/elsewhere", STREAMED),
    ],
)
def test_otherwise_the_body_stays_the_same_object(path: str, body: bytes) -> None:
    assert ask_for_usage(read_request(path, body), body) is body
