"""What the usage records promise, on SQLite and on a real PostgreSQL alike."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from headgate.model.clock import SECOND, Micros
from headgate.model.record import Admission, CounterReading, UsageRecord
from headgate.model.usage import TokenUsage
from headgate.stores.usage.database import Database, database_url
from headgate.stores.usage.errors import UsageStoreError
from headgate.stores.usage.queries import Dimension, Selection, find, totals
from headgate.stores.usage.sink import SinkOptions, UsageSink
from headgate.stores.usage.tables import AMOUNT_MAX, DAY, row_of
from tests.contract.postgresql import postgresql

NAMES = count()
BEGIN = Micros(20_000 * DAY)
ADMISSION = Admission(
    source="llm-token-limit",
    mode="bounded",
    asked=10,
    hold=20,
    counters=(CounterReading(("tokens", 60 * SECOND, "k\0\ud800"), 100, 95, 0, 0),),
    refused_by=0,
    wait=12 * SECOND,
)
USAGE = TokenUsage(input_tokens=10, output_tokens=5, cached_tokens=3, model="gpt-4o")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of its own, as long as this module runs."""
    with postgresql(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    uri: str = request.getfixturevalue("server")
    name = f"records_{next(NAMES)}"
    await run(uri, f"CREATE DATABASE {name}")
    yield uri.replace("/postgres?", f"/{name}?", 1)


async def run(uri: str, statement: str) -> None:
    database = Database(database_url(uri))
    async with database.connected() as connection:
        own = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await own.execute(text(statement))
    await database.close()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    made = Database(database_url(url))
    await made.prepare()
    yield made
    await made.close()


def record(number: int, **changes: Any) -> UsageRecord:
    made = UsageRecord(
        id=f"call-{number}",
        time=Micros(BEGIN + number * SECOND),
        duration=1000,
        api="chat",
        subscription="red" if number % 2 else "blue",
        model="gpt-4o",
        usage=USAGE,
        cost=7,
        currency="USD",
        status=200,
    )
    return msgspec.structs.replace(made, **changes)


async def rows_in(database: Database) -> int:
    found = await totals(database, [], selection=Selection())
    return found[0].calls if found else 0


async def reaches(database: Database, rows: int) -> None:
    async with asyncio.timeout(20):
        while await rows_in(database) != rows:  # noqa: ASYNC110 the event is in a database
            await asyncio.sleep(0.01)


pytestmark = pytest.mark.anyio


async def test_a_record_comes_back_as_it_was(database: Database) -> None:
    whole = record(
        1,
        first_token=5,
        operation="o",
        product="p",
        user="u",
        backend="b",
        dialect="d",
        ending="refused",
        source="llm-token-limit",
        reason="R",
        attempts=2,
        retry_after=12,
    )
    bare = UsageRecord(id="bare", time=BEGIN, duration=0)
    await database.insert([row_of(whole), row_of(bare)])
    assert await find(database, "call-1") == whole
    assert await find(database, "bare") == bare
    assert await find(database, "none") is None


async def test_what_callers_make_up_can_be_stored(database: Database) -> None:
    huge = TokenUsage(input_tokens=10**30, model="m\0\ud800" + "x" * 9999, reported=False)
    odd = record(1, usage=huge, model=huge.model, admissions=(ADMISSION,))
    await database.insert([row_of(odd)])
    found = await find(database, "call-1")
    assert found is not None
    assert found.usage is not None
    assert (found.usage.input_tokens, found.basis) == (AMOUNT_MAX, "estimated")
    assert (found.model[:2], len(found.model)) == ("m\N{REPLACEMENT CHARACTER}", 1024)
    assert found.admissions[0].wait == ADMISSION.wait


async def test_a_doubled_batch_inserts_once(database: Database) -> None:
    rows = [row_of(record(number)) for number in range(1000)]
    await database.insert(rows)
    await database.insert([*rows, row_of(record(1000))])
    assert await rows_in(database) == 1001


async def test_totals_are_summed_by_dimension_and_filtered(database: Database) -> None:
    later = record(
        3, time=Micros(BEGIN + DAY), usage=msgspec.structs.replace(USAGE, reported=False)
    )
    records = [
        record(1),
        record(2, cost=None, currency=""),
        later,
        record(4, usage=None, ending="refused", status=429, cost=None, currency=""),
        record(6, ending="client-gone", currency="EUR", cost=9),
    ]
    await database.insert([row_of(one) for one in records])
    blue, red = await totals(database, ["subscription"], selection=Selection())
    assert (blue.group, red.group) == (("blue",), ("red",))
    assert (blue.calls, blue.refused, blue.aborted, blue.unpriced) == (3, 1, 1, 1)
    assert (blue.tokens["input_tokens"], blue.tokens["cached_tokens"]) == (20, 6)
    assert (blue.cost, red.cost) == ({"EUR": 9}, {"USD": 14})
    assert (blue.estimated, red.estimated) == (0, 15)
    days = await totals(database, ["day", "api"], selection=Selection())
    assert [total.group for total in days] == [("2024-10-04", "chat"), ("2024-10-05", "chat")]
    chosen = Selection(since=Micros(BEGIN + 2 * SECOND), until=Micros(BEGIN + DAY))
    assert sum(total.calls for total in await totals(database, ["user"], selection=chosen)) == 3
    only_red = Selection(match={"subscription": ["red"], "model": ["gpt-4o", "other"]})
    assert [total.calls for total in await totals(database, [], selection=only_red)] == [2]
    assert await totals(database, [], selection=Selection(match={"api": ["none"]})) == []


def made_up(seed: int) -> list[UsageRecord]:
    """Return records of three days that differ in all that totals may tell apart."""
    chance = Random(seed)
    records = []
    for number in range(400):
        usage = TokenUsage(
            input_tokens=chance.choice([0, 3, AMOUNT_MAX]),
            output_tokens=chance.randrange(9),
            reasoning_tokens=chance.randrange(3),
            reported=chance.random() < 0.7,
        )
        priced = chance.random() < 0.8
        one = record(
            number,
            time=Micros(BEGIN + chance.choice([0, DAY - 1, DAY, chance.randrange(3 * DAY)])),
            api=chance.choice(["chat", "images"]),
            user=chance.choice(["", "u" * 1000]),
            model=chance.choice(["m" * 1000, "n"]),
            backend="b" * 1000,
            usage=chance.choice([None, usage]),
            cost=chance.randrange(100) if priced else None,
            currency=chance.choice(["EUR", "USD"]) if priced else "",
            ending=chance.choice(["complete", "refused", "failed", "client-gone"]),
        )
        records.append(one)
    return records


def summed(records: Sequence[UsageRecord], by: Sequence[Dimension]) -> dict[object, list[object]]:
    """Return calls, tokens, cost, estimated and unpriced by group, from the records alone."""
    found: dict[object, list[object]] = {}
    for group in {tuple(str(getattr(one, name)) for name in by) for one in records}:
        own = [one for one in records if tuple(str(getattr(one, name)) for name in by) == group]
        usages = [one.usage for one in own if one.usage is not None]
        costs: dict[str, int] = {}
        for one in own:
            if one.cost:
                costs[one.currency] = costs.get(one.currency, 0) + one.cost
        unpriced = [one for one in own if one.usage and one.usage.total_tokens and one.cost is None]
        found[group] = [
            len(own),
            sum(one.ending == "failed" for one in own),
            sum(usage.input_tokens for usage in usages),
            sum(usage.reasoning_tokens for usage in usages),
            sum(usage.total_tokens for usage in usages if not usage.reported),
            len(unpriced),
            costs,
        ]
    return found


@pytest.mark.parametrize("seed", [1, 2])
async def test_sums_by_the_day_are_those_of_the_records(database: Database, seed: int) -> None:
    records = made_up(seed)
    chance = Random(seed)
    for begin in range(0, 400, 80):
        # Every batch brings some again that are there already.
        await database.insert([row_of(one) for one in records[max(0, begin - 20) : begin + 80]])
    dimensions: list[Dimension] = ["api", "user", "model", "subscription", "backend"]
    for _ in range(25):
        since, until = sorted(
            BEGIN + chance.choice([0, DAY, 2 * DAY, chance.randrange(3 * DAY)]) for _ in "ab"
        )
        by = chance.sample(dimensions, chance.randrange(4))
        match: dict[Dimension, list[str]] = chance.choice([{}, {"api": ["chat"]}, {"model": ["n"]}])
        chosen = [
            one
            for one in records
            if since <= one.time < until
            and all(getattr(one, name) in values for name, values in match.items())
        ]
        selection = Selection(since=Micros(since), until=Micros(until), match=match)
        found = {
            total.group: [
                total.calls,
                total.failed,
                total.tokens["input_tokens"],
                total.tokens["reasoning_tokens"],
                total.estimated,
                total.unpriced,
                total.cost,
            ]
            for total in await totals(database, by, selection=selection)
        }
        assert found == summed(chosen, by)


async def test_several_gateways_add_to_the_same_days(database: Database, url: str) -> None:
    others = [Database(database_url(url)) for _ in range(3)]

    async def write(gateway: int, own: Database) -> None:
        for batch in range(5):
            names = [f"{gateway}-{batch}-{number}" for number in range(20)]
            rows = [row_of(record(n, id=name)) for n, name in enumerate(names)]
            # In whatever order calls end, nobody waits for somebody who waits.
            await own.insert(rows[:: -1 if gateway % 2 else 1])

    await asyncio.gather(*[write(number, own) for number, own in enumerate(others)])
    assert await rows_in(database) == 300
    for own in others:
        await own.close()


async def test_records_of_an_earlier_version_are_summed(database: Database, url: str) -> None:
    await database.insert([row_of(one) for one in made_up(3)])
    before = await totals(database, ["model", "day"], selection=Selection())
    async with database.connected() as connection:
        await connection.execute(text("DROP TABLE usage_days"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        await connection.commit()
    later = Database(database_url(url))
    with pytest.raises(UsageStoreError, match="another version"):
        await later.check_readable()
    await later.prepare()
    assert await totals(later, ["model", "day"], selection=Selection()) == before
    await later.close()


async def test_closing_writes_all_that_waits(database: Database, url: str) -> None:
    sink = UsageSink(Database(database_url(url)), row_of, options=SinkOptions(interval=60))
    await sink.start()
    for number in range(2500):
        sink.put(record(number))
    await sink.close()
    assert (sink.written, sink.dropped, sink.waiting) == (2500, 0, 0)
    assert await rows_in(database) == 2500


async def test_a_full_batch_does_not_wait_for_the_interval(database: Database, url: str) -> None:
    sink = UsageSink(
        Database(database_url(url)), row_of, options=SinkOptions(interval=60, batch=10)
    )
    await sink.start()
    for number in range(10):
        sink.put(record(number))
    await reaches(database, 10)
    await sink.close()


async def test_several_processes_may_start_at_once(url: str) -> None:
    many = [UsageSink(Database(database_url(url)), row_of) for _ in range(3)]
    await asyncio.gather(*[sink.start() for sink in many])
    for sink in many:
        for number in range(500):
            sink.put(record(number))
    await asyncio.gather(*[sink.close() for sink in many])
    assert [sink.dropped for sink in many] == [0, 0, 0]
    reader = Database(database_url(url))
    assert await rows_in(reader) == 500
    await reader.close()


async def test_tables_of_a_newer_version_are_left_alone(database: Database, url: str) -> None:
    async with database.connected() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await connection.commit()
    sink = UsageSink(Database(database_url(url)), row_of)
    with pytest.raises(UsageStoreError, match="newer"):
        await sink.start()
    await sink.close()
    with pytest.raises(UsageStoreError, match="another version"):
        await database.check_readable()


async def test_old_records_are_deleted_by_days_a_bounded_number_at_a_time(
    database: Database,
) -> None:
    records = [record(number, time=Micros(BEGIN + number * DAY // 5)) for number in range(10)]
    await database.insert([row_of(one) for one in records])
    assert await database.delete_before(BEGIN + DAY - 1, most=3) == 0
    assert await rows_in(database) == 10
    assert await database.delete_before(BEGIN + 2 * DAY - 1, most=3) == 3
    # The sums go first.
    assert await rows_in(database) == 5
    assert await database.delete_before(BEGIN + 2 * DAY - 1, most=3) == 2
    assert await rows_in(database) == 5
    assert await find(database, "call-4") is None
    assert await find(database, "call-5") is not None


async def test_retention_deletes_what_is_too_old(database: Database, url: str) -> None:
    await database.insert([row_of(record(number)) for number in range(10)])
    options = SinkOptions(retention_days=30, retention_batch=4, interval=0.01)
    sink = UsageSink(Database(database_url(url)), row_of, options=options)
    await sink.start()
    await reaches(database, 0)
    await sink.close()


KILLED = """
import asyncio, sys
from headgate.model.record import UsageRecord
from headgate.stores.usage.database import Database, database_url
from headgate.stores.usage.sink import UsageSink
from headgate.stores.usage.tables import row_of

async def main():
    sink = UsageSink(Database(database_url(sys.argv[1])), row_of)
    await sink.start()
    for number in range(1500):
        sink.put(UsageRecord(id=str(number), time=number, duration=1))
    while sink.written < 1500:
        await asyncio.sleep(0.01)
    sink.put(UsageRecord(id="last", time=1, duration=1))
    print("written", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_kill_loses_at_most_one_interval(database: Database, url: str) -> None:
    command = [sys.executable, "-c", KILLED, url]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"written\n"
    process.kill()
    await process.wait()
    assert 1500 <= await rows_in(database) <= 1501


async def test_records_wait_for_a_database_that_is_down(server: str) -> None:
    name = f"records_{next(NAMES)}"
    uri = server.replace("/postgres?", f"/{name}?", 1)
    sink = UsageSink(Database(database_url(uri)), row_of, options=SinkOptions(interval=0.01))
    await sink.start()
    for number in range(1500):
        sink.put(record(number))
    await run(server, f"CREATE DATABASE {name}")
    await sink.close()
    assert (sink.written, sink.dropped) == (1500, 0)


async def test_a_broken_connection_is_replaced(server: str) -> None:
    name = f"records_{next(NAMES)}"
    await run(server, f"CREATE DATABASE {name}")
    uri = server.replace("/postgres?", f"/{name}?", 1)
    database = Database(database_url(uri))
    sink = UsageSink(database, row_of, options=SinkOptions(interval=0.01))
    await sink.start()
    reader = Database(database_url(uri))
    for number in range(3):
        sink.put(record(number))
        await reaches(reader, number + 1)
        await run(
            server,
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
    await sink.close()
    assert sink.dropped == 0
    await reader.close()


async def test_a_locked_file_is_waited_for(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'records.db'}"
    other = Database(database_url(uri))
    sink = UsageSink(Database(database_url(uri)), row_of, options=SinkOptions(interval=0.01))
    await sink.start()
    async with other.connected() as connection:
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
        sink.put(record(1))
        await asyncio.sleep(0.1)
        assert await rows_in(other) == 0
    await sink.close()
    assert await rows_in(other) == 1
    await other.close()
