"""`headgate usage` and `headgate explain` as processes, on what a gateway wrote."""

from __future__ import annotations

import asyncio
import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.contract.postgresql import postgresql
from tests.e2e.metered import FREE, Answer, Client, Service, ledger, token_limit
from tests.e2e.processes import Process, headgate

LIMIT = 100
PROMPT, COMPLETION = 8, 4
PRICES = """
[[models]]
model = "gpt-4o*"
[models.prices]
input = "2.50"
output = "10.00"
"""
CALL_NANO = PROMPT * 2_500 + COMPLETION * 10_000
MONEY_LIMIT = (
    '<llm-token-limit counter-key="@(context.Subscription.Id)" cost-quota="0.0003"'
    ' cost-quota-period="Yearly" estimate-prompt-tokens="true" />'
)


class Written(NamedTuple):
    """What a gateway was asked for, and where it wrote about it."""

    folder: Path
    database: str
    answers: list[Answer]
    """Of team red: 100 tokens are enough for eight calls, the ninth is refused. Of blue: one."""
    served: dict[str, Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of its own, as long as this module runs."""
    with postgresql(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def written(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, simulator: Process
) -> Written:
    """Calls of two teams; the gateway that wrote their records has ended."""
    folder = tmp_path_factory.mktemp("usage")
    database = str(folder / "records.db")
    if request.param == "postgresql":
        database = request.getfixturevalue("server")
    service = Service(folder / "service", settings=PRICES)
    service.api("llm", to=f"{simulator.url}/v1", inbound=token_limit(LIMIT))
    service.subscription("red", "blue")
    tag = {"x-simulator-tag": request.param}

    async def calls(gateway: Process) -> list[Answer]:
        red, blue = (Client(gateway, api="llm", key=f"{name}-key") for name in ("red", "blue"))
        answers = [await red.chat(headers=tag) for _ in range(9)]
        return [*answers, await blue.chat(headers=tag, stream=True)]

    with headgate("serve", str(service.root), *FREE, "--database", database) as gateway:
        answers = asyncio.run(calls(gateway))
    return Written(service.root, database, answers, ledger(simulator, request.param)["total"])


def command(*arguments: str, code: int = 0) -> str:
    """Run a command and return what it says."""
    finished = subprocess.run(
        [sys.executable, "-m", "headgate.cli.main", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert finished.returncode == code, finished.stderr
    return finished.stdout if code == 0 else finished.stderr


def usage(written: Written, *arguments: str) -> str:
    return command("usage", str(written.folder), "--database", written.database, *arguments)


def test_json_has_the_sums_of_the_upstreams_ledger(written: Written) -> None:
    blue, red = json.loads(usage(written, "--format", "json"))
    assert (red["subscription"], red["calls"], red["refused"]) == ("red", 9, 1)
    assert (red["input_tokens"], red["output_tokens"]) == (8 * PROMPT, 8 * COMPLETION)
    assert (blue["subscription"], blue["calls"], blue["refused"]) == ("blue", 1, 0)
    for name in ("input", "output"):
        ours = {"input": "prompt", "output": "completion"}[name]
        total = red[f"{name}_tokens"] + blue[f"{name}_tokens"]
        assert total == written.served[f"{ours}_tokens"]
    assert red["cost_nano"] == {"USD": 8 * CALL_NANO}
    assert blue["unpriced_calls"] == 0
    assert red["estimated_tokens"] == blue["estimated_tokens"] == 0


def test_csv_sums_by_model_and_day(written: Written) -> None:
    text = usage(written, "--by", "model", "--by", "day", "--format", "csv")
    [row] = csv.DictReader(text.splitlines())
    day = datetime.fromtimestamp(written.answers[0].ended, UTC).date().isoformat()
    assert (row["model"], row["day"]) == ("gpt-4o", day)
    assert (row["calls"], row["input_tokens"]) == ("10", str(9 * PROMPT))
    assert row["cost"] == "0.000540 USD"


def test_table_is_for_people(written: Written) -> None:
    head, *rows = [line.split() for line in usage(written).splitlines() if line.strip()]
    assert head[:4] == ["subscription", "calls", "refused", "failed"]
    assert [row[:3] for row in rows if row[0] in ("red", "blue")] == [
        ["blue", "1", "0"],
        ["red", "9", "1"],
    ]


def test_calls_are_chosen(written: Written) -> None:
    chosen = ("--subscription", "blue", "--since", "1h", "--format", "json")
    [blue] = json.loads(usage(written, *chosen))
    assert blue["calls"] == 1
    assert json.loads(usage(written, "--until", "1h", "--format", "json")) == []


def test_a_refusal_is_explained_with_its_numbers(written: Written) -> None:
    refused = written.answers[8]
    assert refused.status == 429
    place = ("--database", written.database)
    said = command("explain", refused.id, str(written.folder), *place)
    assert f"call {refused.id}" in said
    assert "status 429, refused by llm-token-limit (OpenAITokenLimitExceeded)" in said
    assert f"told to try again in {refused.headers['retry-after']} s" in said
    assert f"96 used + 0 held + {PROMPT} asked = 104 > {LIMIT}: refused" in said


def test_an_admission_is_explained_as_json(written: Written) -> None:
    first = written.answers[0]
    place = ("--database", written.database)
    shown = json.loads(command("explain", first.id, *place, "--format", "json"))
    assert (shown["id"], shown["status"], shown["subscription"]) == (first.id, 200, "red")
    assert shown["usage"]["output_tokens"] == COMPLETION
    [admission] = shown["admissions"]
    assert [reading["used"] for reading in admission["counters"]] == [0, 0]


def test_an_unknown_call_has_no_explanation(written: Written) -> None:
    said = command("explain", "nobody", "--database", written.database, code=1)
    assert "no usage record of call 'nobody'" in said


def test_money_is_limited_and_explained(tmp_path: Path, simulator: Process) -> None:
    """Five calls cost what the quota allows; what they cost is the same in limit and record."""
    service = Service(tmp_path, settings=PRICES)
    service.api("llm", to=f"{simulator.url}/v1", inbound=MONEY_LIMIT)
    service.subscription("green")

    async def calls(gateway: Process) -> list[Answer]:
        client = Client(gateway, api="llm", key="green-key")
        return [await client.chat(stream=number % 2 > 0) for number in range(6)]

    with headgate("serve", str(service.root), *FREE) as gateway:
        answers = asyncio.run(calls(gateway))
    assert [answer.status for answer in answers] == [200] * 5 + [403]
    refused = answers[5]
    assert json.loads(refused.body)["message"].startswith("Cost quota is exceeded. Try again in ")
    [green] = json.loads(command("usage", str(tmp_path), "--format", "json"))
    assert green["cost_nano"] == {"USD": 5 * CALL_NANO}
    said = command("explain", refused.id, str(tmp_path))
    summed = "0.0003 used + 0 held + 0.00002 asked = 0.00032 > 0.0003: refused"
    assert f"cost per Yearly, key 'green': {summed}" in said
