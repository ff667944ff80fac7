"""One client connection: parses requests, serves them one after the other, bounds everything.

Parsing is llhttp's, through httptools. A read may hold several pipelined requests; they wait in
order. While a call runs, bytes behind its request are kept unparsed, and no more of them are read
than a window. Reading otherwise goes on during a call, because that is how a hang-up is noticed.
A client that closes its sending side counts as gone: nothing tells the two apart.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from headgate.exchange.call import Ending
from headgate.gateway import framing
from headgate.gateway.driver import Driver
from headgate.gateway.framing import Refusal
from headgate.gateway.inbound import Inbound, examine, make_request
from headgate.gateway.plane import Plane
from headgate.gateway.upgrade import body_parser, offers_only_h2c
from headgate.limits.operations import Seen
from headgate.model.messages import HeaderItem

STATUS_TARGET = b"/status-0123456789abcdef"
"""Where APIM's self-hosted gateway tells a load balancer that it lives."""

_OPERATIONAL = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 19\r\n"
    b"connection: close\r\n\r\nService Operational"
)
_RESET = struct.pack("ii", 1, 0)


class ClientConnection(asyncio.Protocol):
    """See the module. The parser's callbacks only collect; `parse` acts on the whole."""

    __slots__ = (
        "backlog",
        "backlog_size",
        "barren",
        "borrowed",
        "deadline",
        "deaf",
        "driver",
        "dropped",
        "dropping",
        "full",
        "full_since",
        "head_size",
        "heard",
        "items",
        "keep",
        "lingering",
        "parsed",
        "parser",
        "paused",
        "peer",
        "plane",
        "quiet_since",
        "serving",
        "transport",
        "waiting",
    )

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.transport: asyncio.Transport | None = None
        self.parser: HttpRequestParser | None = HttpRequestParser(self)
        self.borrowed = False
        """Whether the parser is one that reads a single body only (see `upgrade`)."""
        self.peer = ""
        self.items: list[HeaderItem] = []
        self.parsed: Inbound | None = None
        """The request that began last."""
        self.waiting: deque[Inbound] = deque()
        """Requests whose head is there and that are not served yet."""
        self.driver: Driver | None = None
        self.serving = False
        """Whether `serve_waiting` runs, so that a call that ends at once does not nest it."""
        self.backlog: list[bytes] = []
        self.backlog_size = 0
        self.head_size = 0
        self.barren = 0
        """Bytes of a body's framing read since its last payload byte: trailers, extensions."""
        self.deaf = False
        """Whether what the client sends has stopped to make sense."""
        self.keep = True
        self.dropping = False
        """Whether the rest of an answered request's body is being read and dropped."""
        self.dropped = 0
        self.lingering = False
        """Whether nothing is left to do but to let the last answer reach the client."""
        self.deadline = 0.0
        """When a connection without a call is given up; what it waits for sets it."""
        self.paused = False
        self.full = False
        self.full_since = 0.0
        self.heard = False
        self.quiet_since = 0.0

    # The transport's callbacks.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register, unless there are too many connections."""
        transport = cast(asyncio.Transport, transport)
        plane = self.plane
        if len(plane.connections) >= plane.bounds.connections:
            transport.abort()
            return
        transport.set_write_buffer_limits(high=plane.bounds.window)
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if isinstance(peer, tuple) else ""
        self.transport = transport
        self.deadline = plane.loop.time() + plane.timeouts.idle
        plane.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the call that is on its way."""
        plane = self.plane
        plane.connections.discard(self)
        if not plane.connections:
            plane.emptied.set()
        self.transport = None
        # The parser holds this object's methods, so the cycle is cut here.
        self.parser = None
        plane.budget.held -= sum(inbound.held for inbound in self.waiting)
        self.waiting.clear()
        self.backlog.clear()
        if self.driver is not None:
            self.driver.on_client_gone()

    def eof_received(self) -> bool:
        """Take the end of sending for a hang-up."""
        if self.driver is not None:
            self.abort()
            self.driver.on_client_gone()
        return False

    def pause_writing(self) -> None:
        """Tell the call that the client does not read."""
        self.full = True
        self.full_since = self.plane.loop.time()
        if self.driver is not None:
            self.driver.on_client_full()

    def resume_writing(self) -> None:
        """Let the call go on."""
        self.full = False
        if self.driver is not None:
            self.driver.on_client_ready()

    def data_received(self, data: bytes) -> None:
        """Parse what belongs to the request that is served, or to the next one if none is."""
        self.heard = True
        if self.lingering or self.deaf:
            self.drop(len(data))
            return
        driver, parsed = self.driver, self.parsed
        if driver is not None and (parsed is not driver.inbound or parsed.complete):
            self.backlog.append(data)
            self.backlog_size += len(data)
            if self.backlog_size > self.plane.bounds.window:
                self.pause_body()
            return
        self.parse(data)

    # What a read amounts to.

    def parse(self, data: bytes) -> None:
        """Feed the parser, then act on what came."""
        before = self.parsed
        between = before is None or before.complete
        size = 0 if before is None else before.size
        self.head_size = len(data) if between else self.head_size + len(data)
        parser = self.parser
        assert parser is not None
        if between and self.borrowed:
            self.borrowed = False
            parser = self.parser = HttpRequestParser(self)
        malformed = False
        try:
            parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self.on_upgrade(data[upgrade.args[0] :])
        except HttpParserError:
            malformed = True
        if before is not None and not between and before.head_done:
            self.on_more_body(before, barren=0 if before.size > size else len(data))
        inbound = self.parsed
        if malformed:
            self.on_malformed()
        elif inbound is not None and not inbound.head_done:
            if inbound is not before:
                self.deadline = self.plane.loop.time() + self.plane.timeouts.head
                if self.waiting or not between:
                    # The read held another request: how much of it is this one's is unknown.
                    self.head_size = 0
            self.bound_head(inbound)
        if self.driver is None and self.waiting:
            self.serve_waiting()

    def bound_head(self, inbound: Inbound) -> None:
        """Refuse a head that grows without end."""
        if self.head_size > self.plane.bounds.head:
            self.deaf = True
            inbound.refused = Refusal(431, "The head of the request is too large.")
            self.waiting.append(inbound)

    def on_more_body(self, inbound: Inbound, *, barren: int) -> None:
        """Hand the body to whoever wants it; `barren` counts bytes that brought none of it."""
        self.barren = self.barren + barren if barren else 0
        driver = self.driver
        if self.dropping:
            self.drop_body(inbound)
        elif driver is not None and inbound is driver.inbound:
            driver.on_request_data()
        if self.barren > self.plane.bounds.head and not inbound.complete:
            self.on_malformed()

    def on_malformed(self) -> None:
        """Refuse what the parser rejected, after the answers that come before it."""
        self.deaf = True
        inbound, driver = self.parsed, self.driver
        if inbound is None or inbound.complete:
            inbound = Inbound()
        if driver is not None and inbound is driver.inbound:
            driver.on_request_failed("malformed")
            return
        if self.dropping:
            self.linger()
            return
        inbound.refused = Refusal(400, "The request is malformed.")
        if inbound not in self.waiting:
            self.waiting.append(inbound)

    def on_upgrade(self, rest: bytes) -> None:
        """Serve a request that also speaks HTTP/1.1; refuse another protocol."""
        inbound = self.parsed
        assert inbound is not None
        if not offers_only_h2c(inbound):
            self.deaf = True
            inbound.refused = Refusal(501, "This gateway speaks HTTP/1.1 only: no upgrades.")
            return
        inbound.complete = False
        self.borrowed = True
        self.parser = body_parser(inbound, self)
        if rest:
            self.parser.feed_data(rest)

    # Serving.

    def serve_waiting(self) -> None:
        """Serve the requests that wait, in order, until one of them has to wait itself."""
        if self.serving:
            return
        self.serving = True
        while self.waiting and self.driver is None and not (self.dropping or self.lingering):
            self.serve(self.waiting.popleft())
        self.serving = False
        if self.driver is None and self.backlog and not (self.dropping or self.lingering):
            data = b"".join(self.backlog)
            self.backlog.clear()
            self.backlog_size = 0
            self.resume_body()
            self.parse(data)

    def serve(self, inbound: Inbound) -> None:
        """Answer one request, or begin its call."""
        plane = self.plane
        refused = inbound.refused or examine(inbound, plane.bounds)
        budget = plane.budget
        if budget.held > budget.limit:
            refused = Refusal(503, "The gateway holds too much already.")
        if refused is None:
            if inbound.target == STATUS_TARGET:
                self.write(_OPERATIONAL)
                self.keep = False
                self.linger()
                return
            request = make_request(inbound, secure=plane.secure, peer=self.peer)
            if not isinstance(request, Refusal):
                self.keep = inbound.keep_alive
                driver = self.driver = Driver(plane, self, inbound=inbound)
                driver.start(request)
                return
            refused = request
        self.refuse(refused, inbound)

    def refuse(self, refused: Refusal, inbound: Inbound) -> None:
        """Answer a request that cannot become a call, and close."""
        self.plane.budget.held -= inbound.held
        inbound.held = 0
        self.keep = False
        self.write(framing.refusal(refused))
        self.linger()

    # What the driver asks for.

    def write(self, data: bytes) -> None:
        """Write a part of the answer."""
        if self.transport is not None:
            self.transport.write(data)

    def connection_line(self) -> bytes:
        """Decide whether the connection stays; return the header line that says so."""
        driver = self.driver
        assert driver is not None
        inbound = driver.inbound
        if self.plane.draining or not (inbound.complete or self.can_drop(inbound)):
            self.keep = False
        if not self.keep:
            return framing.CLOSE
        return framing.KEEP_ALIVE if inbound.http_10 else b""

    def can_drop(self, inbound: Inbound) -> bool:
        """Whether the rest of a request's body is worth reading to keep the connection."""
        if inbound.wants_continue or self.deaf:
            return False
        rest = 0 if inbound.length is None else inbound.length - inbound.size
        return rest <= self.plane.bounds.body_dropped

    def ask_for_body(self) -> None:
        """Say that the body is wanted, if the client waits to hear that."""
        assert self.driver is not None
        inbound = self.driver.inbound
        if inbound.wants_continue:
            inbound.wants_continue = False
            if inbound.size == 0:
                self.write(framing.CONTINUE)

    def pause_body(self) -> None:
        """Stop reading."""
        if not self.paused and self.transport is not None and not self.transport.is_closing():
            self.paused = True
            self.transport.pause_reading()

    def resume_body(self) -> None:
        """Read again."""
        if self.paused and self.transport is not None and not self.transport.is_closing():
            self.paused = False
            self.transport.resume_reading()

    def close_after_answer(self) -> None:
        """Serve no other request on this connection."""
        self.keep = False

    def break_off(self) -> None:
        """End the connection so that the client sees a broken answer.

        What the answer's framing announced is missing, so a plain close shows it. An HTTP/1.0
        client is told by a reset: a close would end the answer well.
        """
        transport = self.transport
        self.keep = False
        self.lingering = True
        self.deadline = self.plane.loop.time() + self.plane.timeouts.linger
        if transport is None:
            return
        assert self.driver is not None
        if self.driver.inbound.http_10:
            sock = transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            transport.abort()
        else:
            transport.close()

    def on_call_done(self) -> None:
        """Go on with the next request, or close."""
        driver = self.driver
        assert driver is not None
        self.driver = None
        transport = self.transport
        if transport is None or transport.is_closing():
            return
        self.deadline = self.plane.loop.time() + self.plane.timeouts.idle
        inbound = driver.inbound
        if not self.keep:
            self.linger()
            return
        if not inbound.complete:
            self.dropping = True
            self.dropped = 0
            self.drop_body(inbound)
        if self.waiting or self.backlog:
            self.serve_waiting()
        elif self.plane.draining and not self.dropping:
            transport.close()

    # Ends.

    def drop_body(self, inbound: Inbound) -> None:
        """Drop what came of an answered request's body; give up when it is too much."""
        self.dropped += inbound.held
        self.plane.budget.held -= inbound.held
        inbound.held = 0
        inbound.pieces.clear()
        self.resume_body()
        if inbound.complete:
            self.dropping = False
        elif self.dropped > self.plane.bounds.body_dropped:
            self.linger()

    def linger(self) -> None:
        """Close, but let a client that still sends read its answer first (RFC 9112, 9.6)."""
        transport = self.transport
        if transport is None or self.lingering:
            return
        self.lingering = True
        self.dropping = False
        self.dropped = 0
        inbound = self.parsed
        if inbound is not None and inbound.complete and not (self.deaf or self.backlog):
            transport.close()
            return
        self.deadline = self.plane.loop.time() + self.plane.timeouts.linger
        self.resume_body()
        if transport.can_write_eof():
            transport.write_eof()

    def drop(self, size: int) -> None:
        """Count what is sent to a connection that does not listen any more."""
        self.dropped += size
        if self.lingering and self.dropped > self.plane.bounds.body_dropped:
            self.abort()

    def abort(self) -> None:
        """Close at once."""
        if self.transport is not None:
            self.transport.abort()

    def drain(self) -> None:
        """Close if nothing is on its way; otherwise the answer that is will close."""
        idle = self.driver is None and not self.waiting and not self.dropping
        if idle and (self.parsed is None or self.parsed.complete) and self.transport is not None:
            self.transport.close()

    def cut(self) -> None:
        """End whatever is on its way: the time to drain is over."""
        if self.driver is not None:
            self.driver.on_client_gone(Ending.DRAINED)
        self.abort()

    def sweep(self, now: float) -> None:
        """Look after the deadlines, once a second."""
        driver = self.driver
        if self.full and now - self.full_since >= self.plane.timeouts.stalled:
            self.abort()
        elif driver is None:
            if now >= self.deadline:
                self.on_deadline()
        elif not driver.inbound.complete and not self.paused:
            if self.heard:
                self.heard = False
                self.quiet_since = now
            elif now - self.quiet_since >= self.plane.timeouts.body:
                self.deaf = True
                driver.on_request_failed("timeout")
                return
        if driver is not None:
            driver.sweep(now)

    def progress(self) -> Seen | None:
        """Return what has passed of the streamed answer that is on its way, if a limit waits."""
        return None if self.driver is None else self.driver.progress()

    def on_deadline(self) -> None:
        """Give up a connection that is idle, or a client that does not finish its request."""
        inbound = self.parsed
        if self.lingering:
            self.abort()
        elif self.dropping:
            self.linger()
        elif inbound is not None and not inbound.head_done:
            self.deaf = True
            self.refuse(Refusal(408, "The head of the request did not come in time."), inbound)
        elif self.transport is not None:
            self.transport.close()

    # The parser's callbacks.

    def on_message_begin(self) -> None:
        """Begin a request, unless too many wait already."""
        if len(self.waiting) >= self.plane.bounds.pipelined:
            raise HttpParserError("too many pipelined requests")
        self.parsed = Inbound()
        self.items = []

    def on_url(self, url: bytes) -> None:
        """Collect the target, which may come in pieces."""
        assert self.parsed is not None
        self.parsed.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header, or a trailer, which is dropped."""
        self.items.append((name.lower(), name, value))

    def on_headers_complete(self) -> None:
        """Take what the parser knows of the head."""
        inbound, parser = self.parsed, self.parser
        assert inbound is not None
        assert parser is not None
        inbound.head_done = True
        inbound.items = self.items
        # Trailers come by the same callback.
        self.items = []
        inbound.method = parser.get_method()
        inbound.keep_alive = parser.should_keep_alive()
        version = parser.get_http_version()
        if version != "1.1":
            inbound.http_10 = version == "1.0"
            if not inbound.http_10:
                inbound.refused = Refusal(505, "This gateway speaks HTTP/1.0 and HTTP/1.1.")
        most = self.plane.bounds.head
        if self.head_size > most and inbound.head_length > most:
            inbound.refused = Refusal(431, "The head of the request is too large.")
        self.waiting.append(inbound)

    def on_body(self, body: bytes) -> None:
        """Collect a part of the body."""
        inbound = self.parsed
        assert inbound is not None
        size = len(body)
        inbound.pieces.append(body)
        inbound.size += size
        inbound.held += size
        self.plane.budget.held += size

    def on_message_complete(self) -> None:
        """Note the end."""
        assert self.parsed is not None
        self.parsed.complete = True
