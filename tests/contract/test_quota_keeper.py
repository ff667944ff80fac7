"""A process that keeps quotas is killed: the next one knows all but the last second."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from headgate.limits.operations import AddCalls, Level, QuotaRule, Read
from headgate.model.clock import SECOND, Micros
from headgate.stores.memory import MemoryCounterStore
from headgate.stores.quota_archive import QuotaArchive
from headgate.testing.virtual_clock import START, VirtualClock

RULE = QuotaRule("k", 10**9, "Yearly")

# Charges one every millisecond and tells each; the clock stands still, so that the year stays.
PROCESS = """
import asyncio, sys
from pathlib import Path
from headgate.limits.operations import AddCalls, QuotaRule
from headgate.stores.memory import MemoryCounterStore
from headgate.stores.quota_archive import QuotaArchive, QuotaKeeper
from headgate.testing.virtual_clock import VirtualClock

async def main():
    archive = QuotaArchive(Path(sys.argv[1]))
    clock = VirtualClock()
    store = MemoryCounterStore(clock, archived=True)
    store.import_quotas(archive.load(clock.now()))
    keeping = asyncio.create_task(QuotaKeeper(store, archive).run())
    while not keeping.done():
        store.apply(AddCalls(QuotaRule("k", 10**9, "Yearly"), 1))
        print(1, flush=True)
        await asyncio.sleep(0.001)
    keeping.result()

asyncio.run(main())
"""


def run_until_killed(path: Path, *, seconds: float) -> list[float]:
    """Run the process for a while and kill it; return when each of its charges was told."""
    told: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for _ in process.stdout:
            told.append(time.monotonic())
            if told[-1] - told[0] >= seconds:
                process.kill()
    assert process.returncode == -9
    return told


def used(path: Path) -> int:
    store = MemoryCounterStore(VirtualClock())
    archive = QuotaArchive(path)
    store.import_quotas(archive.load(Micros(START + SECOND)))
    archive.close()
    level = store.apply(Read(RULE.counter))
    assert isinstance(level, Level)
    return level.used


def test_a_killed_process_forgets_at_most_its_last_second(tmp_path: Path) -> None:
    path = tmp_path / "quotas.db"
    before = 0
    for seconds in (0.7, 1.3):
        told = run_until_killed(path, seconds=seconds)
        after = used(path)
        # What was told in the last second may be missing; nothing is there that was not charged.
        old = sum(1 for moment in told if moment <= told[-1] - 1)
        assert before + old <= after <= before + len(told) + 1
        before = after
    assert before > 0


def test_what_a_heir_adds_is_on_top_of_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "quotas.db"
    run_until_killed(path, seconds=1.2)
    kept = used(path)
    store = MemoryCounterStore(VirtualClock(), archived=True)
    archive = QuotaArchive(path)
    store.import_quotas(archive.load(START))
    store.apply(AddCalls(RULE, 5))
    archive.save(store.changed_quotas())
    archive.close()
    assert used(path) == kept + 5
