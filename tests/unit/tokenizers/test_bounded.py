from __future__ import annotations

import pytest

from headgate.tokenizers.bounded import (
    EXACT,
    SHORTEST_CACHED,
    SLICE,
    SLOW_SLICE,
    BoundedCounter,
    Count,
    slices,
)
from headgate.tokenizers.vocabulary import load


class Recorder:
    """A tokenizer of one token a word that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def count(self, text: str) -> int:
        self.asked.append(len(text))
        return len(text.split())

    def count_till_limit(self, text: str, limit: int, /) -> int | None:
        raise AssertionError(f"{len(text)} characters were limited to {limit}")


def words(number: int) -> str:
    return "word " * number


def test_a_short_text_is_counted_each_time() -> None:
    tokenizer = Recorder()
    counter = BoundedCounter(tokenizer)
    text = "x" * (SHORTEST_CACHED - 1)
    assert counter.count(text) == counter.count(text) == 1
    assert len(tokenizer.asked) == 2


@pytest.mark.parametrize("size", [SHORTEST_CACHED, SLOW_SLICE, SLOW_SLICE + 1])
def test_a_longer_text_is_counted_once(size: int) -> None:
    tokenizer = Recorder()
    counter = BoundedCounter(tokenizer)
    assert counter.count("x" * size) == counter.count("x" * size) == 1
    assert counter.count_all(["x" * size, "x" * size]) == Count(2, exact=True)
    assert len(tokenizer.asked) == 1


def test_the_least_recently_used_texts_are_forgotten_when_room_is_short() -> None:
    tokenizer = Recorder()
    counter = BoundedCounter(tokenizer, cache_bytes=2500)
    first, second, third = ("a" * 1000, "b" * 1000, "c" * 1000)
    for text in (first, second, first, third):
        counter.count(text)
    assert len(tokenizer.asked) == 3
    counter.count(first)
    assert len(tokenizer.asked) == 3
    counter.count(second)
    assert len(tokenizer.asked) == 4


def test_a_text_larger_than_the_room_is_not_remembered() -> None:
    tokenizer = Recorder()
    counter = BoundedCounter(tokenizer, cache_bytes=2500)
    for text in ("a" * 1000, "b" * 3000, "b" * 3000, "a" * 1000):
        counter.count(text)
    assert len(tokenizer.asked) == 3


def test_all_texts_of_a_prompt_are_summed() -> None:
    assert BoundedCounter(Recorder()).count_all(["one two", "", words(200)]) == Count(202, True)
    assert BoundedCounter(Recorder()).count_all([]) == Count(0, True)


def test_a_prompt_is_exact_up_to_the_bound_and_extrapolated_beyond() -> None:
    counter = BoundedCounter(Recorder(), exact=1000)
    assert counter.count_all([words(100), words(100)]) == Count(200, exact=True)
    assert counter.count_all([words(100), words(101)]) == Count(201, exact=False)


def test_the_default_bound_is_where_it_says() -> None:
    counter = BoundedCounter(Recorder())
    at_bound = "x" * (EXACT % 5) + words(EXACT // 5)
    assert len(at_bound) == EXACT
    assert counter.count_all([at_bound]).exact
    assert not counter.count_all([at_bound + " more"]).exact


def test_extrapolation_goes_by_bytes() -> None:
    counter = BoundedCounter(Recorder(), exact=1000)
    counted, wide = words(200), "é" * 1000
    assert counter.count_all([counted, wide]) == Count(200 + 400, exact=False)


def test_remembered_texts_neither_cost_nor_shape_the_extrapolation() -> None:
    counter = BoundedCounter(Recorder(), exact=1000)
    remembered = words(200)
    counter.count(remembered)
    assert counter.count_all([remembered, "x" * 1000]) == Count(201, exact=True)
    assert counter.count_all([remembered, "y" * 1000, "z" * 1000]) == Count(202, exact=False)


def test_a_prompt_of_which_nothing_is_counted_is_guessed() -> None:
    assert BoundedCounter(Recorder(), exact=0).count_all(["x" * 30]) == Count(10, exact=False)


def test_what_was_extrapolated_is_not_remembered() -> None:
    tokenizer = Recorder()
    counter = BoundedCounter(tokenizer, exact=SLICE)
    long = words(SLICE)
    assert not counter.count_all([long]).exact
    counter.count_all([long])
    assert len(tokenizer.asked) == 2


def pauses(counter: BoundedCounter, *texts: str) -> int:
    return sum(1 for _ in counter.steps(texts))


def test_the_event_loop_gets_a_turn_between_slices() -> None:
    assert pauses(BoundedCounter(Recorder()), words(100)) == 0
    assert pauses(BoundedCounter(Recorder()), "x" * SLICE) == 0
    assert pauses(BoundedCounter(Recorder()), "x" * (SLICE + 1)) == 1
    assert pauses(BoundedCounter(Recorder()), "x" * SLICE, "y") == 1
    assert pauses(BoundedCounter(Recorder()), *(f"{index:0500}" for index in range(300))) == 2


def test_text_with_long_runs_is_counted_in_small_pieces_and_less_of_it() -> None:
    tokenizer = Recorder()
    count = BoundedCounter(tokenizer).count_all(["-" * SLICE])
    assert max(tokenizer.asked) == SLOW_SLICE
    assert sum(tokenizer.asked) == EXACT // 16
    assert not count.exact


def test_slices_join_to_the_text_and_end_at_words() -> None:
    text = words(30)
    pieces = list(slices(text, 32))
    assert "".join(pieces) == text
    assert all(len(piece) <= 32 for piece in pieces)
    assert all(piece.startswith(" word") for piece in pieces[1:])


@pytest.mark.parametrize("text", ["", "a", "a" * 31, "a" * 32])
def test_a_short_text_is_one_slice(text: str) -> None:
    assert list(slices(text, 32)) == [text]


@pytest.mark.parametrize("text", ["x" * 100, " " * 100, "1 " * 50, ". x" * 40, "中" * 100])
def test_text_without_a_good_place_is_cut_anywhere(text: str) -> None:
    pieces = list(slices(text, 32))
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= 32 for piece in pieces)


def test_slices_of_prose_add_up_to_the_whole() -> None:
    text = "It isn't the year 1984, said Ann; 42 (or more) birds flew south -- slowly.\n" * 2000
    tokenizer = load()
    assert sum(map(tokenizer.count, slices(text, 8192))) == tokenizer.count(text)
