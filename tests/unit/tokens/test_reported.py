from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.reported import (
    CompletionDetails,
    PromptDetails,
    Usage,
    sound,
    token_usage,
)


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


def test_details_of_cache_audio_and_images_are_kept() -> None:
    usage = Usage(
        prompt_tokens=20,
        completion_tokens=30,
        prompt_tokens_details=PromptDetails(cache_write_tokens=3, audio_tokens=5, image_tokens=7),
        completion_tokens_details=CompletionDetails(audio_tokens=11, image_tokens=13),
    )
    assert token_usage(usage, "") == TokenUsage(
        input_tokens=20,
        output_tokens=30,
        cache_write_tokens=3,
        audio_input_tokens=5,
        image_input_tokens=7,
        audio_output_tokens=11,
        image_output_tokens=13,
    )


def test_the_newer_spelling_is_read_too() -> None:
    usage = Usage(
        input_tokens=20,
        output_tokens=30,
        input_tokens_details=PromptDetails(cached_tokens=8),
        output_tokens_details=CompletionDetails(reasoning_tokens=12),
    )
    assert token_usage(usage, "m") == TokenUsage(
        input_tokens=20, output_tokens=30, cached_tokens=8, reasoning_tokens=12, model="m"
    )
    audio = Usage(input_tokens=9, input_token_details=PromptDetails(audio_tokens=8))
    assert token_usage(audio, "") == TokenUsage(input_tokens=9, audio_input_tokens=8)


@pytest.mark.parametrize("field", ["input_tokens", "cache_write_tokens", "image_output_tokens"])
def test_no_count_is_negative_or_absurd(field: str) -> None:
    usage = TokenUsage(input_tokens=1, output_tokens=1)
    for count, good in ((0, True), (2**31 - 1, True), (-1, False), (2**31, False)):
        report = msgspec.structs.replace(usage, **{field: count})
        assert (sound(report) is report) is good
