"""A transport and an event loop that only remember, and a simulator's pure part."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any

import msgspec
import pytest

from headgate.simulator.bodies import Incoming
from headgate.simulator.options import SimulatorOptions
from headgate.simulator.provider import Provider
from headgate.simulator.reply import Reply
from headgate.testing.virtual_clock import VirtualClock


class FakeTimer:
    """What `call_at` returns."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeLoop:
    """Time that moves when told to, and callbacks that run when their time comes."""

    def __init__(self) -> None:
        self._now = 0.0
        self._order = count()
        self._timers: list[tuple[float, int, FakeTimer, Callable[[], None]]] = []

    def time(self) -> float:
        return self._now

    def call_at(self, when: float, callback: Callable[..., None], *args: Any) -> FakeTimer:
        timer = FakeTimer()
        entry = (when, next(self._order), timer, lambda: callback(*args))
        heapq.heappush(self._timers, entry)
        return timer

    def call_later(self, delay: float, callback: Callable[..., None], *args: Any) -> FakeTimer:
        return self.call_at(self._now + delay, callback, *args)

    def advance(self, seconds: float) -> None:
        end = self._now + seconds
        while self._timers and self._timers[0][0] <= end + 1e-9:
            when, _, timer, callback = heapq.heappop(self._timers)
            self._now = max(self._now, when)
            if not timer.cancelled:
                callback()
        self._now = end


class FakeSocket:
    """Remembers its options."""

    def __init__(self) -> None:
        self.options: list[tuple[int, int, bytes]] = []

    def setsockopt(self, level: int, option: int, value: bytes) -> None:
        self.options.append((level, option, value))


class FakeTransport:
    """Remembers what was written and how it was closed."""

    def __init__(self) -> None:
        self.written = b""
        self.closed = False
        self.aborted = False
        self.socket = FakeSocket()

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True

    def get_extra_info(self, name: str) -> FakeSocket:
        assert name == "socket"
        return self.socket

    def set_write_buffer_limits(self, high: int) -> None:
        assert high > 0


class Bench:
    """A provider with a virtual clock, and a short way to ask it."""

    def __init__(self, options: SimulatorOptions) -> None:
        self.clock = VirtualClock()
        self.provider = Provider(options, clock=self.clock, rng=Random(options.seed))

    def ask(self, path: str = "/v1/chat/completions", body: object = None, **headers: str) -> Reply:
        """Send a request; header names come with underscores."""
        if body is None:
            body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
        return self.provider.answer(
            Incoming(
                method="POST",
                path=path,
                query={},
                headers={name.replace("_", "-"): value for name, value in headers.items()},
                body=body if isinstance(body, bytes) else msgspec.json.encode(body),
            )
        )


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench() -> MakeBench:
    def make(**options: Any) -> Bench:
        return Bench(SimulatorOptions(**options))

    return make


@pytest.fixture
def loop() -> FakeLoop:
    return FakeLoop()


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()
