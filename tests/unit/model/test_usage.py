from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import Basis, TokenUsage

COUNTS = [
    field for field in TokenUsage.__struct_fields__ if field.endswith(("_tokens", "_seconds"))
]


def test_details_are_part_of_the_totals_and_not_added_again() -> None:
    usage = TokenUsage(input_tokens=9, output_tokens=4, cached_tokens=5, reasoning_tokens=3)
    assert usage.total_tokens == 13


def test_usage_is_reported_unless_it_was_estimated() -> None:
    assert TokenUsage().reported
    assert TokenUsage().total_tokens == 0


@pytest.mark.parametrize(
    ("reported", "readable", "basis"),
    [
        (True, True, "reported"),
        (True, False, "reported"),
        (False, True, "estimated"),
        (False, False, "unreadable"),
    ],
)
def test_the_basis_says_why_nothing_was_reported(
    reported: bool, readable: bool, basis: Basis
) -> None:
    assert TokenUsage(reported=reported, readable=readable).basis == basis


def test_a_sum_adds_every_count() -> None:
    one = msgspec.convert({name: 2**at for at, name in enumerate(COUNTS)}, TokenUsage)
    two = msgspec.convert({name: 3 * 2**at for at, name in enumerate(COUNTS)}, TokenUsage)
    assert {name: getattr(one.plus(two), name) for name in COUNTS} == {
        name: 4 * 2**at for at, name in enumerate(COUNTS)
    }
    assert one.plus(two) == two.plus(one)


def test_a_sum_has_the_last_model_that_was_named() -> None:
    assert TokenUsage(model="a").plus(TokenUsage(model="b")).model == "b"
    assert TokenUsage(model="a").plus(TokenUsage()).model == "a"


def test_a_sum_is_reported_if_all_of_it_was() -> None:
    told, guessed = TokenUsage(), TokenUsage(reported=False)
    assert told.plus(told).basis == "reported"
    assert told.plus(guessed).basis == guessed.plus(told).basis == "estimated"
    odd = TokenUsage(reported=False, readable=False)
    assert guessed.plus(odd).basis == odd.plus(told).basis == "unreadable"


def test_a_report_is_filled_by_an_earlier_one_where_it_is_silent() -> None:
    first = TokenUsage(input_tokens=50, cached_tokens=40, output_tokens=1, model="m")
    last = TokenUsage(input_tokens=10, output_tokens=9, reasoning_tokens=3)
    assert last.filled_from(first) == TokenUsage(
        input_tokens=50, cached_tokens=40, output_tokens=9, reasoning_tokens=3, model="m"
    )


def test_a_whole_report_keeps_its_counts() -> None:
    first = TokenUsage(input_tokens=50, cached_tokens=40, output_tokens=1, model="m")
    last = TokenUsage(input_tokens=60, output_tokens=9, model="n")
    assert last.filled_from(first) == last
