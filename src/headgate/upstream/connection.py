"""One connection to an upstream. It carries one attempt at a time and is pooled between them.

Parsing is llhttp's. What llhttp leaves open is decided here: bounds on the head, 1xx answers,
answers without a body, answers that end with the connection, and bytes that nobody asked for.
"""

from __future__ import annotations

import asyncio
from typing import Literal, Protocol, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from headgate.model.messages import Body, HeaderItem, Headers, Response
from headgate.policy.effects import ForwardFailed
from headgate.upstream.attempt import Attempt
from headgate.upstream.bounds import Bounds, Timeouts


class Home(Protocol):
    """The pool, as its connections see it."""

    bounds: Bounds
    timeouts: Timeouts

    def now(self) -> float:
        """Return the loop's time in seconds."""
        ...

    def give_back(self, connection: UpstreamConnection) -> None:
        """Take a connection that another attempt can use."""
        ...

    def forget(self, connection: UpstreamConnection) -> None:
        """Drop a connection that is closed."""
        ...

    def dial(self, attempt: Attempt) -> None:
        """Send an attempt over a fresh connection."""
        ...


class UpstreamConnection(asyncio.Protocol):
    """See the module. The parser's callbacks only collect; `data_received` acts on the whole."""

    __slots__ = (
        "attempt",
        "barren",
        "bodiless",
        "delivered",
        "done",
        "head_done",
        "headers",
        "heard",
        "idle_since",
        "items",
        "parser",
        "pieces",
        "pool",
        "reason",
        "reusable",
        "reused",
        "started",
        "status",
        "transport",
        "until_close",
    )

    def __init__(self, pool: Home) -> None:
        self.pool = pool
        self.attempt: Attempt | None = None
        self.transport: asyncio.Transport | None = None
        self.parser: HttpResponseParser | None = HttpResponseParser(self)
        self.reused = False
        self.idle_since = 0.0
        self.started = 0.0
        self.status = 0
        self.reason = b""
        self.headers: list[HeaderItem] = []
        self.items: list[HeaderItem] = []
        self.pieces: list[bytes] = []
        self.heard = False
        self.barren = 0
        """Bytes read since the last one that was head or body: an unfinished head, or trailers."""
        self.head_done = False
        self.bodiless = False
        self.delivered = False
        self.done = False
        self.reusable = False
        self.until_close = False

    # What the pool and the attempt ask for.

    def carry(self, attempt: Attempt, now: float) -> None:
        """Send an attempt."""
        self.attempt = attempt
        self.started = now
        attempt.attach(self)

    def write(self, data: bytes) -> None:
        """Write a piece of the request."""
        if self.transport is not None:
            self.transport.write(data)

    def pause_reading(self) -> None:
        """Stop reading; no effect on a connection that closes."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Read again; no effect on a connection that closes."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def abort(self) -> None:
        """Close at once and report nothing."""
        self.attempt = None
        if self.transport is not None:
            self.transport.abort()

    # The transport's callbacks.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport and bound what it may hold."""
        transport = cast(asyncio.Transport, transport)
        transport.set_write_buffer_limits(high=self.pool.bounds.window)
        self.transport = transport

    def pause_writing(self) -> None:
        """Tell the attempt that the upstream takes no more for now."""
        if self.attempt is not None:
            self.attempt.ready = False

    def resume_writing(self) -> None:
        """Let the attempt go on."""
        attempt = self.attempt
        if attempt is not None:
            attempt.ready = True
            attempt.receiver.on_attempt_ready()

    def data_received(self, data: bytes) -> None:
        """Parse one read, then report all that it amounts to at once."""
        attempt = self.attempt
        if attempt is None:
            # Nobody asked for this: whatever it is, it must not become the next call's answer.
            self.abort()
            return
        self.heard = True
        parser = self.parser
        assert parser is not None
        try:
            parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self.done:
                self.fail("malformed", f"The upstream's answer is not HTTP/1.1: {error}")
                return
            self.reusable = False
        pieces = self.pieces
        content = b""
        if pieces:
            content = pieces[0] if len(pieces) == 1 else b"".join(pieces)
            pieces.clear()
        if self.delivered:
            self.continue_answer(attempt, content, size=len(data))
        elif self.head_done:
            self.deliver(attempt, content)
        else:
            self.count_barren(len(data))

    def eof_received(self) -> bool:
        """End an answer that ends with the connection; the transport closes itself."""
        if self.attempt is not None and self.until_close and self.head_done:
            self.done = True
            self.continue_answer(self.attempt, b"", size=0)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the pool, and fail the attempt that was on its way."""
        self.transport = None
        # The parser holds this object's methods, so the cycle is cut here.
        self.parser = None
        self.pool.forget(self)
        if self.attempt is not None:
            self.fail("broken", f"The upstream closed the connection{f': {exc}' if exc else ''}.")

    # What a read amounts to.

    def deliver(self, attempt: Attempt, content: bytes) -> None:
        """Report the head with what came of the body."""
        if len(self.headers) > self.pool.bounds.headers:
            self.fail("malformed", "The upstream's answer has too many headers.")
            return
        done = self.done
        body = None if self.bodiless else Body(content, complete=done)
        reason = self.reason.decode("latin-1")
        response = Response(self.status, reason, Headers(self.headers), body)
        if done:
            self.release(attempt)
        else:
            self.delivered = True
            attempt.kept = None
        attempt.receiver.on_answer(response)

    def continue_answer(self, attempt: Attempt, content: bytes, *, size: int) -> None:
        """Report more of the body, and its end."""
        done = self.done
        if done:
            self.release(attempt)
        if content:
            self.barren = 0
            attempt.receiver.on_answer_body(content)
        elif not done:
            self.count_barren(size)
        if done:
            attempt.receiver.on_answer_end()

    def count_barren(self, size: int) -> None:
        """Bound what a head, or trailers, may take."""
        self.barren += size
        if self.barren > self.pool.bounds.head:
            self.fail("malformed", "The head or the trailers of the upstream's answer are too big.")

    def release(self, attempt: Attempt) -> None:
        """Give the connection back to the pool, or close it if it is of no more use."""
        reusable = self.reusable and attempt.finished
        self.attempt = None
        attempt.detach()
        transport = self.transport
        if transport is None or transport.is_closing():
            return
        if not reusable:
            transport.abort()
            return
        if self.bodiless:
            # llhttp cannot be told that no body follows: it may wait for one.
            self.parser = HttpResponseParser(self)
            self.bodiless = False
        # What is not forgotten here is set anew by the head of the next answer.
        self.reason = b""
        self.items = []
        self.barren = 0
        self.head_done = self.delivered = self.done = False
        self.reused = True
        self.pool.give_back(self)

    def fail(self, kind: Literal["broken", "malformed"], message: str) -> None:
        """Give up on the answer; a reused connection that was closing already is replaced."""
        attempt = self.attempt
        assert attempt is not None
        self.abort()
        if kind == "broken" and attempt.kept is not None and self.is_stale():
            attempt.connection = None
            attempt.ready = False
            self.pool.dial(attempt)
            return
        attempt.detach()
        attempt.receiver.on_answer_failed(ForwardFailed(kind, message))

    def is_stale(self) -> bool:
        """Whether the upstream was closing the idle connection when the attempt took it."""
        answered = self.head_done or self.barren > 0
        quick = self.pool.now() - self.started < self.pool.timeouts.stale
        return self.reused and not answered and quick

    # The parser's callbacks.

    def on_message_begin(self) -> None:
        """Refuse a second answer to one request; after 1xx the awaited one begins."""
        if self.done:
            raise HttpParserError("a second answer to one request")

    def on_status(self, status: bytes) -> None:
        """Collect the reason, which may come in pieces."""
        self.reason += status

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header, or a trailer, which is dropped: few clients read them."""
        self.items.append((name.lower(), name, value))

    def on_headers_complete(self) -> None:
        """Decide how the body ends (RFC 9112, 6.3)."""
        parser, attempt = self.parser, self.attempt
        assert parser is not None
        assert attempt is not None
        status = parser.get_status_code()
        if status < 200:
            if status == 101:
                raise HttpParserError("101 that nobody asked for")
            self.items = []
            self.reason = b""
            return
        self.status = status
        self.head_done = True
        self.headers = self.items
        # Trailers come by the same callback.
        self.items = []
        self.reusable = parser.should_keep_alive()
        if attempt.bodiless or status == 204 or status == 304:
            self.bodiless = self.done = True
        elif not self.reusable:
            named = {item[0] for item in self.headers}
            self.until_close = not named & {b"content-length", b"transfer-encoding"}

    def on_body(self, body: bytes) -> None:
        """Collect what one read holds of the body."""
        if self.done:
            self.reusable = False
        else:
            self.pieces.append(body)

    def on_message_complete(self) -> None:
        """Note the end, except that of a 1xx answer."""
        if self.head_done:
            self.done = True
