"""StringComparison."""

from __future__ import annotations

from headgate.csharp.runtime.comparison import ORDINAL, Comparison, folded, order


def test_odd_comparisons_ignore_case() -> None:
    assert folded("aB", Comparison(5)) == "AB"
    assert folded("aB", ORDINAL) == "aB"


def test_ordinal_order_is_by_code_unit_and_culture_order_by_letter() -> None:
    assert order("a", "B", ORDINAL) == 1
    assert order("a", "B", 2) == -1
    assert order("a", "A", 3) == 0
    assert order("\uffff", "\U00010000", ORDINAL) == 1
