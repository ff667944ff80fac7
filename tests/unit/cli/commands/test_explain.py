from __future__ import annotations

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner, Result

from headgate.cli.commands.explain import command, explained
from headgate.model.clock import SECOND, Micros
from headgate.model.record import NANO, Admission, CounterReading, UsageRecord
from headgate.model.usage import TokenUsage
from headgate.stores.usage.database import Database, database_url, default_file
from headgate.stores.usage.tables import row_of

REFUSED = Admission(
    source="llm-token-limit",
    path="choose[1]/llm-token-limit[2]",
    mode="bounded",
    asked=60,
    hold=500,
    counters=(CounterReading(("tokens", 60 * SECOND, "k"), 100, 30, 20, 0, 60),),
    refused_by=0,
    wait=12_500_000,
    waits_on_holds=True,
)
RECORD = UsageRecord(
    id="a",
    time=Micros(0),
    duration=1_250_000,
    first_token=20_000,
    api="chat",
    status=429,
    ending="refused",
    source="llm-token-limit",
    reason="OpenAITokenLimitExceeded",
    retry_after=13,
    admissions=(REFUSED,),
)


def told(**changes: object) -> str:
    admission = msgspec.structs.replace(REFUSED, **changes)
    return "\n".join(explained(msgspec.structs.replace(RECORD, admissions=(admission,))))


def invoke(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    async def fill() -> None:
        database = Database(database_url(default_file(tmp_path)))
        await database.prepare()
        await database.insert([row_of(RECORD)])
        await database.close()

    asyncio.run(fill())
    return tmp_path


def test_a_refusal_shows_the_sum_that_was_compared(folder: Path) -> None:
    shown = invoke("a", folder).stdout
    assert "status 429, refused by llm-token-limit (OpenAITokenLimitExceeded)" in shown
    assert "key 'k': 30 used + 20 held + 60 asked = 110 > 100: refused" in shown
    assert "it would fit in 12.5 s (a guess: calls in flight are in the way)" in shown
    assert "500 tokens are held for the completion" not in shown


def test_json_is_the_record(folder: Path) -> None:
    shown = json.loads(invoke("a", folder, "--format", "json").stdout)
    assert (shown["id"], shown["admissions"][0]["wait"]) == ("a", 12_500_000)


def test_an_unknown_id_is_an_error_with_a_hint(folder: Path) -> None:
    shown = invoke("b", folder)
    assert shown.exit_code == 1
    assert "no usage record of call 'b'\nhint: " in shown.stderr


def test_a_grant_shows_what_is_left_and_held() -> None:
    reading = CounterReading(("tokens", "Monthly", "k"), 110, 30, 20, 7, 60)
    shown = told(refused_by=None, counters=(reading,))
    assert "tokens per Monthly, key 'k': 30 used + 20 held + 60 asked = 110 <= 110: 7 left" in shown
    assert "500 tokens are held" in shown


def test_each_mode_adds_up_what_it_compares() -> None:
    assert "30 used + 60 asked = 90 <= 100" in told(mode="apim", refused_by=None)
    window = ("tokens", 60 * SECOND, "k")
    strict = told(mode="strict", counters=(CounterReading(window, 100, 30, 20, 0, 560),))
    assert "30 used + 20 held + 560 asked = 610 > 100" in strict


def test_money_is_told_in_the_units_of_its_currency() -> None:
    reading = CounterReading(("cost", "Monthly", "k"), 3 * NANO, 2 * NANO, 0, 0, NANO + 1)
    told_so = "2 used + 0 held + 1.000000001 asked = 3.000000001 > 3: refused"
    assert told_so in told(counters=(reading,))


def test_a_full_limit_refuses_even_nothing() -> None:
    full = CounterReading(("tokens", 60 * SECOND, "k"), 100, 100, 0, 0, 1)
    assert "100 used + 0 held + 1 asked = 101 > 100" in told(asked=0, counters=(full,))


def test_a_call_that_can_never_fit_says_so() -> None:
    assert "can never fit" in told(wait=None)


def test_a_call_without_limits_tells_what_it_used() -> None:
    usage = TokenUsage(input_tokens=3, output_tokens=4)
    plain = msgspec.structs.replace(RECORD, admissions=(), usage=usage, cost=5, currency="USD")
    shown = "\n".join(explained(plain))
    assert "3 input + 4 output tokens, reported" in shown
    assert "cost 0.000000005 USD" in shown
    assert "no limit was asked" in shown
