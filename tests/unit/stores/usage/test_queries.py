from __future__ import annotations

import pytest

from headgate.model.clock import Micros
from headgate.stores.usage.queries import DIMENSIONS, Dimension, Selection, column, shown


@pytest.mark.parametrize(("day", "text"), [(0, "1970-01-01"), (20_454, "2026-01-01")])
def test_days_are_shown_as_dates(day: int, text: str) -> None:
    assert shown("day", day) == text


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_has_a_column(dimension: Dimension) -> None:
    assert str(column(dimension))


def test_a_selection_has_one_condition_per_bound_and_dimension() -> None:
    assert Selection().conditions() == []
    chosen = Selection(since=Micros(1), until=Micros(2), match={"api": ["a"], "model": []})
    told = [str(condition) for condition in chosen.conditions()]
    assert len(told) == 3
    assert ">=" in told[0]
    assert "<" in told[1]
