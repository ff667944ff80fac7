"""Limits and usage records to the token, through real processes under load and faults."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.metered import (
    FREE,
    PLENTY,
    Answer,
    Client,
    Service,
    allowed_error,
    ledger,
    records,
    token_limit,
    tokens_of,
)
from tests.e2e.processes import Process, headgate

STREAMS = 500
TOKENS = 60
PACE_MS = 60


@pytest.fixture
def upstream() -> Iterator[Process]:
    """A simulator whose ledger belongs to one test."""
    with headgate("llm-simulator", "--port", "0", "--completion-tokens", str(TOKENS)) as process:
        yield process


def service(tmp_path: Path, upstream: Process, *, inbound: str, settings: str = "") -> Service:
    """Return a folder with one API and one key."""
    made = Service(tmp_path / "service", settings=settings)
    made.api("llm", to=f"{upstream.url}/v1", inbound=inbound)
    made.subscription("team")
    return made


def test_500_streams_that_end_or_are_left_are_counted_once_each(
    tmp_path: Path, upstream: Process
) -> None:
    folder = service(tmp_path, upstream, inbound=token_limit()).root
    database = tmp_path / "records.db"
    chance = random.Random(500)
    leaving = [chance.randint(1, TOKENS) if chance.random() < 0.5 else None for _ in range(STREAMS)]
    pace = {"x-simulator-pace-ms": str(PACE_MS)}

    async def load(client: Client) -> list[Answer]:
        async def one(leave_after: int | None) -> Answer:
            await asyncio.sleep(chance.random())
            return await client.chat(leave_after=leave_after, headers=pace, stream=True)

        return await asyncio.gather(*map(one, leaving))

    with headgate("serve", str(folder), *FREE, "--database", str(database)) as gateway:
        client = Client(gateway, api="llm", key="team-key")
        answers = asyncio.run(load(client))
        books = ledger(upstream)
        later = asyncio.run(client.chat(max_tokens=1))
    assert {answer.status for answer in answers} == {200}
    kept = {record.id: record for record in records(database)}
    assert len(kept) == STREAMS + 1
    assert set(kept) == {answer.id for answer in (*answers, later)}

    served = {call["order"]: call for call in books["calls"]}
    aborted = off = worst = allowed = 0
    for answer in answers:
        record, call = kept[answer.id], served[answer.order]
        one_off = abs(record.tokens - tokens_of(call))
        assert call["aborted"] or not one_off, (record, call)
        aborted += call["aborted"]
        allowed += allowed_error(record) if call["aborted"] else 0
        off += one_off
        worst = max(worst, one_off)
    print(f"{STREAMS} streams, {aborted} aborted, {tokens_of(books['total'])} tokens served")
    print(f"charged calls are {off} tokens off in sum, {allowed} allowed; the worst {worst}")
    assert aborted > STREAMS // 4
    assert off <= allowed
    # Nothing is held any more, and the counters are what the records say.
    everything = sum(record.tokens for record in kept.values())
    assert int(later.headers["x-remaining"]) == PLENTY - everything
    assert int(later.headers["x-remaining-quota"]) == PLENTY - everything
