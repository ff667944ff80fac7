"""System.Array and T[]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new[] {1, 2}.Length)", 2),
        ("@(new[] {1, 2}[2])", "System.IndexOutOfRangeException"),
        ("@{ var a = new int[2]; a[1] = 5; return a[0] + a[1]; }", 5),
        ("@{ var n = -1; return new int[n]; }", "System.OverflowException"),
        ("@{ var n = 2000000000; return new int[n]; }", "System.OutOfMemoryException"),
        ("@{ var b = new byte[] {1, 255}; b[0]++; return b[0] + b[1]; }", 257),
        ("@(new[] {1}.Clone() is int[])", True),
    ],
)
def test_elements_and_length(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(Array.IndexOf(new[] {"a", "b"}, "b"))', 1),
        ("@(Array.Exists(new[] {1, 2}, x => x == 2))", True),
        ("@(Array.TrueForAll(new[] {1, 2}, x => x > 1))", False),
        ("@(Array.Find(new[] {1, 2}, x => x > 5))", 0),
        ("@(Array.FindLast(new[] {1, 2}, x => x > 0))", 2),
        ("@(Array.FindIndex(new[] {1, 2}, x => x > 5))", -1),
        ("@(Array.FindAll(new[] {1, 2}, x => x > 1).Length)", 1),
        ('@(Array.ConvertAll(new[] {"1"}, int.Parse)[0])', 1),
        ("@{ var a = new[] {2, 1}; Array.Sort(a); Array.Reverse(a); return a[0]; }", 2),
        ("@{ var a = new[] {1}; Array.Resize(ref a, 2); return a.Length + a[1]; }", 2),
        ("@{ var t = new byte[3]; Array.Copy(new byte[] {7, 8}, 0, t, 1, 2); return t[2]; }", 8),
        ("@{ Array.Copy(new[] {1}, new[] {1}, 2); return 0; }", "System.ArgumentException"),
    ],
)
def test_static_methods(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
