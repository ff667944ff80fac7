"""What quotas have used, in an SQLite file that outlives the process.

Written once a second with what changed, each time in one transaction, so that a killed process
loses at most a second. Read once, before the port opens (design: limits, section 1).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from headgate.limits.calendar import PeriodName, bounds
from headgate.limits.operations import CounterId, Kind
from headgate.limits.quota import QuotaUsage
from headgate.model.clock import Micros

INTERVAL = 0.5
"""Seconds between two writes; with the time that a write takes it stays below one second."""

_USED_MAX = 2**63 - 1

log = logging.getLogger("headgate.quotas")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS quota (
    kind TEXT NOT NULL, period TEXT NOT NULL, key BLOB NOT NULL,
    begin INTEGER NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (kind, period, key)
) WITHOUT ROWID
"""
_UPSERT = """
INSERT INTO quota VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET begin = excluded.begin, used = excluded.used
"""


class ArchiveUnreadable(Exception):
    """The file cannot be opened as an archive of quotas."""


class QuotaSource(Protocol):
    """A counter store whose quotas are archived."""

    def changed_quotas(self) -> tuple[QuotaUsage, ...]:
        """Return the quotas that changed since this was last asked."""
        ...


class QuotaArchive:
    """The file. Used by one thread at a time, whichever it is; sqlite sees to the disk."""

    __slots__ = ("_connection",)

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Raises ArchiveUnreadable."""
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, timeout=5.0)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_SCHEMA)
            self._connection.commit()
        except sqlite3.Error as error:
            raise ArchiveUnreadable(
                f"{path}: quotas cannot be kept here ({error}); move the file away to start anew"
            ) from error

    def load(self, now: Micros) -> tuple[QuotaUsage, ...]:
        """Return what quotas have used in the periods that hold `now`; forget all others."""
        with self._connection as connection:
            for (period,) in connection.execute("SELECT DISTINCT period FROM quota").fetchall():
                connection.execute(
                    "DELETE FROM quota WHERE period = ? AND begin < ?",
                    (period, bounds(period, now)[0]),
                )
            rows = connection.execute("SELECT kind, period, key, begin, used FROM quota").fetchall()
        return tuple(
            [
                QuotaUsage(_counter(kind, period, key=key), Micros(begin), used)
                for kind, period, key, begin, used in rows
            ]
        )

    def save(self, usages: Iterable[QuotaUsage]) -> None:
        """Write usages in one transaction. Raises sqlite3.Error."""
        rows = [
            (
                kind,
                extent,
                key.encode("utf-8", "surrogatepass"),
                one.begin,
                min(one.used, _USED_MAX),
            )
            for one in usages
            for kind, extent, key in (one.counter,)
        ]
        with self._connection as connection:
            connection.executemany(_UPSERT, rows)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _counter(kind: Kind, period: PeriodName, *, key: bytes) -> CounterId:
    return (kind, period, key.decode("utf-8", "surrogatepass"))


class QuotaKeeper:
    """Writes what changed in a store to the archive, in a thread of its own."""

    def __init__(self, source: QuotaSource, archive: QuotaArchive) -> None:
        self._source = source
        self._archive = archive
        self._pending: dict[CounterId, QuotaUsage] = {}
        """What is not written yet, by counter: a disk that fails makes it no longer."""

    async def run(self) -> None:
        """Write at every interval until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL)
            await self.write()

    async def write(self) -> None:
        """Write what changed; a failure is logged and tried again the next time."""
        for usage in self._source.changed_quotas():
            self._pending[usage.counter] = usage
        if not self._pending:
            return
        written, self._pending = self._pending, {}
        try:
            await asyncio.to_thread(self._archive.save, tuple(written.values()))
        except sqlite3.Error as error:
            log.error("quotas could not be written and will be tried again: %s", error)
            self._pending = written | self._pending
