"""System.Linq.Enumerable: lazy, chained, bounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(string.Join(",", new[] {1, 2, 3}.Where(x => x > 1).Select(x => x * 2)))', "4,6"),
        ('@(string.Join(",", new[] {"a", "b"}.Select((x, i) => x + i)))', "a0,b1"),
        ('@(string.Join(",", new[] {3, 1, 2}.OrderBy(x => x).Skip(1).Take(1)))', "2"),
        (
            '@(string.Join(",", new[] {"bb", "a"}.OrderByDescending(x => '
            "x.Length).ThenBy(x => x)))",
            "bb,a",
        ),
        ('@(string.Join(",", new[] {1, 1, 2}.Distinct().Concat(new[] {9}).Reverse()))', "9,2,1"),
        ('@(string.Join(",", new[] {1, 2}.SelectMany(x => new[] {x, x})))', "1,1,2,2"),
        ('@(string.Join(",", new[] {1, 2}.Zip(new[] {3, 4}, (a, b) => a * b)))', "3,8"),
        ('@(string.Join(",", new[] {1, 2, 3}.SkipWhile(x => x < 2).TakeWhile(x => x < 3)))', "2"),
        (
            '@(string.Join(",", new[] {1, 2}.Union(new[] {2, 3}).Except(new[] '
            "{1}).Intersect(new[] {3})))",
            "3",
        ),
        ('@(string.Join(",", new[] {1}.Append(2).Prepend(0)))', "0,1,2"),
    ],
)
def test_lazy_operators(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new[] {1, 2}.Sum() + new[] {1, 2}.Max() + new[] {1, 2}.Min())", 6),
        ("@(new[] {1, 2}.Average())", 1.5),
        ("@(new int[0].Average())", "System.InvalidOperationException"),
        ("@(new int[0].First())", "System.InvalidOperationException"),
        ("@(new int[0].FirstOrDefault())", 0),
        ("@(new[] {1, 2}.Single())", "System.InvalidOperationException"),
        ("@(new[] {1, 2}.ElementAt(2))", "System.ArgumentOutOfRangeException"),
        ("@(new[] {1, 2}.Aggregate((a, b) => a + b))", 3),
        ("@(new[] {1, 2}.SequenceEqual(new[] {1, 2}))", True),
        ('@(new[] {"a"}.Contains("A", StringComparer.OrdinalIgnoreCase))', True),
        ("@(new[] {1}.All(x => x > 0) && new[] {1}.Any() && new[] {1}.Count() == 1)", True),
        ("@(new[] {int.MaxValue, 1}.Sum())", "System.OverflowException"),
        ("@{ string[] a = null; return a.Any(); }", "System.ArgumentNullException"),
    ],
)
def test_eager_operators(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(new[] {"a", "b", "a"}.GroupBy(x => x).Select(g => g.Key + g.Count()).Last())', "b1"),
        ('@(new[] {"a", "bb"}.ToDictionary(x => x, x => x.Length)["bb"])', 2),
        ('@(new[] {"a", "a"}.ToDictionary(x => x))', "System.ArgumentException"),
        ('@(new[] {"a", "bb"}.ToLookup(x => x.Length)[2].First())', "bb"),
        ("@(new[] {1, 2}.Join(new[] {2, 3}, a => a, b => b, (a, b) => a * b).Single())", 4),
        (
            "@(new[] {1}.GroupJoin(new[] {1, 1}, a => a, b => b, (a, bs) => bs.Count()).First())",
            2,
        ),
        (
            "@(new[] {1, 1}.ToHashSet().Count + new[] {1}.ToList().Count + new[] "
            "{1}.ToArray().Length)",
            3,
        ),
    ],
)
def test_groups_and_tables(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(Enumerable.Range(1, 3).Sum())", 6),
        ("@(Enumerable.Range(0, 2000000000).Count())", "System.ArgumentOutOfRangeException"),
        ('@(Enumerable.Repeat("x", 2).Count())', 2),
        ("@(Enumerable.Empty<int>().DefaultIfEmpty(7).First())", 7),
        ('@(new object[] {1, "a"}.OfType<string>().Single())', "a"),
        ('@(new object[] {1, "a"}.Cast<int>().Last())', "System.InvalidCastException"),
    ],
)
def test_sources_and_casts(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "@(Enumerable.Range(0, 1000000).SelectMany(x => Enumerable.Range(0, 1000000)).Count())",
            "Headgate.BudgetExceededException",
        ),
    ],
)
def test_endless_work_ends_with_the_budget(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
