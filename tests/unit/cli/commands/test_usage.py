from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from headgate.cli.commands.usage import command, instant
from headgate.model.clock import SECOND, Micros
from headgate.model.record import UsageRecord
from headgate.model.usage import TokenUsage
from headgate.stores.usage.database import Database, database_url, default_file
from headgate.stores.usage.tables import row_of

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
USAGE = TokenUsage(input_tokens=1000, output_tokens=500, model="gpt-4o", reported=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    async def fill() -> None:
        database = Database(database_url(default_file(tmp_path)))
        await database.prepare()
        moment = Micros(int(NOON.timestamp()) * SECOND)
        paid = UsageRecord(
            id="a", time=moment, duration=1, subscription="red", usage=USAGE, cost=1_250_000_000
        )
        free = UsageRecord(id="b", time=moment, duration=1, api="x", ending="refused")
        await database.insert([row_of(free), (*row_of(paid)[:11], "USD", *row_of(paid)[12:])])
        await database.close()

    asyncio.run(fill())
    return tmp_path


def invoke(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_json_tells_every_sum(folder: Path) -> None:
    nobody, red = json.loads(invoke(folder, "--format", "json").stdout)
    assert (nobody["subscription"], nobody["calls"], nobody["refused"]) == ("", 1, 1)
    assert (red["subscription"], red["input_tokens"], red["estimated_share"]) == ("red", 1000, 1.0)
    assert red["cost_nano"] == {"USD": 1_250_000_000}


def test_csv_has_a_head_and_one_line_per_group(folder: Path) -> None:
    shown = invoke(folder, "--by", "day", "--by", "api", "--format", "csv").stdout
    first, second = csv.DictReader(io.StringIO(shown))
    assert (first["day"], first["api"], first["cost"]) == ("2026-01-31", "", "1.250000 USD")
    assert (second["api"], second["refused"], second["cost"]) == ("x", "1", "")


def test_the_table_shows_kinds_of_tokens_that_were_used(folder: Path) -> None:
    shown = invoke(folder).stdout
    assert "1,000" in shown
    assert "100.0%" in shown
    assert "cache-write" in shown
    assert "audio" not in shown


@pytest.mark.parametrize(
    ("options", "calls"),
    [
        (["--since", "2026-01-31T12:00"], 2),
        (["--since", "2026-01-31T12:00:01"], 0),
        (["--until", "2026-01-31T12:00"], 0),
        (["--subscription", "red"], 1),
        (["--api", "x", "--api", "y"], 1),
        (["--model", "none"], 0),
        (["--product", ""], 2),
    ],
)
def test_options_choose_the_calls(folder: Path, options: list[str], calls: int) -> None:
    found = json.loads(invoke(folder, "--format", "json", *options).stdout)
    assert sum(total["calls"] for total in found) == calls


def test_a_database_can_be_named(folder: Path, tmp_path: Path) -> None:
    assert invoke("--database", default_file(folder)).exit_code == 0
    missing = invoke(tmp_path / "elsewhere")
    assert missing.exit_code == 1
    assert "there is no database" in missing.stderr


@pytest.mark.parametrize(
    "options", [["--since", "soon"], ["--until", "2026-13-01"], ["--by", "colour"]]
)
def test_a_wrong_option_exits_with_two(folder: Path, options: list[str]) -> None:
    assert invoke(folder, *options).exit_code == 2


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-01-30", datetime(2026, 1, 30, tzinfo=UTC)),
        ("2026-01-31T13:00+01:00", NOON),
        ("24h", datetime(2026, 1, 30, 12, tzinfo=UTC)),
        ("1d", datetime(2026, 1, 30, 12, tzinfo=UTC)),
        ("30m", datetime(2026, 1, 31, 11, 30, tzinfo=UTC)),
    ],
)
def test_times_are_utc_or_ago(given: str, moment: datetime) -> None:
    assert instant(given, "--since", now=NOON) == int(moment.timestamp()) * SECOND
    assert instant(None, "--since", now=NOON) is None
