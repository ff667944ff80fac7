from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from headgate.cli.keeping import RECORDS, CannotKeep, Keeping, KeepingOptions, state_folder
from headgate.exchange.call import Call, Ending
from headgate.limits.operations import CountCalls, Level, QuotaRule, Read
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.playbook import make_context, make_response
from headgate.testing.virtual_clock import VirtualClock

RULE = QuotaRule("k", 10, "Yearly", kind="calls")


def finished() -> Call:
    context = make_context()
    context.response = make_response()
    call = Call(context, None)  # type: ignore[arg-type]  # a record reads no snapshot
    call.ending = Ending.COMPLETE
    return call


def run(place: Path, *calls: Call, store: MemoryCounterStore, **options: Any) -> Keeping:
    """Keep what a run of the gateway leaves."""
    keeping = Keeping(KeepingOptions(state=place, **options), store)

    async def scenario() -> None:
        await keeping.start(VirtualClock().now())
        store.apply(CountCalls(RULE))
        for call in calls:
            keeping.record(call)
        await keeping.stop()

    asyncio.run(scenario())
    return keeping


def counters() -> MemoryCounterStore:
    return MemoryCounterStore(VirtualClock(), archived=True)


def test_quotas_go_on_where_the_last_run_ended(tmp_path: Path) -> None:
    run(tmp_path / "state", store=counters(), records=False)
    second = counters()
    run(tmp_path / "state", store=second, records=False)
    assert second.apply(Read(RULE.counter)) == Level(2, 0)


def test_usage_records_are_in_the_database_after_the_end(tmp_path: Path) -> None:
    call = finished()
    assert run(tmp_path, call, store=counters()).dropped == 0
    connection = sqlite3.connect(tmp_path / RECORDS)
    rows = connection.execute("SELECT id FROM usage_records").fetchall()
    connection.close()
    assert rows == [(call.context.request_id,)]


def test_a_database_may_be_somewhere_else_and_records_may_be_off(tmp_path: Path) -> None:
    run(tmp_path / "a", finished(), store=counters(), database=str(tmp_path / "other.db"))
    run(tmp_path / "b", finished(), store=counters(), records=False)
    assert (tmp_path / "other.db").exists()
    assert not (tmp_path / "a" / RECORDS).exists()
    assert not (tmp_path / "b" / RECORDS).exists()


def test_state_keeps_itself_out_of_git(tmp_path: Path) -> None:
    run(state_folder(tmp_path), store=counters(), records=False)
    assert (tmp_path / ".headgate" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize(
    ("database", "hint"),
    [(None, "--state"), ("mysql://host/db", "sqlite:///FILE")],
)
def test_what_cannot_be_kept_is_said_with_a_hint(
    tmp_path: Path, database: str | None, hint: str
) -> None:
    place = tmp_path / "state"
    if database is None:
        place.write_text("a file")
    with pytest.raises(CannotKeep, match=hint):
        run(place, store=counters(), database=database)
