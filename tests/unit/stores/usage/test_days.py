from __future__ import annotations

from headgate.stores.usage.days import ADD_SQLITE, MERGE_INCOMING
from headgate.stores.usage.queries import DIMENSIONS
from headgate.stores.usage.tables import COLUMNS, DAYS, KINDS, SUMMED


def test_all_that_totals_tell_apart_is_told_apart_in_a_day() -> None:
    asked = {"user_id" if name == "user" else name for name in DIMENSIONS} - {"day"}
    assert {*asked, "currency", "ending", "basis"} == set(KINDS)
    assert set(KINDS) <= set(COLUMNS)


def test_every_sum_grows() -> None:
    assert tuple(column.name for column in DAYS.columns) == ("day", *KINDS, *SUMMED)
    for statement in (ADD_SQLITE, MERGE_INCOMING):
        for name in SUMMED:
            assert f"{name} = usage_days.{name} + excluded.{name}" in statement
