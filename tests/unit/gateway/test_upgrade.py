"""Requests that offer HTTP/2."""

from __future__ import annotations

import pytest
from httptools import HttpParserError

from headgate.gateway.inbound import Inbound
from headgate.gateway.upgrade import body_parser, offers_only_h2c


class Sink:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.ends = 0

    def on_body(self, body: bytes) -> None:
        self.parts.append(body)

    def on_message_complete(self) -> None:
        self.ends += 1


def request(*pairs: tuple[bytes, bytes], method: bytes = b"POST") -> Inbound:
    inbound = Inbound()
    inbound.method = method
    inbound.items = [(name.lower(), name, value) for name, value in pairs]
    return inbound


@pytest.mark.parametrize(
    ("inbound", "expected"),
    [
        (request((b"Upgrade", b"h2c")), True),
        (request((b"Upgrade", b"websocket")), False),
        (request((b"Upgrade", b"h2c"), (b"Upgrade", b"websocket")), False),
        (request((b"Upgrade", b"h2c"), method=b"CONNECT"), False),
        (request(), False),
    ],
)
def test_only_h2c_may_be_ignored(inbound: Inbound, expected: bool) -> None:
    assert offers_only_h2c(inbound) is expected


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        ((b"Content-Length", b"2"), b"hi"),
        ((b"Transfer-Encoding", b"chunked"), b"2\r\nhi\r\n0\r\n\r\n"),
    ],
)
def test_body_is_read_as_it_was_framed(framing: tuple[bytes, bytes], body: bytes) -> None:
    sink = Sink()
    body_parser(request(framing), sink).feed_data(body)
    assert (b"".join(sink.parts), sink.ends) == (b"hi", 1)


def test_request_without_a_body_is_complete_at_once() -> None:
    sink = Sink()
    body_parser(request(), sink)
    assert (sink.parts, sink.ends) == ([], 1)


def test_next_request_is_refused() -> None:
    parser = body_parser(request(), Sink())
    with pytest.raises(HttpParserError):
        parser.feed_data(b"GET / HTTP/1.1\r\n\r\n")
