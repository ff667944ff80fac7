from __future__ import annotations

import gc

from headgate.model.clock import Micros
from headgate.model.record import UsageRecord
from headgate.model.usage import TokenUsage


def test_the_basis_is_that_of_the_usage_and_empty_without_one() -> None:
    bare = UsageRecord(id="a", time=Micros(1), duration=2)
    guessed = UsageRecord(id="a", time=Micros(1), duration=2, usage=TokenUsage(reported=False))
    assert (bare.basis, guessed.basis) == ("", "estimated")


def test_the_collector_does_not_follow_records() -> None:
    assert not gc.is_tracked(UsageRecord(id="a", time=Micros(1), duration=2))
