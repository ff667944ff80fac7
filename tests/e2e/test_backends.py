"""The service of docs/backends.md as processes: pay-as-you-go takes over, shares, sessions."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.metered import FREE, Answer, Client, books, database_of
from tests.e2e.processes import ROOT, Process, headgate

CALLS_AT_ONCE = 16
BURST = 20
"""Calls that the provisioned simulator takes at once; each costs it three seconds."""
NOBODY = "http://127.0.0.1:9"
SLOWLY = {"x-simulator-completion-tokens": "3", "x-simulator-pace-ms": "10"}


def example(folder: Path) -> Path:
    """Write the files that the page shows."""
    page = (ROOT / "docs/backends.md").read_text("utf-8")
    for name, text in re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", page, re.M | re.S):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@contextmanager
def serving(folder: Path, *, provisioned: str, east: Process, west: Process) -> Iterator[Process]:
    """Serve the example in front of these."""
    environment = {
        "PROVISIONED_URL": provisioned,
        "EAST_URL": east.url,
        "WEST_URL": west.url,
        "MODELS_KEY": "key-of-the-models",
    }
    with headgate("serve", str(example(folder)), *FREE, environment=environment) as process:
        yield process


@contextmanager
def simulator(*options: str) -> Iterator[Process]:
    """A simulator that takes the key that the backends send, and no other."""
    arguments = ("--port", "0", "--completion-tokens", "1", "--key", "key-of-the-models")
    with headgate("llm-simulator", *arguments, *options) as process:
        yield process


@pytest.fixture(scope="module")
def east() -> Iterator[Process]:
    with simulator() as process:
        yield process


@pytest.fixture(scope="module")
def west() -> Iterator[Process]:
    with simulator() as process:
        yield process


async def calls(process: Process, count: int, *, stream: bool = False) -> list[Answer]:
    """Call so many times, some at once."""
    client = Client(process, api="chat", key="none")
    left = iter(range(count))
    answers: list[Answer] = []

    async def caller() -> None:
        for _ in left:
            headers = SLOWLY if stream else None
            answers.append(await client.chat(headers=headers, stream=stream))

    await asyncio.gather(*(caller() for _ in range(min(count, CALLS_AT_ONCE))))
    return answers


def backends(answers: list[Answer]) -> Counter[str]:
    """Return how often each backend answered; all calls have to have gone well."""
    assert {answer.status for answer in answers} == {200}
    return Counter(answer.headers["x-backend"] for answer in answers)


def recorded(folder: Path) -> dict[str, int]:
    """Return how often each backend stands in the usage records of a gateway that has ended."""
    query = "SELECT backend, count(*) FROM usage_records GROUP BY backend"
    with closing(sqlite3.connect(database_of(folder))) as connection:
        return dict(connection.execute(query).fetchall())


def refused_by(simulator: Process) -> int:
    """Return how many calls a simulator has refused."""
    statuses: dict[str, int] = books(simulator)["total"]["by_status"]
    return statuses.get("429", 0)


async def one_by_one(process: Process, seconds: float) -> list[str]:
    """Call again and again for a while; return which backends answered, in order."""
    until, found = time.monotonic() + seconds, []
    while time.monotonic() < until:
        [answer] = await calls(process, 1)
        assert answer.status == 200
        found.append(answer.headers["x-backend"])
        await asyncio.sleep(0.05)
    return found


@pytest.mark.parametrize("stream", [False, True])
def test_pay_as_you_go_takes_over_while_the_provisioned_backend_is_busy_and_hands_back(
    tmp_path: Path, east: Process, west: Process, *, stream: bool
) -> None:
    with (
        simulator("--requests-per-minute", str(BURST)) as provisioned,
        serving(tmp_path, provisioned=provisioned.url, east=east, west=west) as process,
    ):
        answers = asyncio.run(calls(process, 3 * BURST, stream=stream))
        served = backends(answers)
        assert all(answer.complete for answer in answers) is stream
        # It takes its burst, and then a call every three seconds.
        assert BURST <= served["provisioned"] <= BURST + 2
        assert served["east"] + served["west"] == 3 * BURST - served["provisioned"]
        # A call refused it opened the breaker; those on their way at that moment were refused too.
        assert refused_by(provisioned) <= CALLS_AT_ONCE
        # Retry-After of its 429 says three seconds.
        later = asyncio.run(one_by_one(process, 4.0))
        assert later[0] != "provisioned"
        assert "provisioned" in later
        assert set(later) <= {"provisioned", "east", "west"}


def test_weights_are_shares_within_two_per_cent_while_a_member_is_down(
    tmp_path: Path, east: Process, west: Process
) -> None:
    count = 2000
    with serving(tmp_path, provisioned=NOBODY, east=east, west=west) as process:
        served = backends(asyncio.run(calls(process, count)))
    assert served["east"] / count == pytest.approx(0.75, abs=0.02)
    assert served["west"] / count == pytest.approx(0.25, abs=0.02)
    assert served.total() == count
    assert recorded(tmp_path) == served


def test_a_client_stays_where_its_session_is(tmp_path: Path, east: Process, west: Process) -> None:
    with serving(tmp_path, provisioned=NOBODY, east=east, west=west) as process:
        client = Client(process, api="sessions", key="none")
        first = asyncio.run(client.chat())
        cookie = first.headers["set-cookie"].partition(";")[0]
        assert cookie.startswith("assistant-session=")
        again = [asyncio.run(client.chat(headers={"cookie": cookie})) for _ in range(10)]
        assert backends(again) == {first.headers["x-backend"]: 10}
        assert not any("set-cookie" in answer.headers for answer in again)
        strangers = [asyncio.run(client.chat()) for _ in range(4)]
        assert backends(strangers) == {"east": 2, "west": 2}


def test_breakers_stay_open_through_a_reload(tmp_path: Path, east: Process, west: Process) -> None:
    with (
        simulator("--requests-per-minute", "1") as provisioned,
        serving(tmp_path, provisioned=provisioned.url, east=east, west=west) as process,
    ):
        # One call is served; the second one is refused for a minute, which opens the breaker.
        asyncio.run(calls(process, 4))
        refused = refused_by(provisioned)
        assert refused
        document = tmp_path / "apis/chat/policy.xml"
        document.write_text(document.read_text().replace("x-backend", "x-renamed"))
        until = time.monotonic() + 10
        while "x-renamed" not in (answer := asyncio.run(calls(process, 1))[0]).headers:
            assert time.monotonic() < until, "the folder is not read again"
        assert answer.headers["x-renamed"] != "provisioned"
        assert refused_by(provisioned) == refused
