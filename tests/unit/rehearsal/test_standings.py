from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.limits.operations import CountCalls, QuotaRule, RateRule, Reserve
from headgate.model.clock import SECOND
from headgate.model.entities import Service
from headgate.rehearsal.script import CounterForm, Script
from headgate.rehearsal.standings import Standings
from headgate.rehearsal.world import World
from headgate.testing.snapshots import bare_snapshot


def world(*counters: dict[str, Any]) -> World:
    forms = [msgspec.convert(counter, CounterForm) for counter in counters]
    return World(Script(requests=[], counters=forms), Service(), snapshot=bare_snapshot())


def found(here: World) -> list[tuple[str, str, str]]:
    standings = Standings(here)
    here.store.apply(CountCalls(RateRule("a", 5, 10 * SECOND, "calls"), 3))
    here.store.apply(CountCalls(QuotaRule("a", 9, "Daily", "calls"), 1))
    here.store.apply(
        Reserve("r", (RateRule("b", 100),), prompt=10, hold=20, mode="bounded", lifetime=SECOND)
    )
    here.timeline.run()
    return [(".".join(map(str, one.path)), one.wanted, one.came) for one in standings.differences()]


@pytest.mark.parametrize(
    "counter",
    [
        {"key": "a", "per": 10, "used": 3, "remaining": 2, "limit": 5},
        {"key": "a", "per": "Daily", "used": 1},
        {"key": "b", "used": 10, "held": 20, "remaining": 70},
        {"key": "b", "kind": "tokens"},
    ],
)
def test_counter_as_expected_makes_no_difference(counter: dict[str, Any]) -> None:
    assert found(world(counter)) == []


@pytest.mark.parametrize(
    ("counter", "path", "wanted", "came"),
    [
        ({"key": "b", "used": 11}, "counters.0.used", "11", "10"),
        (
            {"key": "a"},
            "counters.0",
            "one counter of the key 'a'",
            "calls per 10, calls per Daily",
        ),
        ({"key": "c"}, "counters.0", "one counter of the key 'c'", "nothing"),
        ({"key": "a", "kind": "tokens"}, "counters.0", "one counter of the key 'a'", "nothing"),
    ],
)
def test_difference_names_the_counter(
    counter: dict[str, Any], path: str, *, wanted: str, came: str
) -> None:
    assert found(world(counter)) == [(path, wanted, came)]


def test_counter_is_looked_at_when_the_test_wants_to_know() -> None:
    counter = {"key": "a", "per": 10}
    here = world({**counter, "used": 3, "at": 9}, {**counter, "used": 0, "at": 11})
    assert found(here) == []


def test_money_is_told_in_units_of_the_currency() -> None:
    here = world({"key": "m", "used": "0.00006", "held": "0", "limit": "0.001"})
    standings = Standings(here)
    rule = RateRule("m", 1_000_000, 60 * SECOND, "cost")
    here.store.apply(CountCalls(rule, 60_000))
    assert list(standings.differences()) == []
