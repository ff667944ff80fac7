"""Query expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("from x in new[] {3, 1, 2} where x > 1 orderby x select x * 2", "4,6"),
        ("from x in new[] {1, 2} from y in new[] {10, 20} select x + y", "11,21,12,22"),
        ("from x in new[] {1, 2} let y = x * x where y > 1 select x + y", "6"),
        ("from x in new[] {1, 2} join y in new[] {2, 3} on x equals y select x * y", "4"),
        (
            "from x in new[] {1, 2} join y in new[] {2, 2} on x equals y into g select g.Count()",
            "0,2",
        ),
        ("from x in new[] {1, 2, 3} group x by x % 2 into g select g.Key * 10 + g.Count()", "12,1"),
        ("from x in new[] {1, 2} orderby x % 2, x descending select x", "2,1"),
        ("from x in new[] {1} select x into y select y + 1", "2"),
    ],
)
def test_queries_are_method_calls(run: Run, query: str, text: str) -> None:
    assert run(f'@(string.Join(",", {query}))') == text
