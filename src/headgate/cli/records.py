"""Opens the usage records that a command reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import typer

from headgate.stores.usage.database import Database, database_url, default_file
from headgate.stores.usage.errors import UsageStoreError


@asynccontextmanager
async def opened(folder: Path, url: str | None) -> AsyncIterator[Database]:
    """Lend the database of a URL, else of a folder. What is wrong with it ends the command."""
    try:
        where = database_url(url if url is not None else default_file(folder))
        database = Database(where, read_only=True)
        try:
            await database.check_readable()
            yield database
        finally:
            await database.close()
    except UsageStoreError as error:
        typer.echo(f"headgate: {error}\nhint: {error.hint}", err=True)
        raise typer.Exit(1) from error
