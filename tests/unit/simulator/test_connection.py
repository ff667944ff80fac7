from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from headgate.simulator.connection import BODY_MAX, HEAD_MAX, WAITING_MAX, Connection
from tests.unit.simulator.conftest import Bench, FakeLoop, FakeTransport, MakeBench

BODY = b'{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}'


def request(
    body: bytes = BODY, *, head: bytes = b"", path: bytes = b"/v1/chat/completions"
) -> bytes:
    return b"POST %b HTTP/1.1\r\nhost: x\r\n%bcontent-length: %d\r\n\r\n%b" % (
        path,
        head,
        len(body),
        body,
    )


class Line:
    """A connection on fakes."""

    def __init__(self, bench: Bench, loop: FakeLoop) -> None:
        self.ledger = bench.provider.ledger
        self.loop = loop
        self.transport = FakeTransport()
        self.live: set[Connection] = set()
        self.connection = Connection(
            bench.provider, self.live, loop=cast(asyncio.AbstractEventLoop, loop)
        )
        self.connection.connection_made(cast(asyncio.Transport, self.transport))

    def send(self, data: bytes) -> bytes:
        """Return what is answered at once."""
        self.connection.data_received(data)
        written, self.transport.written = self.transport.written, b""
        return written


@pytest.fixture
def make_line(make_bench: MakeBench, loop: FakeLoop) -> Callable[[], Line]:
    return lambda: Line(make_bench(completion_tokens=3), loop)


@pytest.fixture
def line(make_line: Callable[[], Line]) -> Line:
    return make_line()


def test_request_is_answered_and_the_connection_stays(line: Line) -> None:
    assert line.send(request()).startswith(b"HTTP/1.1 200 OK\r\n")
    assert line.send(request()).startswith(b"HTTP/1.1 200 OK\r\n")
    assert not line.transport.closed
    assert line.ledger.total.calls == 2


def test_request_may_come_byte_by_byte(line: Line) -> None:
    data = request(head=b"api-key: k\r\nx-simulator-tag: t\r\n")
    for at in range(len(data) - 1):
        assert line.send(data[at : at + 1]) == b""
    assert line.send(data[-1:]).startswith(b"HTTP/1.1 200")
    [call] = line.ledger.calls
    assert (call.key, call.tag, call.path) == ("k", "t", "/v1/chat/completions")


def test_query_string_is_not_part_of_the_path(line: Line) -> None:
    line.send(request(head=b"x-simulator-tag: a\r\n"))
    path = b"/openai/deployments/d/chat/completions?api-version=2024-10-21"
    assert line.send(request(path=path)).startswith(b"HTTP/1.1 200")
    answer = line.send(b"GET /_ledger?tag=a HTTP/1.1\r\n\r\n")
    assert answer.count(b'"order"') == 1


def test_requests_sent_ahead_are_answered_in_order(line: Line) -> None:
    slow = request(head=b"x-simulator-latency-ms: 1000\r\n")
    assert line.send(slow + request() + request()) == b""
    line.loop.advance(1)
    written = line.transport.written
    orders = [b"x-simulator-order: %d\r\n" % order for order in (1, 2, 3)]
    assert [written.count(order) for order in orders] == [1, 1, 1]
    assert sorted(orders, key=written.index) == orders


def test_too_many_requests_sent_ahead_cut_the_connection(line: Line) -> None:
    slow = request(head=b"x-simulator-latency-ms: 1000\r\n")
    line.send(slow + request() * WAITING_MAX)
    assert not line.transport.aborted
    line.send(request())
    assert line.transport.aborted


def test_caller_that_leaves_ends_its_call(line: Line) -> None:
    line.send(request(head=b"x-simulator-latency-ms: 1000\r\n"))
    line.connection.eof_received()
    assert line.transport.aborted
    line.connection.connection_lost(None)
    line.connection.connection_lost(None)
    assert (line.ledger.total.aborted, line.ledger.total.in_flight) == (1, 0)
    assert line.live == set()
    line.loop.advance(2)
    assert line.ledger.total.completion_tokens == 0


def test_connection_can_be_cut_from_our_side(line: Line) -> None:
    line.send(request(head=b"x-simulator-latency-ms: 1000\r\n"))
    line.connection.abort()
    assert line.transport.aborted
    assert line.ledger.total.aborted == 1
    assert line.live == set()


def test_writing_follows_the_peers_reading(line: Line) -> None:
    line.connection.pause_writing()
    line.connection.resume_writing()
    body = BODY[:-1] + b',"stream":true}'
    line.send(request(body, head=b"x-simulator-pace-ms: 100\r\n"))
    line.connection.pause_writing()
    line.loop.advance(5)
    assert line.ledger.total.completion_tokens == 2
    line.connection.resume_writing()
    line.loop.advance(5)
    assert line.ledger.total.completion_tokens == 3


def test_older_http_gets_no_chunks_and_is_closed(line: Line) -> None:
    body = BODY[:-1] + b',"stream":true}'
    answer = line.send(request(body).replace(b"HTTP/1.1", b"HTTP/1.0", 1))
    assert b"chunked" not in answer
    assert answer.endswith(b"data: [DONE]\n\n")
    assert line.transport.closed


def test_close_is_obeyed(line: Line) -> None:
    assert b"connection: close" in line.send(request(head=b"connection: close\r\n"))
    assert line.transport.closed


def test_permission_to_send_a_body_is_given(line: Line) -> None:
    data = request(head=b"expect: 100-continue\r\n")
    head, _, body = data.partition(b"\r\n\r\n")
    assert line.send(head + b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert line.send(body).startswith(b"HTTP/1.1 200")


def test_offer_to_upgrade_is_ignored(line: Line) -> None:
    data = b"GET /v1/models HTTP/1.1\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"
    assert line.send(data + data).count(b"HTTP/1.1 200") == 2


def test_what_is_not_http_is_refused(line: Line) -> None:
    assert line.send(b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert line.transport.closed


def test_what_is_not_http_behind_a_request_cuts_the_connection(line: Line) -> None:
    line.send(request(head=b"x-simulator-latency-ms: 1000\r\n") + b"\x16\x03\x01")
    assert line.transport.aborted


def test_head_is_bounded(make_line: Callable[[], Line]) -> None:
    fits = b"a: " + b"x" * (HEAD_MAX - 100) + b"\r\n"
    assert make_line().send(request(head=fits)).startswith(b"HTTP/1.1 200")
    line = make_line()
    assert line.send(request(head=b"a: " + b"x" * HEAD_MAX + b"\r\n")).startswith(b"HTTP/1.1 431")
    assert line.transport.closed


def test_body_is_bounded(line: Line) -> None:
    head = b"POST /v1/embeddings HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % (BODY_MAX + 1)
    assert line.send(head + b" " * BODY_MAX) == b""
    assert line.send(b" ").startswith(b"HTTP/1.1 413")
    assert line.transport.closed
