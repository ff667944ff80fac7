"""Regular expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(Regex.IsMatch("abc1", @"\\d"))', True),
        ('@(Regex.IsMatch("ABC", "abc", RegexOptions.IgnoreCase))', True),
        ('@(Regex.Match("key=val", @"(?<k>\\w+)=(\\w+)").Groups["k"].Value)', "key"),
        ('@(Regex.Match("key=val", @"(?<k>\\w+)=(\\w+)").Groups[1].Value)', "val"),
        ('@(Regex.Match("a", "b").Success)', False),
        ('@(Regex.Matches("a1b22", @"\\d+").Count)', 2),
        ('@(Regex.Matches("a", "b")[0])', "System.ArgumentOutOfRangeException"),
        ('@(Regex.Match("aXbX", "X").NextMatch().Index)', 3),
        ('@(Regex.IsMatch("x", "("))', "System.ArgumentException"),
        ('@(Regex.IsMatch(null, "x"))', "System.ArgumentNullException"),
        ('@(Regex.Match("abcd", "(?:(.))+").Groups[1].Captures[1].Value)', "b"),
        ("@(Match.Empty.Success)", False),
    ],
)
def test_matching(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(Regex.Replace("john smith", @"(\\w+) (\\w+)", "$2 $1"))', "smith john"),
        ('@(Regex.Replace("a1", @"\\d", m => m.Value + m.Value))', "a11"),
        ('@(new Regex("b").Replace("bbb", "x", 2))', "xxb"),
        ('@(string.Join("|", Regex.Split("a1b", @"(\\d)")))', "a|1|b"),
        ('@(Regex.Escape("a.b"))', "a\\.b"),
        ('@(Regex.Unescape(@"a\\.b"))', "a.b"),
        ('@(Regex.Match("ab", "(a)(b)").Result("$2$1"))', "ba"),
    ],
)
def test_replacing_and_splitting(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@(Regex.IsMatch("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|aa|aaa|a?)+$"))',
            "System.Text.RegularExpressions.RegexMatchTimeoutException",
        ),
        ('@(Regex.IsMatch("x", "(x{2000}){99999}"))', "System.ArgumentException"),
        ('@(Regex.IsMatch("x", "(?<-d>x)"))', "System.NotSupportedException"),
    ],
)
def test_hostile_patterns_are_cut_off(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
