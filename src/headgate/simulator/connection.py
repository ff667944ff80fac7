"""One connection: requests come in, replies leave one after another."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import cast
from urllib.parse import parse_qsl

import httptools

from headgate.simulator.behaviour import PREFIX
from headgate.simulator.bodies import Incoming
from headgate.simulator.delivery import Delivery
from headgate.simulator.provider import Provider
from headgate.simulator.refusals import Refusal
from headgate.simulator.reply import Reply, document
from headgate.simulator.vendors import KEY_HEADERS, Vendor

BODY_MAX = 32 * 1024 * 1024
HEAD_MAX = 64 * 1024
WAITING_MAX = 16
"""Requests that a caller may send ahead of their answers."""
_WRITE_BUFFER = 16 * 1024
_READ = frozenset(
    (b"anthropic-version", b"content-type", b"expect", *(name.encode() for name in KEY_HEADERS))
)
_PREFIX = PREFIX.encode()


class _Received:
    """A request while its bytes arrive, and how its answer may be framed."""

    __slots__ = ("body", "headers", "keep_alive", "may_chunk", "method", "size", "url")

    def __init__(self) -> None:
        self.url = b""
        self.headers: dict[str, str] = {}
        self.body: list[bytes] = []
        self.size = 0
        self.method = ""
        self.keep_alive = True
        self.may_chunk = True

    def incoming(self) -> Incoming:
        """Return the request for the provider."""
        path, _, query = self.url.decode("latin-1").partition("?")
        return Incoming(
            method=self.method,
            path=path,
            query=dict(parse_qsl(query)),
            headers=self.headers,
            body=b"".join(self.body),
        )


class Connection(asyncio.Protocol):
    """The server's end of one connection."""

    __slots__ = (
        "_delivery",
        "_excess",
        "_head_size",
        "_live",
        "_loop",
        "_parser",
        "_provider",
        "_received",
        "_transport",
        "_waiting",
    )
    _transport: asyncio.Transport

    def __init__(
        self, provider: Provider, live: set[Connection], *, loop: asyncio.AbstractEventLoop
    ) -> None:
        """Belong to `live` as long as the connection stands."""
        self._provider = provider
        self._live = live
        self._loop = loop
        self._parser = httptools.HttpRequestParser(self)
        self._received = _Received()
        self._head_size = 0
        self._excess: Refusal | None = None
        self._waiting: deque[_Received] = deque()
        self._delivery: Delivery | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's transports do not inherit from asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=_WRITE_BUFFER)
        self._live.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the reply that is on its way: its caller has left."""
        self._live.discard(self)
        self._waiting.clear()
        if self._delivery is not None:
            self._delivery.cancel()
            self._delivery = None

    def eof_received(self) -> None:
        """Take the end of what a caller sends as its leaving, as common servers do."""
        self._transport.abort()

    def pause_writing(self) -> None:
        """Stop writing: the peer does not read."""
        if self._delivery is not None:
            self._delivery.pause()

    def resume_writing(self) -> None:
        """Go on writing."""
        if self._delivery is not None:
            self._delivery.resume()

    def abort(self) -> None:
        """Close at once; the reply that is on its way ends here and now."""
        self._transport.abort()
        self.connection_lost(None)

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            # The request was handled, and a server may ignore an offer to upgrade; but this parser
            # reads no further.
            self._parser = httptools.HttpRequestParser(self)
            self.data_received(data[offer.args[0] :])
        except httptools.HttpParserError as error:
            not_http = Refusal(status=400, message=f"This is not HTTP/1.1: {error}")
            self._hang_up(self._excess or not_http)

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request target."""
        self._received.url += url
        self._grow_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; only those that mean something here are kept."""
        self._grow_head(len(name) + len(value))
        lower = name.lower()
        if lower in _READ or lower.startswith(_PREFIX):
            self._received.headers[lower.decode("latin-1")] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Tell a caller that waits for permission to send its body to do so."""
        self._head_size = 0
        expected = self._received.headers.get("expect", "").lower()
        if expected == "100-continue" and self._delivery is None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        received = self._received
        received.size += len(body)
        if received.size > BODY_MAX:
            self._refuse(413, f"The body exceeds {BODY_MAX} bytes.")
        received.body.append(body)

    def on_message_complete(self) -> None:
        """Answer, or let the request wait until those before it are answered."""
        received, self._received = self._received, _Received()
        received.method = self._parser.get_method().decode("latin-1")
        received.keep_alive = self._parser.should_keep_alive()
        received.may_chunk = self._parser.get_http_version() != "1.0"
        if self._delivery is None:
            self._deliver(received)
        elif len(self._waiting) < WAITING_MAX:
            self._waiting.append(received)
        else:
            self._transport.abort()

    def _grow_head(self, size: int) -> None:
        self._head_size += size
        if self._head_size > HEAD_MAX:
            self._refuse(431, f"The head exceeds {HEAD_MAX} bytes.")

    def _refuse(self, status: int, message: str) -> None:
        """End parsing: the parser turns what a callback raises into an error of its own."""
        self._excess = Refusal(status=status, message=message)
        raise ValueError(message)

    def _hang_up(self, refusal: Refusal) -> None:
        """Say what is wrong, unless a reply is on its way, and close."""
        if self._delivery is not None:
            self._transport.abort()
            return
        reply = document(refusal.body(Vendor.OPENAI), refusal.headers, status=refusal.status)
        self._send(reply, may_chunk=False, keep_alive=False)

    def _deliver(self, received: _Received) -> None:
        reply = self._provider.answer(received.incoming())
        self._send(reply, may_chunk=received.may_chunk, keep_alive=received.keep_alive)

    def _send(self, reply: Reply, *, may_chunk: bool, keep_alive: bool) -> None:
        self._delivery = Delivery(
            reply,
            self._transport,
            loop=self._loop,
            may_chunk=may_chunk,
            keep_alive=keep_alive,
            done=self._done,
        )
        self._delivery.start()

    def _done(self, keep_alive: bool) -> None:
        self._delivery = None
        if not keep_alive:
            self._transport.close()
        elif self._waiting:
            self._deliver(self._waiting.popleft())
