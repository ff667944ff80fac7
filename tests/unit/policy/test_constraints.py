from __future__ import annotations

import pytest

from headgate.policy.constraints import (
    Constraint,
    at_least_one,
    at_most_one,
    exactly_one,
    together,
)


@pytest.mark.parametrize(
    ("constraint", "holds"),
    [
        (at_least_one("a", "b"), [False, True, True]),
        (exactly_one("a", "b"), [False, True, False]),
        (at_most_one("a", "b"), [True, True, False]),
        (together("a", "b"), [True, False, True]),
    ],
)
def test_rule_by_how_many_fields_are_given(constraint: Constraint, holds: list[bool]) -> None:
    given: list[set[str]] = [{"c"}, {"a", "c"}, {"a", "b"}]
    assert [not constraint.broken(present) for present in given] == holds


def test_sentence_uses_the_names_of_documents() -> None:
    sentence = together("a_b", "c").sentence({"a_b": "a-b", "c": "c"})
    assert sentence == "`a-b`, `c` are given together or not at all."
