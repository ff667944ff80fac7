from __future__ import annotations

import asyncio
import socket
from typing import Any, cast

import pytest

from headgate.simulator.delivery import Delivery
from headgate.simulator.ledger import Ledger
from headgate.simulator.reply import Ending, Reply
from headgate.testing.virtual_clock import VirtualClock
from tests.unit.simulator.conftest import FakeLoop, FakeTransport


class Stage:
    """A delivery on fakes, with what became of it."""

    def __init__(self, loop: FakeLoop, transport: FakeTransport) -> None:
        self.loop = loop
        self.transport = transport
        self.ledger = Ledger(VirtualClock(), keep_calls=10)
        self.kept: list[bool] = []

    def deliver(
        self, *steps: bytes, may_chunk: bool = True, keep_alive: bool = True, **members: Any
    ) -> Delivery:
        """Start a reply of one token a step."""
        given: dict[str, Any] = {"status": 200, "headers": [("a", "b")], "length": None}
        reply = Reply(
            steps=iter([(step, 1) for step in steps]),
            entry=self.ledger.open(key="", tag="", path=""),
            **(given | members),
        )
        delivery = Delivery(
            reply,
            cast(asyncio.Transport, self.transport),
            loop=cast(asyncio.AbstractEventLoop, self.loop),
            may_chunk=may_chunk,
            keep_alive=keep_alive,
            done=self.kept.append,
        )
        delivery.start()
        return delivery

    def take(self) -> bytes:
        """Return what was written since the last look."""
        written, self.transport.written = self.transport.written, b""
        return written

    @property
    def sent(self) -> int:
        return self.ledger.total.completion_tokens


@pytest.fixture
def stage(loop: FakeLoop, transport: FakeTransport) -> Stage:
    return Stage(loop, transport)


HEAD = b"HTTP/1.1 200 OK\r\na: b\r\n"


def test_document_leaves_at_once_with_its_length(stage: Stage) -> None:
    stage.deliver(b"{}", length=2)
    assert stage.take() == HEAD + b"content-length: 2\r\n\r\n{}"
    assert stage.kept == [True]
    assert (stage.sent, stage.ledger.total.in_flight) == (1, 0)


def test_stream_without_pace_leaves_in_chunks(stage: Stage) -> None:
    stage.deliver(b"one", b"three" * 4)
    head = HEAD + b"transfer-encoding: chunked\r\n\r\n"
    assert stage.take() == head + b"3\r\none\r\n14\r\n" + b"three" * 4 + b"\r\n0\r\n\r\n"
    assert stage.kept == [True]


def test_steps_keep_their_pace(stage: Stage) -> None:
    stage.deliver(b"a", b"b", b"c", delay=1.0, pace=0.5)
    assert stage.take() == b""
    stage.loop.advance(0.99)
    assert stage.take() == b""
    stage.loop.advance(0.01)
    assert stage.take().endswith(b"\r\n\r\n1\r\na\r\n")
    stage.loop.advance(0.49)
    assert (stage.take(), stage.sent) == (b"", 1)
    stage.loop.advance(0.01)
    assert (stage.take(), stage.sent) == (b"1\r\nb\r\n", 2)
    stage.loop.advance(0.5)
    assert (stage.take(), stage.sent, stage.kept) == (b"1\r\nc\r\n0\r\n\r\n", 3, [True])


def test_caller_that_leaves_stops_the_count(stage: Stage) -> None:
    delivery = stage.deliver(b"a", b"b", b"c", pace=0.5)
    stage.loop.advance(0.5)
    delivery.cancel()
    stage.loop.advance(10)
    assert stage.sent == 2
    assert (stage.ledger.total.aborted, stage.ledger.total.in_flight) == (1, 0)
    assert stage.kept == []


def test_caller_that_leaves_before_the_head_got_no_status(stage: Stage) -> None:
    stage.deliver(b"a", delay=1).cancel()
    stage.loop.advance(10)
    assert stage.take() == b""
    assert stage.ledger.calls[0].status == 0
    assert stage.ledger.calls[0].aborted


def test_nothing_is_written_while_the_peer_does_not_read(stage: Stage) -> None:
    delivery = stage.deliver(b"a", b"b", b"c", pace=0.5)
    delivery.pause()
    stage.loop.advance(0.5)
    stage.take()
    stage.loop.advance(10)
    assert stage.take() == b""
    delivery.resume()
    delivery.resume()
    stage.loop.advance(0)
    assert stage.take() == b"1\r\nc\r\n0\r\n\r\n"
    assert stage.kept == [True]


def test_loop_has_a_turn_between_many_steps(stage: Stage) -> None:
    stage.deliver(*[b"x"] * 100)
    assert stage.sent == 64
    stage.loop.advance(0)
    assert stage.sent == 100


@pytest.mark.parametrize(
    "framing", [{"may_chunk": False}, {"close_delimited": True}], ids=["http-1.0", "fault"]
)
def test_stream_may_end_with_the_connection(stage: Stage, framing: dict[str, bool]) -> None:
    stage.deliver(b"one", b"two", **framing)
    assert stage.take() == HEAD + b"connection: close\r\n\r\nonetwo"
    assert stage.kept == [False]


def test_caller_may_ask_to_close(stage: Stage) -> None:
    stage.deliver(b"{}", length=2, keep_alive=False)
    assert b"connection: close\r\n" in stage.take()
    assert stage.kept == [False]


def test_head_can_pause_after_the_status_line(stage: Stage) -> None:
    stage.deliver(b"{}", length=2, head_pause=2.0)
    assert stage.take() == b"HTTP/1.1 200 OK\r\n"
    stage.loop.advance(1.99)
    assert stage.take() == b""
    stage.loop.advance(0.01)
    assert stage.take() == b"a: b\r\ncontent-length: 2\r\n\r\n{}"


def test_reset_follows_the_last_step(stage: Stage) -> None:
    stage.deliver(b"a", ending=Ending.RESET)
    assert not stage.take().endswith(b"0\r\n\r\n")
    before = stage.transport.aborted
    stage.loop.advance(0.005)
    assert (before, stage.transport.aborted) == (False, True)
    [(level, option, _)] = stage.transport.socket.options
    assert (level, option) == (socket.SOL_SOCKET, socket.SO_LINGER)
    assert stage.kept == []


def test_reset_may_come_before_the_head(stage: Stage) -> None:
    stage.deliver(b"a", ending=Ending.RESET, has_head=False)
    stage.loop.advance(1)
    assert stage.take() == b""
    assert stage.transport.aborted
    assert stage.ledger.calls[0].status == 0


def test_silence_ends_only_when_the_caller_leaves(stage: Stage) -> None:
    delivery = stage.deliver(b"a", ending=Ending.SILENCE)
    stage.loop.advance(3600)
    assert (stage.kept, stage.transport.aborted, stage.ledger.total.in_flight) == ([], False, 1)
    delivery.cancel()
    assert (stage.sent, stage.ledger.total.aborted, stage.ledger.total.in_flight) == (1, 1, 0)
