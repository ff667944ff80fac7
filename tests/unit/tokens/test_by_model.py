from __future__ import annotations

import pytest

from headgate.tokens.by_model import ByModel

TABLE = ByModel([("gpt-4o*", 1), ("*", 2), ("gpt-4o-mini*", 3), ("gpt-4o-mini-2024", 4)])


@pytest.mark.parametrize(
    ("model", "known"),
    [("gpt-4o", 1), ("gpt-4o-mini", 3), ("gpt-4o-mini-2024", 4), ("claude", 2), ("", 2)],
)
def test_the_nearest_name_decides_the_second_time_too(model: str, known: int) -> None:
    assert [TABLE.find(model), TABLE.find(model)] == [known, known]


def test_of_equal_patterns_the_earlier_decides() -> None:
    assert ByModel([("a*", 1), ("*a", 2)]).find("aa") == 1


def test_what_nobody_named_is_not_known() -> None:
    assert ByModel([("a", 1), ("b[0-9]", 2)]).find("b") is None


def test_a_value_that_counts_as_false_is_known() -> None:
    assert ByModel([("a", 0), ("*", 1)]).find("a") == 0


def test_names_without_end_are_not_remembered() -> None:
    table = ByModel([("m1*", 1)])
    for at in range(5000):
        table.find(f"m{at}")
    assert len(table._found) <= 4096
    assert table.find("m1" + 1000 * "x") == 1, "a long name is found, and not remembered"
    assert max(map(len, table._found)) <= 200
    assert table.find("m1") == 1
