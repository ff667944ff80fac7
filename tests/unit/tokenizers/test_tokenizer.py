from __future__ import annotations

import pytest

from headgate.tokenizers.vocabulary import load
from headgate.tokens.models import Encoding


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
class TestEveryVocabulary:
    def test_it_counts(self, encoding: Encoding) -> None:
        assert load(encoding).count("") == 0
        assert load(encoding).count("hello world") == 2

    def test_it_stops_at_a_limit(self, encoding: Encoding) -> None:
        assert load(encoding).count_till_limit("hello world", 2) == 2
        assert load(encoding).count_till_limit("hello world", 1) is None

    def test_what_looks_like_a_control_token_is_text(self, encoding: Encoding) -> None:
        assert load(encoding).count("<|endoftext|>") == 7

    def test_a_lone_surrogate_is_refused(self, encoding: Encoding) -> None:
        with pytest.raises(UnicodeEncodeError):
            load(encoding).count("\ud800")

    def test_there_is_no_token_shorter_than_a_byte(self, encoding: Encoding) -> None:
        for text in ("\x00\x01\x7f", "é\u0301🜚", "中文", " \t\r\n", "ﷺ"):
            assert load(encoding).count(text) <= len(text.encode())

    def test_roles_are_one_token(self, encoding: Encoding) -> None:
        for role in ("system", "user", "assistant", "tool", "developer", "function"):
            assert load(encoding).count(role) == 1
