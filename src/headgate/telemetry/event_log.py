"""Sends what `log-to-eventhub` logs to its sinks: in batches, off the path of calls.

Messages wait in a queue that is bounded by number and size. While a sink is down they wait and are
sent again; what no longer fits is counted and logged, never dropped in silence.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Protocol

from headgate.exchange.call import Call
from headgate.model.facts import EventLogged
from headgate.telemetry.event_sinks import BatchRefused, Event, EventSink, SinkFailed

log = logging.getLogger("headgate.events")

INTERVAL = 0.5
"""Seconds between two batches."""
BATCH_MAX = 500
WAITING_MAX = 50_000
BYTES_MAX = 64 << 20
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
GRACE = 5.0
"""Seconds for which `stop` goes on trying."""


class MakeSink(Protocol):
    """Makes the sink of a logger that the settings do not name."""

    def __call__(self, logger: str) -> EventSink:
        """Return a sink of its own."""
        ...


class EventLog:
    """All loggers of one process."""

    def __init__(self, default: MakeSink) -> None:
        self._default = default
        self._sinks: dict[str, EventSink] = {}
        self._defaults: dict[str, EventSink] = {}
        self._lanes: dict[str, Lane] = {}

    @property
    def dropped(self) -> int:
        """Return how many messages were lost since the start."""
        return sum(lane.dropped for lane in self._lanes.values())

    def configure(self, sinks: Mapping[str, EventSink]) -> None:
        """Take over the sinks that the settings name; messages that wait go to the new ones."""
        self._sinks = dict(sinks)
        for logger, lane in self._lanes.items():
            lane.sink = self._sink(logger)

    def record(self, call: Call) -> None:
        """Take what a call that has ended has logged."""
        for fact in call.context.facts:
            if type(fact) is EventLogged:
                self._lane(fact.logger).put(
                    Event(
                        time=call.context.timestamp,
                        request=call.context.request_id,
                        logger=fact.logger,
                        partition=fact.partition,
                        message=fact.message,
                    )
                )

    async def stop(self) -> None:
        """Send what waits, for at most `GRACE` seconds while a sink is down."""
        await asyncio.gather(*(lane.stop() for lane in self._lanes.values()))

    def _lane(self, logger: str) -> Lane:
        lane = self._lanes.get(logger)
        if lane is None:
            lane = self._lanes[logger] = Lane(logger, self._sink(logger))
        return lane

    def _sink(self, logger: str) -> EventSink:
        sink = self._sinks.get(logger) or self._defaults.get(logger)
        if sink is None:
            sink = self._defaults[logger] = self._default(logger)
        return sink


class Lane:
    """The messages of one logger on their way to its sink, in their order."""

    def __init__(self, logger: str, sink: EventSink) -> None:
        self.logger = logger
        self.sink = sink
        self.dropped = 0
        self._waiting: deque[Event] = deque()
        self._bytes = 0
        self._closing = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def put(self, event: Event) -> None:
        """Take a message; never waits."""
        size = len(event.message)
        if len(self._waiting) >= WAITING_MAX or self._bytes + size > BYTES_MAX:
            self.dropped += 1
            return
        self._waiting.append(event)
        self._bytes += size

    async def stop(self) -> None:
        """Send what waits, then end."""
        self._closing.set()
        try:
            async with asyncio.timeout(GRACE):
                await asyncio.shield(self._task)
        except TimeoutError:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._waiting:
            log.error("logger %s: %d messages were lost", self.logger, len(self._waiting))
            self.dropped += len(self._waiting)

    async def _run(self) -> None:
        told, pause = 0, FIRST_PAUSE
        while True:
            closing = self._closing.is_set()
            while self._waiting:
                batch = [self._waiting[at] for at in range(min(BATCH_MAX, len(self._waiting)))]
                try:
                    await self.sink.send(batch)
                except SinkFailed as error:
                    waiting = len(self._waiting)
                    log.warning("logger %s: %s; %d messages wait", self.logger, error, waiting)
                    await self._sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                except BatchRefused as error:
                    log.error("logger %s: %s; the batch is dropped", self.logger, error)
                    self.dropped += len(batch)
                    self._forget(batch)
                else:
                    pause = FIRST_PAUSE
                    self._forget(batch)
            if self.dropped > told:
                log.error("logger %s: %d messages were dropped", self.logger, self.dropped - told)
                told = self.dropped
            if closing:
                return
            await self._sleep(INTERVAL)

    def _forget(self, sent: Iterable[Event]) -> None:
        for event in sent:
            self._waiting.popleft()
            self._bytes -= len(event.message)

    async def _sleep(self, seconds: float) -> None:
        if self._closing.is_set():
            await asyncio.sleep(min(seconds, FIRST_PAUSE))
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()
