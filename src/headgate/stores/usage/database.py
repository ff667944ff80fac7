"""A database of usage records: where it is, its connections, and what is written to it.

Both kinds are spoken to asynchronously. Nothing here waits or tries again; the writer does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import delete, event, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from headgate.stores.usage.days import (
    ADD_SQLITE,
    INCOMING,
    LAST_SQLITE,
    MAKE_INCOMING,
    MERGE_INCOMING,
)
from headgate.stores.usage.errors import DatabaseUnavailable, RowsRefused, UsageStoreError
from headgate.stores.usage.migrations.upgrade import revision_of, upgrade
from headgate.stores.usage.tables import COLUMNS, DAY, DAYS, RECORDS, REVISION, Row

STATE_FOLDER = ".headgate"
CONNECT_SECONDS = 5
BUSY_SECONDS = 5
KINDS = "a file, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"

INSERT_SQLITE = str(
    sqlite.insert(RECORDS).on_conflict_do_nothing().compile(dialect=sqlite.dialect())
)


def default_file(folder: Path) -> Path:
    """Return where the records of a service folder are unless somebody says otherwise."""
    return folder / STATE_FOLDER / "headgate.db"


def database_url(given: str | Path) -> URL:
    """Return the URL of a file, or of what `--database` says. Raises UsageStoreError."""
    text = str(given)
    if "://" not in text:
        return URL.create("sqlite+aiosqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise UsageStoreError("the database URL cannot be read", hint=f"give {KINDS}") from error
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite" and url.database:
        return url.set(drivername="sqlite+aiosqlite")
    if kind not in ("postgresql", "postgres"):
        raise UsageStoreError(f"no database of kind {kind!r} is known", hint=f"give {KINDS}")
    query = dict(url.query)
    if "sslmode" in query:
        # libpq's name for it, which most URLs have.
        query["ssl"] = query.pop("sslmode")
    return url.set(drivername="postgresql+asyncpg", query=query)


class Database:
    """The records behind one URL. Used by one event loop at a time."""

    def __init__(self, url: URL, *, read_only: bool = False) -> None:
        self.name = url.render_as_string(hide_password=True)
        self.file = Path(url.database or "") if url.drivername == "sqlite+aiosqlite" else None
        self._read_only = read_only
        timeout: dict[str, Any] = {"timeout": BUSY_SECONDS if self.file else CONNECT_SECONDS}
        if self.file is not None and read_only:
            path = f"file:{self.file.resolve().as_posix()}"
            url = url.set(database=path, query={"mode": "ro", "uri": "true"})
        self._engine = create_async_engine(url, connect_args=timeout, pool_pre_ping=True)
        if self.file is not None and not read_only:
            event.listen(self._engine.sync_engine, "connect", _tune)

    async def prepare(self) -> None:
        """Make the file's folder and the tables, or bring them up to date.

        Raises UsageStoreError, DatabaseUnavailable.
        """
        if self.file is not None:
            _make_folder(self.file)
        async with self.connected() as connection:
            await connection.run_sync(upgrade)
            await connection.commit()

    async def insert(self, rows: Sequence[Row]) -> None:
        """Write rows, and add them to the sums, in one transaction.

        Those that are there already stay as they are.

        Raises RowsRefused, DatabaseUnavailable.
        """
        async with self.connected() as connection:
            try:
                if self.file is not None:
                    await _insert(connection, rows)
                else:
                    await _copy(connection, rows)
            except (DataError, IntegrityError, OverflowError) as error:
                raise RowsRefused(str(error)[:500]) from error
            await connection.commit()

    async def delete_before(self, time: int, *, most: int) -> int:
        """Delete up to `most` of the records of calls that began before the day of a time.

        Their sums go at once. Return how many records were deleted. Raises DatabaseUnavailable.
        """
        time -= time % DAY
        oldest = (
            select(RECORDS.c.id).where(RECORDS.c.time < time).order_by(RECORDS.c.time).limit(most)
        )
        async with self.connected() as connection:
            await connection.execute(delete(DAYS).where(DAYS.c.day < time))
            result = await connection.execute(delete(RECORDS).where(RECORDS.c.id.in_(oldest)))
            await connection.commit()
            return result.rowcount

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection. What goes wrong with it becomes one of our errors."""
        try:
            async with self._engine.connect() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            # asyncio's TimeoutError is an OSError.
            reason = str(getattr(error, "orig", None) or error).splitlines()[:1]
            message = f"{self.name} cannot be used: {''.join(reason) or type(error).__name__}"
            raise DatabaseUnavailable(message, hint="is the database up, and yours?") from error

    async def check_readable(self) -> None:
        """Find out whether there is something to read. Raises UsageStoreError."""
        if self.file is not None and not self.file.is_file():
            hint = "`headgate serve FOLDER` writes it; give that folder, or --database"
            raise UsageStoreError(f"there is no database {self.file}", hint=hint)
        async with self.connected() as connection:
            found = await connection.run_sync(revision_of)
        if found is None:
            hint = "`headgate serve` with the same --database makes its tables"
            raise UsageStoreError(f"{self.name} holds no usage records", hint=hint)
        if found != REVISION:
            message = f"{self.name} has tables of another version (step {found}, here {REVISION})"
            hint = "an older one is brought up to date by `headgate serve`"
            raise UsageStoreError(message, hint=hint)

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()


def _tune(connection: Any, _: object) -> None:
    """Let readers and one writer work side by side; a commit survives the process's death."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    # Ids are random, so that a large file is written all over: 16 MB make that a fifth cheaper.
    cursor.execute("PRAGMA cache_size=-16000")
    cursor.close()


def _make_folder(file: Path) -> None:
    """Make the folder of a database file; the default one keeps itself out of git."""
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.name == STATE_FOLDER and not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text("*\n", "utf-8")
    except OSError as error:
        message = f"cannot make {folder}: {error.strerror}"
        raise UsageStoreError(
            message, hint="give a place that can be written, by --database"
        ) from (error)


async def _insert(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Insert into SQLite; what was not there before has the higher row ids."""
    await connection.exec_driver_sql("BEGIN IMMEDIATE")
    last = (await connection.exec_driver_sql(LAST_SQLITE)).scalar_one()
    await connection.exec_driver_sql(INSERT_SQLITE, list(rows))
    await connection.exec_driver_sql(ADD_SQLITE, (last,))


async def _copy(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Send rows by COPY, which knows no conflicts, to a table of this session; then merge."""
    # It takes 50 ms to load, and SQLAlchemy has loaded it by now.
    import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415 typed nowhere; for PostgreSQL

    await connection.exec_driver_sql(MAKE_INCOMING)
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    try:
        await raw.copy_records_to_table(INCOMING, records=rows, columns=COLUMNS)
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
        raise RowsRefused(str(error)[:500]) from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseUnavailable(str(error), hint="is the database up, and yours?") from error
    await connection.exec_driver_sql(MERGE_INCOMING)
