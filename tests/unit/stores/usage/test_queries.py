from __future__ import annotations

import pytest
from sqlalchemy import Table

from headgate.model.clock import Micros
from headgate.stores.usage.queries import DIMENSIONS, Dimension, Selection, column, query, shown
from headgate.stores.usage.tables import DAY, DAYS, RECORDS


@pytest.mark.parametrize(("day", "text"), [(0, "1970-01-01"), (20_454, "2026-01-01")])
def test_days_are_shown_as_dates(day: int, text: str) -> None:
    assert shown("day", day) == text


@pytest.mark.parametrize("table", [RECORDS, DAYS])
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_has_a_column_in_both_tables(table: Table, dimension: Dimension) -> None:
    assert str(column(table, dimension))


@pytest.mark.parametrize(
    ("since", "until", "stretches"),
    [
        (None, None, [("usage_days", None, None)]),
        (DAY, 3 * DAY, [("usage_days", DAY, 3 * DAY)]),
        (
            DAY - 1,
            None,
            [("usage_days", DAY, None), ("usage_records", DAY - 1, DAY)],
        ),
        (None, DAY + 1, [("usage_days", None, DAY), ("usage_records", DAY, DAY + 1)]),
        (1, DAY - 1, [("usage_records", 1, DAY - 1)]),
        (1, DAY + 1, [("usage_records", 1, DAY + 1)]),
        (1, 2 * DAY, [("usage_days", DAY, 2 * DAY), ("usage_records", 1, DAY)]),
    ],
)
def test_whole_days_are_read_from_their_sums(
    since: int | None, until: int | None, stretches: list[object]
) -> None:
    chosen = Selection(
        since=None if since is None else Micros(since),
        until=None if until is None else Micros(until),
    )
    assert [(table.name, *rest) for table, *rest in chosen.stretches()] == stretches


def test_only_what_is_named_is_matched() -> None:
    told = str(query(DAYS, ["day"], match={"api": ["a"], "model": []}))
    assert "usage_days.api IN" in told
    assert "usage_days.model IN" not in told
