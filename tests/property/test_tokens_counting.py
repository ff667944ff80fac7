"""Counting in slices gives what counting at once gives."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from headgate.tokenizers.bounded import BoundedCounter, slices
from headgate.tokenizers.vocabulary import load

WORDS = st.text("abcdeézAZ'", min_size=1, max_size=9)
MARKS = st.sampled_from([". ", ", ", "\n", " 12 ", " - ", "  ", "中文 ", " (x) ", "🙂 "])
PROSE = st.lists(st.one_of(WORDS.map(lambda w: w + " "), MARKS), max_size=120).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.one_of(PROSE, st.text(max_size=400)), st.integers(1, 200))
def test_slices_join_to_the_text_and_keep_their_size(text: str, size: int) -> None:
    pieces = list(slices(text, size))
    assert "".join(pieces) == text
    assert all(len(piece) <= size for piece in pieces)
    assert all(pieces[:-1])


@settings(max_examples=150, deadline=None)
@given(PROSE)
def test_slices_that_end_at_words_add_up_exactly(text: str) -> None:
    tokenizer = load()
    pieces = list(slices(text, 100))
    cuts_at_words = all(
        before[-1:].isalnum() and after[:1] == " " and after[1:2].isalpha()
        for before, after in pairwise(pieces)
    )
    if cuts_at_words:
        assert sum(map(tokenizer.count, pieces)) == tokenizer.count(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=2000), max_size=4))
def test_a_bounded_counter_counts_what_the_tokenizer_counts(texts: list[str]) -> None:
    tokenizer = load()
    counter = BoundedCounter(tokenizer, cache_bytes=4000)
    expected = sum(map(tokenizer.count, texts))
    assert sum(map(counter.count, texts)) == expected
    assert counter.count_all(texts).tokens == expected
