"""Requests that ask for another protocol but can be served as they are.

Java's HttpClient sends `Upgrade: h2c` with the first request over plain TCP. A server may ignore
the offer (RFC 9110, 7.8), but llhttp, as httptools uses it, reads no body after it. The body is
then read by a parser of its own, which is shown a head that makes no offer.
"""

from __future__ import annotations

from typing import Protocol

from httptools import HttpParserError, HttpRequestParser

from headgate.gateway.inbound import Inbound


class BodySink(Protocol):
    """Who takes the body."""

    def on_body(self, body: bytes) -> None:
        """Take a piece."""
        ...

    def on_message_complete(self) -> None:
        """Take the end."""
        ...


class _BodyOnly:
    """Callbacks for llhttp that leave the head out."""

    def __init__(self, sink: BodySink) -> None:
        self.on_body = sink.on_body
        self.on_message_complete = sink.on_message_complete
        self.begun = False

    def on_message_begin(self) -> None:
        """Refuse a second request: its head would be lost."""
        if self.begun:
            raise HttpParserError("a request behind one that offered an upgrade")
        self.begun = True


def offers_only_h2c(inbound: Inbound) -> bool:
    """Whether HTTP/2 is all that the client would rather speak."""
    offered = [item[2] for item in inbound.items if item[0] == b"upgrade"]
    return inbound.method != b"CONNECT" and offered == [b"h2c"]


def body_parser(inbound: Inbound, sink: BodySink) -> HttpRequestParser:
    """Return a parser that stands at the start of the body of a request."""
    parser = HttpRequestParser(_BodyOnly(sink))
    framing = b"".join(
        b"%b: %b\r\n" % (lower, value)
        for lower, _, value in inbound.items
        if lower in (b"content-length", b"transfer-encoding")
    )
    parser.feed_data(b"POST / HTTP/1.1\r\nhost: h2c\r\n" + framing + b"\r\n")
    return parser
