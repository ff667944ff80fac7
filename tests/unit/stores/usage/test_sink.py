from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from headgate.model.clock import Micros
from headgate.model.record import UsageRecord
from headgate.stores.usage.database import Database, database_url
from headgate.stores.usage.errors import DatabaseUnavailable, RowsRefused, UsageStoreError
from headgate.stores.usage.sink import SinkOptions, UsageSink
from headgate.stores.usage.tables import Row, row_of


class Moody(Database):
    """A database that is down as often as it is told to, and refuses some rows."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(database_url(tmp_path / "a.db"))
        self.outages = 0
        self.poisonous: set[str] = set()
        self.ids: list[object] = []
        self.sizes: list[int] = []

    async def prepare(self) -> None:
        self._fail()

    async def insert(self, rows: Sequence[Row]) -> None:
        self._fail()
        ids = [row[0] for row in rows]
        if self.poisonous.intersection(map(str, ids)):
            raise RowsRefused("no")
        self.ids += ids
        self.sizes.append(len(ids))

    def _fail(self) -> None:
        if self.outages:
            self.outages -= 1
            raise DatabaseUnavailable("it is down", hint="wait")


@pytest.fixture
def database(tmp_path: Path) -> Moody:
    return Moody(tmp_path)


def put(sink: UsageSink[UsageRecord], count: int) -> None:
    for number in range(count):
        sink.put(UsageRecord(id=str(number), time=Micros(1), duration=1))


def run(sink: UsageSink[UsageRecord], count: int) -> None:
    async def session() -> None:
        await sink.start()
        put(sink, count)
        await sink.close()

    asyncio.run(session())


def test_what_waits_is_written_in_batches_when_the_sink_closes(database: Moody) -> None:
    sink = UsageSink(database, row_of, options=SinkOptions(batch=10))
    put(sink, 25)
    assert sink.waiting == 25
    run(sink, 0)
    assert database.sizes == [10, 10, 5]
    assert (sink.written, sink.dropped, sink.waiting) == (25, 0, 0)


@pytest.mark.parametrize(("count", "dropped"), [(10, 0), (11, 1)])
def test_a_full_queue_counts_and_logs_what_it_drops(
    database: Moody, count: int, dropped: int, caplog: pytest.LogCaptureFixture
) -> None:
    sink = UsageSink(database, row_of, options=SinkOptions(capacity=10))
    put(sink, count)
    assert (sink.waiting, sink.dropped) == (10, dropped)
    run(sink, 0)
    assert [r.levelno for r in caplog.records] == [logging.ERROR] * dropped
    assert len(database.ids) == 10


@pytest.mark.parametrize("outages", [1, 2])
def test_an_outage_loses_nothing_and_is_logged(
    database: Moody, outages: int, caplog: pytest.LogCaptureFixture
) -> None:
    database.outages = outages
    run(UsageSink(database, row_of), 5)
    assert database.ids == ["0", "1", "2", "3", "4"]
    assert len(caplog.records) == outages
    assert "it is down" in caplog.text


def test_closing_gives_up_in_the_end_and_says_what_is_lost(
    database: Moody, caplog: pytest.LogCaptureFixture
) -> None:
    database.outages = 1_000_000
    sink = UsageSink(database, row_of, options=SinkOptions(grace=0.0, batch=2))
    run(sink, 5)
    assert (sink.dropped, sink.waiting, database.ids) == (5, 0, [])
    assert "5 usage records were dropped" in caplog.text


def test_a_row_that_is_refused_takes_no_other_with_it(
    database: Moody, caplog: pytest.LogCaptureFixture
) -> None:
    database.poisonous = {"3"}
    sink = UsageSink(database, row_of)
    run(sink, 7)
    assert sorted(map(str, database.ids)) == ["0", "1", "2", "4", "5", "6"]
    assert (sink.written, sink.dropped) == (6, 1)
    assert "usage record 3 is refused" in caplog.text


def test_a_database_that_cannot_be_used_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    sink = UsageSink(Database(database_url(tmp_path / "a" / "b.db")), row_of)
    with pytest.raises(UsageStoreError, match="cannot make"):
        run(sink, 0)


def test_a_sink_that_never_started_closes(database: Moody) -> None:
    asyncio.run(UsageSink(database, row_of).close())
    assert database.ids == []
