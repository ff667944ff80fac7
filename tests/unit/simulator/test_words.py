from __future__ import annotations

import pytest

from headgate.simulator.words import WORDS, pieces, text
from headgate.tokenizers.vocabulary import load
from headgate.tokens.models import Encoding

ENCODINGS: tuple[Encoding, ...] = ("o200k_base", "cl100k_base")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_word_is_one_token_at_the_start_and_after_a_blank(encoding: Encoding) -> None:
    count = load(encoding).count
    assert [word for word in WORDS if count(word) != 1 or count(f" {word}") != 1] == []


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("start", [0, 7, len(WORDS) - 1, 65_535])
@pytest.mark.parametrize("number", [0, 1, 2, 3 * len(WORDS) + 1])
def test_text_of_n_tokens_counts_as_n(encoding: Encoding, start: int, number: int) -> None:
    assert load(encoding).count(text(number, start)) == number


def test_words_need_no_escapes_and_do_not_repeat() -> None:
    assert all(word.isascii() and word.isalpha() for word in WORDS)
    assert len(set(WORDS)) == len(WORDS)


def test_pieces_join_to_the_text() -> None:
    assert list(pieces(3, 0)) == ["the", " of", " water"]
    assert text(3, 0) == "the of water"


def test_negative_length_is_no_text() -> None:
    assert text(-1, 0) == ""
