from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from headgate.limits.operations import AddCalls, CounterId, QuotaRule
from headgate.limits.quota import QuotaUsage
from headgate.model.clock import SECOND, Micros
from headgate.stores.memory import MemoryCounterStore
from headgate.stores.quota_archive import ArchiveUnreadable, QuotaArchive, QuotaKeeper
from headgate.testing.virtual_clock import START, VirtualClock

HOUR = 3600 * SECOND
COUNTER: CounterId = ("tokens", "Hourly", "k\ud800")
RULE = QuotaRule("k", 100, "Hourly")


def test_what_was_written_is_read_again_by_the_next_process(tmp_path: Path) -> None:
    first = QuotaArchive(tmp_path / "quotas.db")
    first.save([QuotaUsage(COUNTER, START, 5)])
    first.save([QuotaUsage(COUNTER, START, 7)])
    # The first is not closed, as after a kill.
    second = QuotaArchive(tmp_path / "quotas.db")
    assert second.load(Micros(START + HOUR - 1)) == (QuotaUsage(COUNTER, START, 7),)
    assert second.load(Micros(START + HOUR)) == ()
    second.close()
    first.close()


def test_a_file_that_is_no_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "quotas.db"
    path.write_bytes(b"not a database, and long enough to be taken for one" * 100)
    with pytest.raises(ArchiveUnreadable, match=r"quotas\.db.*move the file away"):
        QuotaArchive(path)


def test_a_keeper_writes_what_changed_and_only_that(tmp_path: Path) -> None:
    archive = QuotaArchive(tmp_path / "quotas.db")
    store = MemoryCounterStore(VirtualClock(), archived=True)
    keeper = QuotaKeeper(store, archive)
    store.apply(AddCalls(RULE, 3))
    asyncio.run(keeper.write())
    assert archive.load(START) == (QuotaUsage(RULE.counter, START, 3),)
    assert store.changed_quotas() == ()
    heir = MemoryCounterStore(VirtualClock())
    heir.import_quotas(archive.load(START))
    assert heir.export_quotas() == store.export_quotas()
    archive.close()


def test_what_a_failing_disk_refused_is_written_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = QuotaArchive(tmp_path / "broken.db")
    broken.close()
    store = MemoryCounterStore(VirtualClock(), archived=True)
    store.apply(AddCalls(RULE, 3))
    keeper = QuotaKeeper(store, broken)
    asyncio.run(keeper.write())
    assert "tried again" in caplog.text
    keeper._archive = archive = QuotaArchive(tmp_path / "quotas.db")
    asyncio.run(keeper.write())
    assert archive.load(START) == (QuotaUsage(RULE.counter, START, 3),)
    archive.close()
