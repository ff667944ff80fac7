"""One client connection without a socket: parsing, order, ends. Sockets: `tests/e2e`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from headgate.exchange.call import Call, Ending
from headgate.gateway.client import ClientConnection
from headgate.model.messages import Body, Headers, Response
from headgate.policy.effects import Forward, ReadRequestBody, Steps
from headgate.upstream.bounds import Bounds, Timeouts
from tests.unit.gateway.conftest import Bench

GET = b"GET /a HTTP/1.1\r\nHost: gw\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: gw\r\nContent-Length: 4\r\n\r\n"


class MemoryTransport(asyncio.Transport):
    """What was written and asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.reading = True
        self.closed = ""
        self.ended = False

    def get_extra_info(self, name: str, default: object = None) -> object:
        return ("192.0.2.9", 5000) if name == "peername" else default

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        return

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.ended = True

    def is_closing(self) -> bool:
        return self.closed != ""

    def close(self) -> None:
        self.closed = self.closed or "closed"

    def abort(self) -> None:
        self.closed = "aborted"


class Caller:
    """A client on a bench."""

    def __init__(
        self,
        respond: Callable[[Call], Steps[None]] | None = None,
        *,
        bounds: Bounds | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.bench = Bench(bounds, timeouts)
        if respond is not None:
            self.bench.respond = respond
        self.transport = MemoryTransport()
        self.connection = ClientConnection(self.bench.plane)
        self.connection.connection_made(self.transport)

    def send(self, *reads: bytes) -> None:
        """Let bytes arrive."""
        for data in reads:
            self.connection.data_received(data)

    def answer(self) -> None:
        """Let the upstream answer the call that runs."""
        assert self.connection.driver is not None
        self.connection.driver.on_answer(Response(200, "OK", Headers(), Body(b"ok")))

    def statuses(self) -> list[int]:
        """Return the statuses that were written."""
        lines = self.transport.written.split(b"HTTP/1.1 ")[1:]
        return [int(line[:3]) for line in lines]

    def sweep(self, after: float) -> None:
        """Let time pass and the sweep look."""
        self.bench.loop.now += after
        self.connection.sweep(self.bench.loop.now)


def at_once(call: Call) -> Steps[None]:
    """Answer without an upstream."""
    call.context.response = Response(200, "OK", Headers(), Body(b"ok"))
    yield from ()


def reading(call: Call) -> Steps[None]:
    """Answer what was sent."""
    failed = yield from ReadRequestBody()
    assert call.context.request.body is not None
    content = repr(failed).encode() if failed else call.context.request.body.content
    call.context.response = Response(200, "OK", Headers(), Body(content))


@pytest.mark.parametrize("cut", range(1, len(POST) + 9))
def test_request_in_two_reads_is_the_same_request(cut: int) -> None:
    caller = Caller(reading)
    whole = POST + b"body" + POST[:5]
    caller.send(whole[:cut], whole[cut:])
    assert caller.transport.written.endswith(b"\r\n\r\nbody")
    assert caller.bench.plane.budget.held == 0


def test_pipelined_requests_are_answered_in_order_without_nesting() -> None:
    caller = Caller(at_once)
    caller.send(GET * 16)
    assert caller.statuses() == [200] * 16
    ids = [call.context.request_id for call in caller.bench.published]
    assert ids == sorted(ids)


@pytest.mark.parametrize(("count", "statuses"), [(2, [200, 200]), (3, [200, 200, 400])])
def test_requests_that_wait_are_bounded(count: int, statuses: list[int]) -> None:
    caller = Caller(at_once, bounds=Bounds(pipelined=2))
    caller.send(GET * count)
    assert caller.statuses() == statuses


def test_bytes_behind_a_running_call_wait_up_to_a_window() -> None:
    caller = Caller(bounds=Bounds(window=len(GET)))
    caller.send(GET, GET)
    seen = [caller.transport.reading]
    caller.send(GET)
    seen.append(caller.transport.reading)
    for _ in range(3):
        caller.answer()
    assert caller.statuses() == [200] * 3
    assert [*seen, caller.transport.reading] == [True, False, True]


def test_peer_address_reaches_the_policies() -> None:
    caller = Caller(at_once)
    caller.send(GET)
    assert caller.bench.published[0].context.request.ip_address == "192.0.2.9"


def test_connection_stays_until_the_client_or_a_drain_says_otherwise() -> None:
    caller = Caller(at_once)
    caller.send(GET)
    assert b"connection:" not in caller.transport.written
    caller.connection.drain()
    assert caller.transport.closed == "closed"
    closing = Caller(at_once)
    closing.send(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert b"connection: close\r\n" in closing.transport.written
    assert closing.transport.closed == "closed"


def test_drain_lets_the_answer_close() -> None:
    caller = Caller()
    caller.send(GET)
    caller.bench.plane.draining = True
    caller.connection.drain()
    seen = [caller.transport.closed]
    caller.answer()
    assert b"connection: close" in caller.transport.written
    assert [*seen, caller.transport.closed] == ["", "closed"]


def test_cut_ends_calls_as_drained() -> None:
    caller = Caller()
    caller.send(GET)
    caller.connection.cut()
    assert caller.bench.endings == [Ending.DRAINED]
    assert caller.transport.closed == "aborted"


@pytest.mark.parametrize("how", ["eof", "lost"])
def test_hang_up_ends_the_call(how: str) -> None:
    caller = Caller()
    caller.send(GET)
    if how == "eof":
        caller.connection.eof_received()
    caller.connection.connection_lost(None)
    assert caller.bench.endings == [Ending.CLIENT_GONE]
    assert caller.bench.plane.connections == set()
    assert caller.connection.parser is None


def test_connections_over_the_bound_are_closed() -> None:
    caller = Caller(bounds=Bounds(connections=1))
    transport = MemoryTransport()
    ClientConnection(caller.bench.plane).connection_made(transport)
    assert transport.closed == "aborted"


@pytest.mark.parametrize(
    ("sent", "seconds", "closed", "statuses"),
    [
        (b"", 75, "closed", []),
        (GET, 75, "closed", [200]),
        (b"GET / HTTP/1.1\r\nA", 15, "", [408]),
    ],
)
def test_waiting_clients_are_given_up(
    sent: bytes, seconds: float, closed: str, statuses: list[int]
) -> None:
    caller = Caller(at_once)
    caller.send(sent)
    caller.sweep(seconds - 0.1)
    seen = [caller.transport.closed]
    caller.sweep(0.2)
    assert [*seen, caller.transport.closed] == ["", closed]
    assert caller.statuses() == statuses


def test_client_that_sends_behind_its_last_answer_is_heard_out() -> None:
    caller = Caller(bounds=Bounds(body_dropped=10))
    caller.send(b"nonsense\r\n\r\n")
    assert caller.statuses() == [400]
    assert caller.transport.ended
    caller.send(b"x" * 10)
    seen = [caller.transport.closed]
    caller.send(b"x")
    assert [*seen, caller.transport.closed] == ["", "aborted"]


def test_lingering_ends() -> None:
    caller = Caller()
    caller.send(b"nonsense\r\n\r\n")
    caller.sweep(2.0)
    assert caller.transport.closed == "aborted"


def test_body_that_stops_coming_is_told_to_the_policy() -> None:
    caller = Caller(reading)
    caller.send(POST + b"bo")
    caller.sweep(1.0)
    caller.sweep(59.9)
    assert caller.statuses() == []
    caller.sweep(0.2)
    assert b"timeout" in caller.transport.written


@pytest.mark.parametrize("sent", [b"body" + GET, b"bo"])
def test_rest_of_a_body_is_dropped_after_the_answer(sent: bytes) -> None:
    caller = Caller(at_once)
    caller.send(POST, sent)
    assert caller.statuses() == ([200, 200] if sent != b"bo" else [200])
    assert caller.bench.plane.budget.held == 0
    if sent == b"bo":
        caller.sweep(75.0)
        assert caller.transport.ended


def test_client_that_does_not_read_is_given_up() -> None:
    caller = Caller()
    caller.send(GET)
    caller.connection.pause_writing()
    caller.sweep(59.9)
    seen = [caller.transport.closed]
    caller.sweep(0.2)
    assert [*seen, caller.transport.closed] == ["", "aborted"]


def test_client_that_does_not_read_is_served_nothing_new() -> None:
    caller = Caller(at_once)
    caller.connection.pause_writing()
    caller.send(GET * 2)
    seen = [caller.statuses()]
    caller.connection.resume_writing()
    assert [*seen, caller.statuses()] == [[200], [200, 200]]


def test_100_continue_is_sent_once_and_only_if_the_body_is_wanted() -> None:
    expecting = POST.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
    caller = Caller(reading)
    caller.send(expecting, b"body")
    assert caller.statuses() == [100, 200]
    hasty = Caller(reading)
    hasty.send(expecting + b"bo", b"dy")
    assert hasty.statuses() == [200]
    unwanted = Caller(at_once)
    unwanted.send(expecting)
    assert unwanted.statuses() == [200]
    assert b"connection: close" in unwanted.transport.written


def test_streamed_request_counts_no_memory_once_it_is_sent() -> None:
    def streaming(call: Call) -> Steps[None]:
        yield from Forward(10_000_000)

    caller = Caller(streaming)
    caller.send(POST + b"bo")
    wire = caller.bench.connect()
    caller.send(b"dy" + GET)
    assert wire.written[1:] == [b"bo", b"dy"]
    assert caller.bench.plane.budget.held == 0


def test_endless_framing_without_payload_is_malformed() -> None:
    caller = Caller(reading, bounds=Bounds(head=100))
    chunked = b"POST /a HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
    caller.send(chunked, b"0\r\nX: ", b"y" * 94)
    assert caller.statuses() == []
    caller.send(b"y")
    assert b"malformed" in caller.transport.written
