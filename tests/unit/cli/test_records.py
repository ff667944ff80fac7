from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import typer

from headgate.cli.records import opened
from headgate.stores.usage.database import Database, database_url, default_file


async def name_of(folder: Path, url: str | None) -> str:
    async with opened(folder, url) as database:
        return database.name


def test_a_folder_has_a_database_of_its_own(tmp_path: Path) -> None:
    async def prepare() -> None:
        database = Database(database_url(default_file(tmp_path)))
        await database.prepare()
        await database.close()

    asyncio.run(prepare())
    assert ".headgate/headgate.db" in asyncio.run(name_of(tmp_path, None))


@pytest.mark.parametrize("url", [None, "mysql://h/d", "sqlite:///no/such/file.db"])
def test_what_cannot_be_opened_ends_the_command_with_a_hint(
    tmp_path: Path, url: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as caught:
        asyncio.run(name_of(tmp_path, url))
    assert caught.value.exit_code == 1
    assert "\nhint: " in capsys.readouterr().err


def test_a_file_that_is_no_database_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.db").write_text("no database, but long enough to be looked at" * 50)
    with pytest.raises(typer.Exit):
        asyncio.run(name_of(tmp_path, str(tmp_path / "a.db")))
    assert "cannot be used" in capsys.readouterr().err
