from __future__ import annotations

from headgate.tokens.estimate import estimate_prompt, fixed_tokens, upper_bound
from headgate.tokens.prompt import PromptParts
from headgate.tokens.request import read_request

PARTS = PromptParts(texts=["one two", "three"], overhead=7, images=2, token_count=5)


def words(text: str) -> int:
    return len(text.split())


def test_an_estimate_is_framing_given_tokens_images_and_counted_texts() -> None:
    assert estimate_prompt(PARTS, words) == 7 + 5 + 2 * 1200 + 3


def test_what_needs_no_counting_is_known_before() -> None:
    assert fixed_tokens(PARTS) == 7 + 5 + 2400
    assert fixed_tokens(PromptParts()) == 0


def test_text_is_bounded_by_its_bytes_and_the_frame_of_a_reply() -> None:
    assert upper_bound(b'{"input": "abc"}') == 16 + 3


def test_images_are_bounded_even_where_the_word_is_escaped() -> None:
    plain = b'{"messages":[{"content":[{"type":"image_url"}]}]}'
    escaped = b'{"messages":[{"content":[{"type":"im\\u0061ge_url"}]}]}'
    for body in (plain, escaped):
        parts = read_request("/chat/completions", body).prompt_parts()
        assert parts.images == 1
        assert estimate_prompt(parts, len) <= upper_bound(body)


def test_images_that_are_known_better_replace_the_estimate() -> None:
    assert fixed_tokens(PARTS, images=85) == 7 + 5 + 85
    assert estimate_prompt(PARTS, words, images=85) == 7 + 5 + 85 + 3
    picture = b'{"messages":[{"content":[{"type":"image_url"}]}]}'
    assert upper_bound(picture, image_tokens=9000) - upper_bound(picture) == 9000 - 1200


def test_tools_are_bounded_with_what_a_provider_adds_for_them() -> None:
    body = b'{"tools":[{}]}'
    parts = read_request("/v1/messages", body).prompt_parts()
    assert estimate_prompt(parts, len) <= upper_bound(body)
