"""Regular expressions of .NET."""

from __future__ import annotations

import pytest

from headgate.csharp.budget import BUDGET
from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import regexes


def test_the_dialect_is_translated() -> None:
    assert regexes.translated(r"a\z", 0) == r"a\Z"
    assert regexes.translated(r"(?<x>a)\k<x>", 0) == "(?<x>a)(?P=x)"
    assert regexes.translated("(a)(?<x>b)", regexes.EXPLICIT) == "(?:a)(?<x>b)"
    assert regexes.translated("[(](a)", regexes.EXPLICIT) == "[(](?:a)"


def test_named_groups_come_last() -> None:
    match = regexes.search(regexes.pattern(r"(?<k>\w)(\d)"), "a1")
    assert [group.text for group in match.groups()] == ["a1", "1", "a"]
    assert match.group("k").text == "a"
    assert not match.group("nope").success


def test_a_slow_match_is_cut_off_and_costs_budget() -> None:
    before = BUDGET.left
    with pytest.raises(DotNetError, match="RegexMatchTimeout"):
        regexes.search(regexes.pattern("^(a|aa|aaa|a?)+$"), "a" * 60 + "!")
    assert before - BUDGET.left > regexes.SLOW


@pytest.mark.parametrize("source", ["(", "[", "a{9999}", "x" * 5000])
def test_bad_and_huge_patterns_are_refused(source: str) -> None:
    with pytest.raises(DotNetError, match="Argument"):
        regexes.pattern(source)


def test_substitutions() -> None:
    match = regexes.search(regexes.pattern("(b)(?<n>c)"), "abcd")
    assert regexes.expanded(match, "$1${n}$$$&$`$'$9$+$_") == "bc$bcad$9cabcd"
