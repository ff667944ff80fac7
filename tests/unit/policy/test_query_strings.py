from __future__ import annotations

import pytest

from headgate.policy.query_strings import has, parameters, with_added, with_set, without


def test_names_are_decoded_and_in_lower_case() -> None:
    assert parameters("?A%20b=1&c+d&=x&&e=") == [
        ("a b", "A%20b=1"),
        ("c d", "c+d"),
        ("", "=x"),
        ("e", "e="),
    ]


@pytest.mark.parametrize("query_string", ["", "?"])
def test_nothing_has_no_parameters(query_string: str) -> None:
    assert parameters(query_string) == []


@pytest.mark.parametrize(("name", "expected"), [("b", True), ("B", True), ("c", False)])
def test_presence_is_told_without_case(name: str, expected: bool) -> None:
    assert has("?a=1&b", name) is expected


def test_what_is_kept_stays_as_it_was_written() -> None:
    assert without("?a=%7e&B=1&c=x+y&b=2", ("b",)) == "?a=%7e&c=x+y"


def test_last_parameter_takes_the_question_mark_with_it() -> None:
    assert without("?a=1", ("A",)) == ""


def test_values_are_encoded() -> None:
    assert (
        with_added("?a=1", "$top n", values=["x y&z", "ü"])
        == "?a=1&$top%20n=x%20y%26z&$top%20n=%C3%BC"
    )
    assert with_added("", "a\ud800", values=["\udfff"]) == "?a%EF%BF%BD=%EF%BF%BD"


def test_set_replaces_all_of_a_name() -> None:
    assert with_set("?a=1&b=2&A=3", "a", values=["4"]) == "?b=2&a=4"


def test_set_to_nothing_drops_the_name() -> None:
    assert with_set("?a=1", "a", values=[]) == ""
