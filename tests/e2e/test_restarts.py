"""What a gateway knows of its calls after it was killed, and after it was told to stop."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from tests.e2e.metered import (
    FREE,
    PLENTY,
    Answer,
    Client,
    Record,
    Service,
    allowed_error,
    books,
    ledger,
    records,
    token_limit,
    tokens_of,
)
from tests.e2e.processes import Process, headgate

WORKERS = 60
ROUNDS = (1.2, 1.7, 2.0)
"""Seconds of load before each kill: batches are cut at different places."""
LOST_SECONDS = 1.0
"""How old the newest things may be that a killed process forgets: one interval of its batches."""
PASSING_SECONDS = 1.0
"""After which tokens that passed are in the counters; what is persisted is behind these."""
SLACK_SECONDS = 0.5
"""For a machine that runs other tests beside this one."""
DRAIN_SECONDS = 2.0
PROMPT = 8
"""Tokens of what a client says by default."""


class Load:
    """Streams on one key, by many workers, until the gateway is gone."""

    def __init__(self, gateway: Process, upstream: Process, *, lengths: tuple[int, int]) -> None:
        self._gateway = gateway
        self._client = Client(gateway, api="llm", key="team-key")
        self._upstream = upstream
        self._lengths = lengths
        self.answers: list[Answer] = []
        self.history: list[tuple[float, int]] = []
        """When the upstream had served how many tokens, by the clock of the machine."""

    def run(self, seconds: float, number: signal.Signals) -> float:
        """Call for a while, send a signal and wait for the end. Return when the signal was sent."""
        return asyncio.run(self._run(seconds, number))

    async def _run(self, seconds: float, number: signal.Signals) -> float:
        works = [asyncio.create_task(self._work(worker)) for worker in range(WORKERS)]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(0.03)
            shown = await asyncio.to_thread(books, self._upstream)
            self.history.append((time.time(), tokens_of(shown["total"])))
        sent = time.time()
        self._gateway.signal(number)
        code = await asyncio.to_thread(self._gateway.wait)
        assert code == (0 if number is signal.SIGTERM else -number)
        await asyncio.gather(*works)
        return sent

    async def _work(self, number: int) -> None:
        chance = random.Random(number)
        while True:
            await asyncio.sleep(chance.random() / 2)
            length = {"x-simulator-completion-tokens": str(chance.randint(*self._lengths))}
            try:
                self.answers.append(await self._client.chat(stream=True, headers=length))
            except (OSError, asyncio.IncompleteReadError):
                # Connections are refused, or closed before there is an answer.
                return


@pytest.fixture
def upstream() -> Iterator[Process]:
    """A simulator whose ledger belongs to one test."""
    with headgate("llm-simulator", "--port", "0", "--token-pace-ms", "20") as process:
        yield process


class Restarted:
    """A gateway that is started again and again on the same state."""

    def __init__(self, tmp_path: Path, upstream: Process) -> None:
        settings = f"[timeouts]\ndrain = {DRAIN_SECONDS}\n"
        service = Service(tmp_path / "service", settings=settings)
        service.api("llm", to=f"{upstream.url}/v1", inbound=token_limit())
        service.subscription("team")
        self._state = tmp_path / "state"
        self._arguments = ("serve", str(service.root), *FREE, "--state", str(self._state))

    @contextmanager
    def started(self) -> Iterator[tuple[Process, int]]:
        """Run it; give what the quota had used when it began, by a call of PROMPT + 1 tokens."""
        with headgate(*self._arguments) as gateway:
            client = Client(gateway, api="llm", key="team-key")
            answer = asyncio.run(client.chat(stream=True, max_tokens=1))
            yield gateway, PLENTY - PROMPT - int(answer.headers["x-remaining-quota"])

    def records(self) -> dict[str, Record]:
        """Return all records by id."""
        return {record.id: record for record in records(self._state / "headgate.db")}


class Crash(msgspec.Struct):
    """A gateway that was loaded and killed."""

    used: int
    """What its quota had used when it began."""
    served: int
    """What the upstream had served by then, to all gateways before it."""
    killed: float
    load: Load


def crash(service: Restarted, upstream: Process, *, before: Crash | None, seconds: float) -> Crash:
    """Load a gateway for a while and kill it; look at what it knows of the one before it."""
    with service.started() as (gateway, used):
        served = tokens_of(ledger(upstream)["total"])
        if before is not None:
            check_quota(before, used, served=served)
        load = Load(gateway, upstream, lengths=(5, 60))
        killed = load.run(seconds, signal.SIGKILL)
    return Crash(used + PROMPT + 1, served, killed, load)


def check_records(crashed: Crash, kept: dict[str, Record], upstream: Process) -> None:
    """Records of calls that ended long enough before are there, and say what was served."""
    calls = {call["order"]: call for call in ledger(upstream)["calls"]}
    ended = [answer for answer in crashed.load.answers if answer.complete]
    ages = [crashed.killed - answer.ended for answer in ended if answer.id not in kept]
    for answer in ended:
        if answer.id in kept:
            assert kept[answer.id].tokens == tokens_of(calls[answer.order])
    oldest = max(ages, default=0.0)
    print(f"{len(ages)} of {len(ended)} records lost, the oldest was {oldest:.2f} s old")
    assert oldest <= LOST_SECONDS + SLACK_SECONDS


def check_quota(crashed: Crash, used: int, *, served: int) -> None:
    """The quota that the next gateway began with is what was served a little before the kill."""
    # What earlier kills had forgotten is not in the counter.
    forgotten = crashed.served - crashed.used
    history = crashed.load.history
    then = max(when for when, served in history if served - forgotten <= used)
    behind = crashed.killed - then
    print(f"the quota has {used} of {served - forgotten} tokens: {behind:.2f} s behind")
    assert behind <= LOST_SECONDS + PASSING_SECONDS + SLACK_SECONDS
    assert crashed.used <= used <= served - forgotten


def test_a_killed_gateway_forgets_a_second_at_most_and_counts_nothing_twice(
    tmp_path: Path, upstream: Process
) -> None:
    service = Restarted(tmp_path, upstream)
    crashed: Crash | None = None
    calls = 0
    for number, seconds in enumerate(ROUNDS, 1):
        crashed = crash(service, upstream, before=crashed, seconds=seconds)
        kept = service.records()
        calls += len(crashed.load.answers)
        assert len(kept) <= calls + number
        check_records(crashed, kept, upstream)
    assert crashed is not None
    served = tokens_of(ledger(upstream)["total"])
    with service.started() as (_, used):
        check_quota(crashed, used, served=served)


def test_a_stopped_gateway_ends_in_time_and_forgets_nothing(
    tmp_path: Path, upstream: Process
) -> None:
    """Some streams end while it drains; the others are broken off and charged what passed."""
    service = Restarted(tmp_path, upstream)
    with service.started() as (gateway, _):
        load = Load(gateway, upstream, lengths=(5, 400))
        told = load.run(1.5, signal.SIGTERM)
        took = time.time() - told
    served = ledger(upstream)
    calls = {call["order"]: call for call in served["calls"]}
    kept = service.records()
    broken = [answer for answer in load.answers if not answer.complete]
    drained = [one for one in load.answers if one.complete and one.ended > told]
    print(f"{took:.2f} s: {len(drained)} streams ended meanwhile, {len(broken)} were broken off")
    assert took <= DRAIN_SECONDS + 2
    assert drained
    assert broken
    assert {answer.id for answer in load.answers} < set(kept)
    assert len(kept) == len(load.answers) + 1 == served["total"]["calls"]
    for answer in load.answers:
        record, call = kept[answer.id], calls[answer.order]
        off = abs(record.tokens - tokens_of(call))
        assert off <= (0 if answer.complete else allowed_error(record))
    with service.started() as (_, used):
        assert used == sum(record.tokens for record in kept.values())
