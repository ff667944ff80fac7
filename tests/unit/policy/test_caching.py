from __future__ import annotations

import pytest

from headgate.model.clock import SECOND, Micros
from headgate.policy.caching import (
    Downstream,
    Wanted,
    acceptable,
    answer_key,
    names_of,
    tell_downstream,
    value_key,
)
from headgate.policy.value import literal_value
from headgate.testing.playbook import make_context, make_response


def test_keys_of_values_and_answers_are_told_apart() -> None:
    assert value_key("a") != value_key("b")
    assert value_key("['a']") != answer_key(["a"])
    assert answer_key(["a", "b"]) != answer_key(["a', 'b"]) != answer_key(["ab"])


def test_names_stand_one_by_one_or_with_semicolons() -> None:
    values = [literal_value("a"), literal_value("b; c;")]
    assert names_of(values, make_context()) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("encoding", "accepted", "good"),
    [
        (None, None, True),
        ("identity", None, True),
        ("gzip", "deflate, GZIP", True),
        ("gzip", "deflate", False),
        ("gzip", None, False),
    ],
)
def test_answer_is_good_for_callers_that_can_read_it(
    encoding: str | None, accepted: str | None, good: bool
) -> None:
    response = make_response(headers={"Content-Encoding": encoding} if encoding else {})
    request = make_context(headers={"Accept-Encoding": accepted} if accepted else {}).request
    assert acceptable(request, response) == good


@pytest.mark.parametrize(
    ("downstream", "must_revalidate", "left", "said"),
    [
        ("none", True, 60, "no-store"),
        ("private", True, 60, "private, max-age=60, must-revalidate"),
        ("private", False, 60, "private, max-age=60"),
        ("public", True, 0.5, "public, max-age=0, must-revalidate"),
        ("public", False, -1, "public, max-age=0"),
    ],
)
def test_caches_on_the_way_are_told(
    downstream: Downstream, must_revalidate: bool, left: float, said: str
) -> None:
    response = make_response(headers={"Cache-Control": "max-age=1", "Expires": "0"})
    wanted = Wanted("k", downstream, must_revalidate)
    tell_downstream(response, wanted, left=Micros(round(left * SECOND)))
    assert list(response.headers) == [("Cache-Control", said)]
