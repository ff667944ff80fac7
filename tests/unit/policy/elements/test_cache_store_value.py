from __future__ import annotations

import pytest

from headgate.policy.effects import CacheStore
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context


def stored(attributes: str, expected: CacheStore) -> None:
    context = make_context(variables={"n": 5})
    step = compile_element(f'<cache-store-value key="@("k" + 1)" {attributes} />')
    Playbook(step, context).expect(expected, None).run()


def test_literal_is_stored_as_text() -> None:
    stored('value=" 5 " duration="60"', CacheStore("value:k1", " 5 ", duration=60_000_000))


def test_result_of_an_expression_keeps_its_type() -> None:
    expected = CacheStore("value:k1", 5, duration=1_500_000)
    stored('value="@((int)context.Variables["n"])" duration="@(1.5)"', expected)


def test_null_is_stored() -> None:
    stored('value="@(null)" duration="60"', CacheStore("value:k1", None, duration=60_000_000))


def test_duration_of_nothing_takes_the_value_away() -> None:
    stored('value="x" duration="0"', CacheStore("value:k1", "x", duration=0))


@pytest.mark.parametrize("which", ["internal", "external", "prefer-external"])
def test_all_types_of_cache_are_one(which: str) -> None:
    expected = CacheStore("value:k1", "x", duration=60_000_000)
    stored(f'value="x" duration="60" caching-type="{which}"', expected)


def test_duration_is_not_negative() -> None:
    assert diagnose('<cache-store-value key="k" value="x" duration="-1" />')
