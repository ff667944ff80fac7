from __future__ import annotations

import pytest

from headgate.cli.demo.clients import Row, Served
from headgate.cli.demo.verdicts import lesson_faults, sum_of

SERVED = [Served(23, 4), Served(23, 4)]


def row(status: int, *, retry_after: int | None = None, message: str = "") -> Row:
    if status == 200:
        return Row(status=200, prompt=23, completion=4)
    return Row(status=status, retry_after=retry_after, message=message)


def refusal(seconds: int) -> Row:
    message = f"Token limit is exceeded. Try again in {seconds} seconds."
    return row(429, retry_after=seconds, message=message)


@pytest.mark.parametrize("seconds", [1, 59, 61])
def test_a_right_lesson_has_no_faults(seconds: int) -> None:
    assert lesson_faults([row(200), row(200), refusal(seconds)], SERVED) == []


def test_tokens_that_differ_from_the_ledger_are_a_fault() -> None:
    (fault,) = lesson_faults([row(200), row(200), refusal(59)], [Served(23, 4), Served(23, 5)])
    assert fault == "call 2 shows (23, 4) tokens, the simulator counted (23, 5)"


@pytest.mark.parametrize(
    ("rows", "served", "fault"),
    [
        ([row(200), refusal(59)], SERVED[:1], "call 2 got 429 with 27 tokens used"),
        ([row(200)] * 3 + [refusal(9)], [*SERVED, SERVED[0]], "call 3 got 200 with 54 tokens used"),
        ([row(200), row(200), refusal(62)], SERVED, "Retry-After is 62"),
        ([row(200), row(200), refusal(0)], SERVED, "Retry-After is 0"),
        ([row(200), row(200), row(429, retry_after=5)], SERVED, "the refusal says ''"),
        ([row(200), row(200), row(429)], SERVED, "the last call was not refused with Retry-After"),
        ([row(200), refusal(5)], SERVED, "1 calls were answered, the simulator served 2"),
        ([refusal(5)], [], "no call was served"),
    ],
)
def test_each_way_to_be_wrong_is_named(rows: list[Row], served: list[Served], fault: str) -> None:
    assert fault in lesson_faults(rows, served)


def test_tokens_are_summed_over_prompt_and_completion() -> None:
    assert sum_of(SERVED) == 54
    assert sum_of([]) == 0
