from __future__ import annotations

import pytest

from headgate.limits.operations import KEY_LENGTH_MAX, QuotaRule, RateRule, Refused
from headgate.model.clock import SECOND

MINUTE = 60 * SECOND


def test_a_counter_is_named_by_what_it_counts_over_which_extent_and_its_key() -> None:
    assert RateRule("k", 5).counter == ("tokens", MINUTE, "k")
    assert RateRule("k", 5, 300 * SECOND, "calls").counter == ("calls", 300 * SECOND, "k")
    assert QuotaRule("k", 5, "Monthly").counter == ("tokens", "Monthly", "k")


def test_the_limit_is_no_part_of_the_counter() -> None:
    assert RateRule("k", 5).counter == RateRule("k", 6).counter
    assert QuotaRule("k", 5, "Daily").counter == QuotaRule("k", 6, "Daily").counter


def test_a_long_key_is_known_by_its_digest() -> None:
    kept = "k" * KEY_LENGTH_MAX
    assert RateRule(kept, 5).counter[2] == kept
    long = RateRule(kept + "k", 5).counter[2]
    assert long.startswith("sha256:")
    assert len(long) == 71
    assert long == QuotaRule(kept + "k", 5, "Daily").counter[2]
    assert long != RateRule(kept + "l", 5).counter[2]
    assert RateRule("\ud800" * 300, 5).counter[2].startswith("sha256:")


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [(1, 1), (SECOND - 1, 1), (SECOND, 1), (SECOND + 1, 2), (61 * SECOND, 61), (None, None)],
)
def test_a_wait_is_told_in_whole_seconds_rounded_up(wait: int | None, seconds: int | None) -> None:
    refused = Refused(rule=0, wait=wait, remaining=(0,), needed=1, limit=1)
    assert refused.retry_after == seconds
