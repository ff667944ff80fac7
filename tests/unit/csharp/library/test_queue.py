"""Queue<T> and Stack<T>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "@{ var q = new Queue<int>(new[] {1}); q.Enqueue(2); return q.Dequeue() "
            "* 10 + q.Peek(); }",
            12,
        ),
        ("@(new Queue<int>().Dequeue())", "System.InvalidOperationException"),
    ],
)
def test_queue_is_first_in_first_out(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "@{ var s = new Stack<int>(); s.Push(1); s.Push(2); return s.Pop() * 10 + s.Peek(); }",
            21,
        ),
        ("@(new Stack<int>().Pop())", "System.InvalidOperationException"),
        ("@{ var s = new Stack<int>(new[] {1}); s.Clear(); return s.Count; }", 0),
    ],
)
def test_stack_is_last_in_first_out(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
