"""System.String: positions, splitting, searching, comparing, making."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@("abc".Substring(3))', ""),
        ('@("abc".Substring(4))', "System.ArgumentOutOfRangeException"),
        ('@("abc".Substring(1, 2))', "bc"),
        ('@("abc".Substring(1, 3))', "System.ArgumentOutOfRangeException"),
        ('@("abc".Remove(1, 1))', "ac"),
        ('@("abc".Insert(3, "d"))', "abcd"),
        ('@("abc".Insert(4, "d"))', "System.ArgumentOutOfRangeException"),
        ('@("abc"[2])', "c"),
        ('@("abc"[3])', "System.IndexOutOfRangeException"),
    ],
)
def test_parts_check_their_positions(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@("😀b".Length)', 3),
        ('@("😀b".IndexOf("b"))', 2),
        ('@("😀b".Substring(2))', "b"),
        ('@("😀b".Remove(2))', "😀"),
    ],
)
def test_positions_count_utf16_units(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(string.Join("|", "a,,b".Split(\',\')))', "a||b"),
        (
            '@(string.Join("|", "a,,b".Split(new[] {\',\'}, '
            "StringSplitOptions.RemoveEmptyEntries)))",
            "a|b",
        ),
        (
            '@(string.Join("|", "a--b-c".Split(new[] {"--", "-"}, StringSplitOptions.None)))',
            "a|b|c",
        ),
        ('@(string.Join("|", "a b\\tc".Split()))', "a|b|c"),
        ('@(string.Join("|", "a,b,c".Split(new[] {\',\'}, 2)))', "a|b,c"),
        ("@(\"abc\".Split(new[] {','}, 0).Length)", 0),
        ("@(\"a\".Split(new[] {','}, -1))", "System.ArgumentOutOfRangeException"),
    ],
)
def test_splitting(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(\"hello\".IndexOf('l', 3))", 3),
        ('@("hello".LastIndexOf("l"))', 3),
        ("@(\"hello\".IndexOfAny(new[] {'x', 'l'}))", 2),
        ('@("Hello".IndexOf("h", StringComparison.OrdinalIgnoreCase))', 0),
        ('@("hello".Contains("ell"))', True),
        ('@("hello".Contains("ELL", StringComparison.OrdinalIgnoreCase))', True),
        ('@("hello".StartsWith(null))', "System.ArgumentNullException"),
        ('@("hello".EndsWith("LO", StringComparison.OrdinalIgnoreCase))', True),
    ],
)
def test_searching(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@("a".Equals("A", StringComparison.OrdinalIgnoreCase))', True),
        ('@(string.Compare("a", "B"))', -1),
        ('@(string.Compare("a", "B", StringComparison.Ordinal))', 1),
        ('@(string.CompareOrdinal("a", "a"))', 0),
        ('@("a".CompareTo("b"))', -1),
        ("@(string.Equals(null, null))", True),
    ],
)
def test_comparing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@("abc".Replace("b", "xx"))', "axxc"),
        ('@("abc".Replace("", "x"))', "System.ArgumentException"),
        ('@(" a ".Trim())', "a"),
        ("@(\"--a-\".Trim('-'))", "a"),
        ("@(\"/a/\".TrimEnd('/'))", "/a"),
        ("@(\"/a/\".TrimStart('/'))", "a/"),
        ("@(\"5\".PadLeft(3, '0'))", "005"),
        ('@("5".PadRight(3) + "|")', "5  |"),
        ('@("ß".ToUpper())', "ß"),
        ('@("aB".ToLowerInvariant())', "ab"),
    ],
)
def test_changing(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new string('x', 3))", "xxx"),
        ("@(new string(new[] {'a', 'b'}))", "ab"),
        ('@(string.Join(",", 1, null, true))', "1,,True"),
        ('@(string.Concat("a", 1, null))', "a1"),
        ('@(string.Format("{0:D3}|{1,4}|{{}}", 7, "x"))', "007|   x|{}"),
        ('@(string.Format("{1}", 0))', "System.FormatException"),
        ('@(string.IsNullOrEmpty("") && string.IsNullOrWhiteSpace(" "))', True),
        ('@(string.Join("", "ab".ToCharArray()))', "ab"),
    ],
)
def test_making(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(new string('x', 2000000000))", "System.OutOfMemoryException"),
        ('@("x".PadLeft(2000000000))', "System.OutOfMemoryException"),
        ('@("x".PadLeft(-1))', "System.ArgumentOutOfRangeException"),
        (
            "@{ var s = new string('x', 1000000); return s.Replace(\"x\", s); }",
            "System.OutOfMemoryException",
        ),
    ],
)
def test_sizes_are_bounded_before_memory_is_taken(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
