from __future__ import annotations

import msgspec
import pytest

from headgate.tokens.dialect import LlmRequest
from headgate.tokens.dialects.openai_embeddings import DIALECT


def read(**members: object) -> LlmRequest:
    return DIALECT.read("/v1/embeddings", msgspec.json.encode(members))


def test_there_is_no_completion() -> None:
    request = read(model="text-embedding-3-small", input="x")
    assert not request.has_completion
    assert (request.model, request.stream) == ("text-embedding-3-small", False)
    assert DIALECT.text(b'{"choices":[{"text":"none"}]}') == ""


@pytest.mark.parametrize(
    ("given", "texts", "tokens"),
    [("one", ["one"], 0), (["one", "two"], ["one", "two"], 0), ([5, 6], [], 2), (None, [], 0)],
)
def test_the_input_is_text_or_tokens(given: object, texts: list[str], tokens: int) -> None:
    parts = read(input=given).prompt_parts()
    assert (sorted(parts.texts), parts.token_count, parts.overhead) == (texts, tokens, 0)


def test_usage_is_the_prompt_alone() -> None:
    answer = (
        b'{"object":"list","data":[{"embedding":[0.1,-2e-3],"index":0}],'
        b'"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}'
    )
    usage = DIALECT.usage(answer)
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (8, 0)
    assert usage.model == "text-embedding-3-small"


def test_an_answer_with_vectors_is_known() -> None:
    assert DIALECT.knows(b'{"data":[]}')
    assert not DIALECT.knows(b'{"odd":1}')
