from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from headgate.stores.usage.database import Database, database_url, default_file
from headgate.stores.usage.errors import UsageStoreError


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("a/b.db", "sqlite+aiosqlite:///a/b.db"),
        ("sqlite:////tmp/b.db", "sqlite+aiosqlite:////tmp/b.db"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgres://h/d?sslmode=require", "postgresql+asyncpg://h/d?ssl=require"),
        ("postgresql+psycopg://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_a_database_is_a_file_or_a_url(given: str, url: str) -> None:
    assert database_url(given).render_as_string(hide_password=False) == url


@pytest.mark.parametrize("given", ["mysql://h/d", "sqlite://", "postgresql://h:port/d", "://"])
def test_a_url_of_another_kind_is_refused_with_what_would_do(given: str) -> None:
    with pytest.raises(UsageStoreError) as caught:
        database_url(given)
    assert "postgresql://" in caught.value.hint


def test_a_password_is_never_shown() -> None:
    assert "secret" not in Database(database_url("postgresql://u:secret@h/d")).name


def test_the_state_folder_keeps_itself_out_of_git(tmp_path: Path) -> None:
    file = default_file(tmp_path)

    async def prepare() -> None:
        database = Database(database_url(file))
        await database.prepare()
        await database.prepare()
        await database.check_readable()
        await database.close()

    asyncio.run(prepare())
    assert file.is_file()
    assert (file.parent / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / ".headgate").write_text("a file")

    async def prepare() -> None:
        database = Database(database_url(default_file(tmp_path)))
        try:
            await database.prepare()
        finally:
            await database.close()

    with pytest.raises(UsageStoreError) as caught:
        asyncio.run(prepare())
    assert "--database" in caught.value.hint
