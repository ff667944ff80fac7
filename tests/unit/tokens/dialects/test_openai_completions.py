from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.dialect import LlmRequest
from headgate.tokens.dialects.openai_completions import DIALECT
from headgate.tokens.prompt import RequestUnreadable
from headgate.tokens.request import with_completion_cap


def read(**members: object) -> LlmRequest:
    return DIALECT.read("/v1/completions", msgspec.json.encode(members))


def test_a_request_says_model_stream_and_cap() -> None:
    request = read(model="gpt-3.5-turbo-instruct", stream=True, max_tokens=9)
    assert (request.model, request.stream) == ("gpt-3.5-turbo-instruct", True)
    assert request.completion_cap == 9
    assert request.has_completion


@pytest.mark.parametrize(
    ("n", "best_of", "made"), [(None, None, 1), (2, None, 2), (2, 5, 5), (3, 1, 3)]
)
def test_the_larger_of_n_and_best_of_is_made(n: object, best_of: object, made: int) -> None:
    assert read(n=n, best_of=best_of).choices == made


def test_prompt_and_suffix_are_the_prompt() -> None:
    parts = read(prompt=["once", "twice"], suffix="the end").prompt_parts()
    assert sorted(parts.texts) == ["once", "the end", "twice"]
    assert parts.overhead == 0


def test_tokens_need_no_counting() -> None:
    assert read(prompt=[[1, 2], [3]]).prompt_parts().token_count == 3


def test_no_prompt_is_no_tokens() -> None:
    parts = read().prompt_parts()
    assert (parts.texts, parts.token_count) == ([], 0)


def test_a_cap_of_a_wrong_type_is_refused() -> None:
    with pytest.raises(RequestUnreadable, match="max_tokens"):
        read(max_tokens=[])


def test_streamed_text_is_read() -> None:
    assert DIALECT.text(b'{"choices":[{"text":" upon","index":0,"finish_reason":null}]}') == " upon"


def test_a_cap_is_set_or_lowered_and_a_stream_ends_with_it() -> None:
    body = b'{"prompt":"a","max_tokens":50}'
    changed = with_completion_cap(DIALECT.read("/v1/completions", body), body, cap=20)
    assert msgspec.json.decode(changed) == {"prompt": "a", "max_tokens": 20}
    ending = DIALECT.closing([], b"", usage=TokenUsage(), show_usage=False)
    assert ending.startswith(b'data: {"choices":[{"index":0,"text":"","finish_reason":"length"}]}')
