"""A transport that writes to memory, and a pool around it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from headgate.model.messages import Response
from headgate.policy.effects import ForwardFailed
from headgate.upstream.attempt import Attempt, Origin
from headgate.upstream.bounds import Bounds, Timeouts
from headgate.upstream.connection import UpstreamConnection

ORIGIN = Origin("http", "up.test", 80)


class MemoryTransport(asyncio.Transport):
    """What was written and asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.reading = True
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        return

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closed

    def abort(self) -> None:
        self.closed = True

    def close(self) -> None:
        self.closed = True


class Recorder:
    """A receiver that keeps what it hears."""

    def __init__(self) -> None:
        self.answers: list[Response] = []
        self.chunks: list[bytes] = []
        self.ends = 0
        self.failures: list[ForwardFailed] = []
        self.ready = 0

    def on_answer(self, response: Response) -> None:
        self.answers.append(response)

    def on_answer_body(self, chunk: bytes) -> None:
        self.chunks.append(chunk)

    def on_answer_end(self) -> None:
        self.ends += 1

    def on_answer_failed(self, failed: ForwardFailed) -> None:
        self.failures.append(failed)

    def on_attempt_ready(self) -> None:
        self.ready += 1


class Shelf:
    """A pool without sockets: notes what connections ask for."""

    def __init__(self) -> None:
        self.bounds = Bounds(head=1000, headers=3)
        self.timeouts = Timeouts()
        self.time = 100.0
        self.returned: list[UpstreamConnection] = []
        self.forgotten: list[UpstreamConnection] = []
        self.dialled: list[Attempt] = []

    def now(self) -> float:
        return self.time

    def give_back(self, connection: UpstreamConnection) -> None:
        self.returned.append(connection)

    def forget(self, connection: UpstreamConnection) -> None:
        self.forgotten.append(connection)

    def dial(self, attempt: Attempt) -> None:
        self.dialled.append(attempt)


class Line:
    """A connection that carries an attempt for a recorder."""

    def __init__(self, *, bodiless: bool = False) -> None:
        self.pool = Shelf()
        self.transport = MemoryTransport()
        self.connection = UpstreamConnection(self.pool)
        self.connection.connection_made(self.transport)
        self.receiver = Recorder()
        self.attempt = self.carry(bodiless=bodiless)

    def carry(self, *, bodiless: bool = False) -> Attempt:
        """Send another attempt over the connection."""
        self.attempt = Attempt(ORIGIN, self.receiver, bodiless=bodiless, keep_max=100)
        self.attempt.write(b"request", last=True)
        self.connection.carry(self.attempt, self.pool.now())
        return self.attempt

    def read(self, *reads: bytes) -> None:
        """Let bytes arrive."""
        for data in reads:
            self.connection.data_received(data)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()
