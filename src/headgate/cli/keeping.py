"""What a serving process keeps on disk: the quotas of its counters, and its usage records."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import msgspec

from headgate.exchange.call import Call
from headgate.exchange.record import Finished, finished, usage_record
from headgate.limits.counters import CountersFull
from headgate.model.clock import Micros
from headgate.stores.memory import MemoryCounterStore
from headgate.stores.quota_archive import ArchiveUnreadable, QuotaArchive, QuotaKeeper
from headgate.stores.usage.database import STATE_FOLDER, Database, database_url
from headgate.stores.usage.errors import UsageStoreError
from headgate.stores.usage.sink import SinkOptions, UsageSink
from headgate.stores.usage.tables import Row, row_of

QUOTAS = "quotas.db"
RECORDS = "headgate.db"


class CannotKeep(Exception):
    """The process cannot keep what it has to; the message says where and why."""


class KeepingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Where and what a process keeps."""

    state: Path
    """Its folder. One process to a folder."""
    records: bool = True
    database: str | None = None
    """File or URL of the usage records; None: a file in the folder."""
    retention_days: int | None = None
    currency: str = ""


def state_folder(folder: Path) -> Path:
    """Return where the state of a service folder is unless somebody says otherwise."""
    return folder / STATE_FOLDER


class Keeping:
    """Opened before the ports, closed after the last call."""

    def __init__(self, options: KeepingOptions, store: MemoryCounterStore) -> None:
        self._options = options
        self._store = store
        self._archive: QuotaArchive | None = None
        self._keeper: QuotaKeeper | None = None
        self._writing: asyncio.Task[None] | None = None
        self._sink: UsageSink[Finished] | None = None

    @property
    def dropped(self) -> int:
        """Return how many usage records were lost."""
        return 0 if self._sink is None else self._sink.dropped

    async def start(self, now: Micros) -> None:
        """Take up the quotas of the last run and open the database. Raises CannotKeep."""
        options = self._options
        try:
            make_state_folder(options.state)
            self._archive = QuotaArchive(options.state / QUOTAS)
            self._store.import_quotas(self._archive.load(now))
            if options.records:
                where = database_url(options.database or options.state / RECORDS)
                sink = UsageSink(
                    Database(where),
                    self._row,
                    options=SinkOptions(retention_days=options.retention_days),
                )
                await sink.start()
                self._sink = sink
        except UsageStoreError as error:
            raise CannotKeep(f"{error} ({error.hint})") from error
        except (ArchiveUnreadable, CountersFull, OSError) as error:
            raise CannotKeep(f"{error} (give another folder by --state)") from error
        self._keeper = QuotaKeeper(self._store, self._archive)
        self._writing = asyncio.create_task(self._keeper.run())

    def record(self, call: Call) -> None:
        """Keep the usage record of a finished call."""
        if self._sink is not None:
            self._sink.put(finished(call))

    def _row(self, done: Finished) -> Row:
        return row_of(usage_record(done, currency=self._options.currency))

    async def stop(self) -> None:
        """Write what is not written yet."""
        if self._writing is not None:
            self._writing.cancel()
            with suppress(asyncio.CancelledError):
                await self._writing
        if self._keeper is not None:
            await self._keeper.write()
        if self._archive is not None:
            self._archive.close()
        if self._sink is not None:
            await self._sink.close()


def make_state_folder(folder: Path) -> None:
    """Make the folder; it keeps itself out of git. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    ignored = folder / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", "utf-8")
