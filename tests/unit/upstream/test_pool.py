"""Which connection an attempt gets. Connections are made of memory."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Any

import pytest

from headgate.upstream.attempt import Attempt
from headgate.upstream.bounds import Bounds, Timeouts
from headgate.upstream.connection import UpstreamConnection
from headgate.upstream.pool import OpenEgress, Pool
from headgate.upstream.tls import TlsContexts
from tests.unit.upstream.conftest import ORIGIN, MemoryTransport, Recorder

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class MemoryLoop:
    """The part of a loop that a pool uses; what `outcomes` holds decides each dial."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.create_task = loop.create_task
        self.now = 0.0
        self.outcomes: list[Exception | None] = []
        self.dialled: list[str] = []
        self.connections: list[UpstreamConnection] = []

    def time(self) -> float:
        return self.now

    async def getaddrinfo(self, host: str, port: int, **_: object) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (f"192.0.2.{n}", port)) for n in (1, 2)]

    async def create_connection(
        self, factory: Callable[[], UpstreamConnection], host: str, port: int, **_: object
    ) -> tuple[MemoryTransport, UpstreamConnection]:
        self.dialled.append(host)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, TimeoutError):
            await asyncio.Event().wait()
        if outcome is not None:
            raise outcome
        connection, transport = factory(), MemoryTransport()
        connection.connection_made(transport)
        self.connections.append(connection)
        return transport, connection


class DenyFirst:
    """Denies one address."""

    def refusal(self, host: str, address: str, *, port: int) -> str | None:
        return f"{host} is {address}" if address == "192.0.2.1" else None


class Desk:
    """A pool on a loop of memory."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.running = loop
        self.loop = MemoryLoop(loop)
        self.recorder = Recorder()
        self.bounds = Bounds(idle_per_origin=1)
        self.timeouts = Timeouts(connect=0.01)
        self.guard: OpenEgress | DenyFirst = OpenEgress()
        self.pool = self.make()

    def make(self) -> Pool:
        """Return a pool over the present guard."""
        self.pool = Pool(
            bounds=self.bounds,
            timeouts=self.timeouts,
            tls=TlsContexts(),
            guard=self.guard,
            loop=self.loop,  # type: ignore[arg-type]  # the part that is used
        )
        return self.pool

    def send(self, *, secure: bool = False) -> Attempt:
        """Send an attempt and let the dialling end."""
        origin = ORIGIN._replace(scheme="https") if secure else ORIGIN
        attempt = Attempt(origin, self.recorder, bodiless=False, keep_max=100)
        attempt.write(b"request", last=True)
        self.pool.send(attempt)
        if attempt.dialling is not None:
            self.running.run_until_complete(attempt.dialling)
        return attempt

    def failure(self) -> str:
        """Return the kind of the only failure."""
        (failed,) = self.recorder.failures
        return failed.kind


@pytest.fixture
def desk(loop: asyncio.AbstractEventLoop) -> Desk:
    return Desk(loop)


def test_first_attempt_dials_and_the_next_one_reuses(desk: Desk) -> None:
    first = desk.send()
    assert first.connection is desk.loop.connections[0]
    assert desk.recorder.ready == 1
    desk.loop.connections[0].data_received(OK)
    second = desk.send()
    assert second.connection is desk.loop.connections[0]
    assert len(desk.loop.dialled) == 1
    assert desk.pool.open_connections == 1


def test_busy_connections_are_not_shared(desk: Desk) -> None:
    desk.send()
    desk.send()
    assert len(desk.loop.connections) == 2


def test_idle_connections_are_bounded(desk: Desk) -> None:
    desk.send()
    desk.send()
    for connection in desk.loop.connections:
        connection.data_received(OK)
    closed = [c.transport.is_closing() for c in desk.loop.connections if c.transport]
    assert closed == [False, True]


def test_idle_connection_that_closed_is_forgotten(desk: Desk) -> None:
    desk.send()
    desk.loop.connections[0].data_received(OK)
    desk.loop.connections[0].connection_lost(None)
    assert desk.pool.open_connections == 0
    desk.send()
    assert len(desk.loop.connections) == 2


@pytest.mark.parametrize(("age", "closed"), [(49.9, False), (50.0, True)])
def test_sweep_closes_what_was_unused_for_long(desk: Desk, age: float, closed: bool) -> None:
    desk.send()
    connection = desk.loop.connections[0]
    connection.data_received(OK)
    desk.pool.sweep(age)
    assert connection.transport is not None
    assert connection.transport.is_closing() is closed


def test_close_closes_idle_connections(desk: Desk) -> None:
    desk.send()
    connection = desk.loop.connections[0]
    connection.data_received(OK)
    desk.pool.close()
    assert connection.transport is not None
    assert connection.transport.is_closing()


def test_next_address_is_tried(desk: Desk) -> None:
    desk.loop.outcomes = [ConnectionRefusedError()]
    assert desk.send().connection is not None
    assert desk.loop.dialled == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize(
    ("outcomes", "kind"),
    [
        ([ConnectionRefusedError(), ConnectionRefusedError()], "refused"),
        ([ssl.SSLError("bad"), ssl.SSLCertVerificationError("bad")], "tls"),
        ([TimeoutError()], "timeout"),
        ([UnicodeError("label too long")], "refused"),
    ],
)
def test_failures_are_told_apart(desk: Desk, outcomes: list[Exception], kind: str) -> None:
    desk.loop.outcomes = list(outcomes)
    attempt = desk.send(secure=True)
    assert desk.failure() == kind
    assert (attempt.connection, attempt.dialling) == (None, None)


def test_guard_decides_on_each_resolved_address(desk: Desk) -> None:
    desk.guard = DenyFirst()
    desk.make()
    desk.send()
    assert desk.loop.dialled == ["192.0.2.2"]
    desk.loop.outcomes = []
    desk.guard.refusal = lambda *_, **__: "no"  # type: ignore[method-assign]  # deny the rest
    desk.make()
    desk.send()
    assert desk.failure() == "denied"


def test_abandoned_dial_is_cancelled(desk: Desk) -> None:
    desk.loop.outcomes = [TimeoutError()]
    attempt = Attempt(ORIGIN, desk.recorder, bodiless=False, keep_max=100)
    attempt.write(b"request", last=True)
    desk.pool.send(attempt)
    task = attempt.dialling
    assert task is not None
    attempt.abandon()
    with pytest.raises(asyncio.CancelledError):
        desk.running.run_until_complete(task)
    assert desk.recorder.failures == []
