from __future__ import annotations

import msgspec
import pytest

from headgate.simulator.bodies import (
    INPUTS_MAX,
    Input,
    at_least_one,
    cap_of,
    decode,
    items,
    missing,
)
from headgate.simulator.refusals import Refused


@pytest.mark.parametrize("body", [b"", b"{", b'"x"', b"\xff", b"[" * 100_000])
def test_body_that_is_no_json_of_the_kind_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        decode(msgspec.json.Decoder(dict[str, int]), body)
    assert refused.value.refusal.status == 400


@pytest.mark.parametrize(
    ("given", "read"),
    [("a", ["a"]), (["a", "b"], ["a", "b"]), ([1, 2], [[1, 2]]), ([[1], [2]], [[1], [2]])],
)
def test_texts_and_tokens_are_told_apart(given: Input, read: list[str | list[int]]) -> None:
    assert items("input", given) == read


def test_number_of_texts_is_bounded_and_that_of_tokens_is_not() -> None:
    assert len(items("input", ["a"] * INPUTS_MAX)) == INPUTS_MAX
    assert len(items("input", [1] * (INPUTS_MAX + 1))) == 1
    wrongs: tuple[Input, ...] = (["a"] * (INPUTS_MAX + 1), [], [1, "a"])
    for wrong in wrongs:
        with pytest.raises(Refused):
            items("input", wrong)


def test_number_has_both_bounds() -> None:
    assert [at_least_one("n", value, most=2) for value in (1, 2)] == [1, 2]
    for wrong in (0, 3):
        with pytest.raises(Refused, match="n"):
            at_least_one("n", wrong, most=2)
    assert (cap_of("n", None), cap_of("n", 1)) == (None, 1)


def test_missing_member_is_named() -> None:
    assert missing("input").refusal.param == "input"
