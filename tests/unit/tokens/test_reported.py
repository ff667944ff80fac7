from __future__ import annotations

import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.reported import CompletionDetails, PromptDetails, Usage, token_usage


def test_all_counts_are_taken_over() -> None:
    usage = Usage(
        prompt_tokens=20,
        completion_tokens=30,
        total_tokens=50,
        prompt_tokens_details=PromptDetails(cached_tokens=8),
        completion_tokens_details=CompletionDetails(reasoning_tokens=12),
    )
    assert token_usage(usage, "m") == TokenUsage(
        input_tokens=20, output_tokens=30, cached_tokens=8, reasoning_tokens=12, model="m"
    )


@pytest.mark.parametrize(
    ("usage", "prompt", "completion"),
    [
        (Usage(prompt_tokens=5, total_tokens=5), 5, 0),
        (Usage(total_tokens=9), 9, 0),
        (Usage(completion_tokens=4, total_tokens=9), 5, 4),
        (Usage(prompt_tokens=0, completion_tokens=4), 0, 4),
        (Usage(prompt_tokens=2**31 - 1), 2**31 - 1, 0),
    ],
)
def test_what_is_missing_follows_from_the_rest(usage: Usage, prompt: int, completion: int) -> None:
    read = token_usage(usage, "")
    assert read is not None
    assert (read.input_tokens, read.output_tokens) == (prompt, completion)


@pytest.mark.parametrize(
    "usage",
    [
        Usage(),
        Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0),
        Usage(prompt_tokens=-1, completion_tokens=5),
        Usage(prompt_tokens=5, completion_tokens=-1),
        Usage(completion_tokens=5),
        Usage(completion_tokens=5, total_tokens=4),
        Usage(prompt_tokens=2**31),
        Usage(prompt_tokens=1, completion_tokens=10**30),
        Usage(prompt_tokens=1, prompt_tokens_details=PromptDetails(cached_tokens=-1)),
        Usage(prompt_tokens=1, completion_tokens_details=CompletionDetails(reasoning_tokens=2**31)),
    ],
)
def test_counts_that_make_no_sense_are_no_usage(usage: Usage) -> None:
    assert token_usage(usage, "") is None
