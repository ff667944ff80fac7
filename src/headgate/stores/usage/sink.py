"""Where the gateway puts usage records: a bounded queue that a thread of its own empties.

The thread has its own event loop and connections, so that no database ever holds up the data
plane. A batch leaves twice a second, or as soon as it is full. While the database is down the queue
keeps the records; what no longer fits is counted and logged, never dropped in silence.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Generic, TypeVar

import msgspec

from headgate.stores.usage.database import Database
from headgate.stores.usage.errors import DatabaseUnavailable, RowsRefused, UsageStoreError
from headgate.stores.usage.tables import DAY, Row

T = TypeVar("T")

log = logging.getLogger("headgate.usage")

FIRST_PAUSE = 0.2
"""Seconds before the second try; each further pause is twice as long."""


class SinkOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How records are written. Times are in seconds."""

    capacity: int = 100_000
    """Records that wait; about 1 KB each."""
    batch: int = 1000
    interval: float = 0.5
    """After which what waits is written; what a kill -9 may lose."""
    back_off: float = 30.0
    """Longest pause between two tries while the database is down."""
    grace: float = 5.0
    """How long `close` goes on trying."""
    retention_days: int | None = None
    """After which records are deleted; None: never."""
    retention_interval: float = 3600.0
    retention_batch: int = 5000


class UsageSink(Generic[T]):
    """`put` is called by the data plane, for each finished call.

    It takes whatever `row` can make a row of, in the thread: the path of a call makes none.
    """

    __slots__ = (
        "_batch",
        "_capacity",
        "_closing",
        "_database",
        "_give_up",
        "_loop",
        "_options",
        "_prepared",
        "_queue",
        "_row",
        "_thread",
        "_wake",
        "dropped",
        "written",
    )

    def __init__(
        self, database: Database, row: Callable[[T], Row], *, options: SinkOptions | None = None
    ) -> None:
        self._options = options or SinkOptions()
        self._row = row
        self._database = database
        self._queue: deque[T] = deque()
        self._capacity = self._options.capacity
        self._batch = self._options.batch
        self._closing = False
        self._give_up = float("inf")
        self._prepared = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self.dropped = 0
        """Records that were lost since the start: the queue was full, or the database refused."""
        self.written = 0
        """Records that the database has."""

    @property
    def waiting(self) -> int:
        """Return how many records wait to be written."""
        return len(self._queue)

    def put(self, record: T) -> None:
        """Take a record. From one thread only; never waits."""
        queue = self._queue
        if len(queue) >= self._capacity:
            self.dropped += 1
            return
        queue.append(record)
        if len(queue) == self._batch:
            self._rouse()

    async def start(self) -> None:
        """Open the database and bring its tables up to date.

        Raises UsageStoreError where trying again would not help. A database that is down is waited
        for by the thread, and logged.
        """
        opened: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(opened)), name="usage-records", daemon=True
        )
        self._thread.start()
        await asyncio.wrap_future(opened)

    async def close(self) -> None:
        """Write what waits, for at most `grace` seconds while the database is down, and end."""
        thread = self._thread
        if thread is None:
            return
        self._give_up = time.monotonic() + self._options.grace
        self._closing = True
        self._rouse()
        await asyncio.to_thread(thread.join)
        self._thread = None

    def _rouse(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._wake.set)

    # From here on everything runs in the thread.

    async def _run(self, opened: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            if await self._open(opened):
                await self._write()
        finally:
            self._loop = None
            await self._database.close()
            if not opened.done():
                opened.set_exception(UsageStoreError("the writer ended", hint="see the log"))

    async def _open(self, opened: Future[None]) -> bool:
        """Prepare the database. Return False where trying again would not help."""
        try:
            await self._database.prepare()
            self._prepared = True
        except DatabaseUnavailable as error:
            log.warning("%s; usage records wait", error)
        except UsageStoreError as error:
            opened.set_exception(error)
            return False
        opened.set_result(None)
        return True

    async def _write(self) -> None:
        """Write batches until the sink is closed and nothing waits."""
        loop, options = asyncio.get_running_loop(), self._options
        tidy_at, told = loop.time(), 0
        while True:
            if len(self._queue) < options.batch:
                await self._pause(0 if self._closing else options.interval)
            closing = self._closing
            while rows := self._take():
                await self._deliver(rows)
            if self.dropped > told:
                log.error("%d usage records were dropped", self.dropped - told)
                told = self.dropped
            if closing:
                return
            if loop.time() >= tidy_at:
                tidy_at = loop.time() + options.retention_interval
                await self._tidy()

    async def _pause(self, seconds: float) -> None:
        """Sleep until it is time, or a batch waits, or the sink is closed."""
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _deliver(self, rows: list[Row]) -> None:
        """Write a batch, however often it takes; a sink that closes gives up in the end."""
        pause = FIRST_PAUSE
        while True:
            try:
                if not self._prepared:
                    await self._database.prepare()
                    self._prepared = True
                return await self._store(rows)
            except UsageStoreError as error:
                waiting = len(rows) + len(self._queue)
                log.warning("%s; %d usage records wait", error, waiting)
            if time.monotonic() >= self._give_up:
                self._queue.clear()
                self.dropped += waiting
                return None
            await self._pause(FIRST_PAUSE if self._closing else pause)
            pause = min(2 * pause, self._options.back_off)

    def _take(self) -> list[Row]:
        queue, row = self._queue, self._row
        return [row(queue.popleft()) for _ in range(min(len(queue), self._batch))]

    async def _store(self, rows: list[Row]) -> None:
        """Write rows; if one of them cannot be written, the others still are.

        Raises DatabaseUnavailable, with nothing lost: what was written is not written twice.
        """
        try:
            if rows:
                await self._database.insert(rows)
                self.written += len(rows)
        except RowsRefused as error:
            if len(rows) == 1:
                self.dropped += 1
                log.error("usage record %s is refused by the database: %s", rows[0][0], error)
                return
            middle = len(rows) // 2
            await self._store(rows[:middle])
            await self._store(rows[middle:])

    async def _tidy(self) -> None:
        """Delete what is too old, a bounded number of rows at a time."""
        days, most = self._options.retention_days, self._options.retention_batch
        if days is None:
            return
        oldest = time.time_ns() // 1000 - days * DAY
        try:
            # What comes in meanwhile is written in between.
            while await self._database.delete_before(oldest, most=most) == most:
                await self._deliver(self._take())
        except DatabaseUnavailable as error:
            log.warning("%s; old usage records stay for now", error)
