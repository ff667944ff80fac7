from __future__ import annotations

from headgate.model.usage import TokenUsage


def test_details_are_part_of_the_totals_and_not_added_again() -> None:
    usage = TokenUsage(input_tokens=9, output_tokens=4, cached_tokens=5, reasoning_tokens=3)
    assert usage.total_tokens == 13


def test_usage_is_reported_unless_it_was_estimated() -> None:
    assert TokenUsage().reported
    assert TokenUsage().total_tokens == 0
