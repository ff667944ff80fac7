from __future__ import annotations

import pytest

from headgate.limits.listing import Selection, counter_at, cursor, extent_named, page
from headgate.limits.operations import CounterId
from headgate.model.clock import SECOND

MINUTE = 60 * SECOND
A: CounterId = ("tokens", MINUTE, "a")
A_LONG: CounterId = ("tokens", 300 * SECOND, "a")
A_DAILY: CounterId = ("tokens", "Daily", "a")
A_CALLS: CounterId = ("calls", MINUTE, "a")
AB: CounterId = ("cost", "Monthly", "ab/c")
B: CounterId = ("tokens", MINUTE, "b")
ALL = (B, A_DAILY, A_LONG, AB, A, A_CALLS)
IN_ORDER = (A_CALLS, A, A_LONG, A_DAILY, AB, B)


def test_counters_are_in_the_order_of_their_keys() -> None:
    assert page(ALL, Selection()) == (IN_ORDER, None)


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (Selection(prefix="a"), IN_ORDER[:5]),
        (Selection(prefix="ab"), (AB,)),
        (Selection(prefix="c"), ()),
        (Selection(key="a"), IN_ORDER[:4]),
        (Selection(kind="tokens"), (A, A_LONG, A_DAILY, B)),
        (Selection(extent=MINUTE), (A_CALLS, A, B)),
        (Selection(extent="Monthly"), (AB,)),
        (Selection(kind="tokens", key="a", extent="Daily"), (A_DAILY,)),
    ],
)
def test_a_selection_names_kind_extent_key_or_its_beginning(
    selection: Selection, chosen: tuple[CounterId, ...]
) -> None:
    assert page(ALL, selection) == (chosen, None)


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_follow_each_other_without_gap(limit: int) -> None:
    seen: list[CounterId] = []
    after: CounterId | None = None
    for _ in range(len(ALL)):
        chosen, after = page(ALL, Selection(limit=limit, after=after))
        assert len(chosen) <= limit
        seen += chosen
        if after is None:
            break
    assert tuple(seen) == IN_ORDER


def test_a_page_that_ends_with_the_last_counter_has_no_next() -> None:
    assert page(ALL, Selection(limit=6))[1] is None
    assert page(ALL, Selection(limit=5))[1] == AB


@pytest.mark.parametrize("counter", [*ALL, ("tokens", MINUTE, "ü/\ud800 ")])
def test_a_cursor_leads_back_to_its_counter(counter: CounterId) -> None:
    assert counter_at(cursor(counter)) == counter


@pytest.mark.parametrize(
    "text", ["x", "", "YQ==", "eC9EYWlseS9h", "dG9rZW5zL0ZvbyAvYQ==", "/w==", "ü"]
)
def test_anything_else_is_no_cursor(text: str) -> None:
    with pytest.raises(ValueError):
        counter_at(text)


def test_an_extent_is_seconds_or_a_period() -> None:
    assert extent_named("60") == MINUTE
    assert extent_named("daily") == "Daily"
    for wrong in ("0", "-1", "1.5", "Fortnightly", "", "٣", "9999999999"):
        with pytest.raises(ValueError, match="neither whole seconds"):
            extent_named(wrong)
