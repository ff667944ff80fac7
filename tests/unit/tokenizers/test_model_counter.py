from __future__ import annotations

from headgate.tokenizers.model_counter import ModelCounter
from headgate.tokens.estimate import IMAGE_TOKENS
from headgate.tokens.prompt import PromptParts


def test_a_text_is_counted_with_the_vocabulary_of_its_model() -> None:
    """The word is one token in cl100k_base and in o200k_base."""
    counter = ModelCounter()
    assert counter.count("hello", "gpt-4") == counter.count("hello", "gpt-4o") == 1


def test_a_prompt_is_its_texts_its_framing_and_its_images() -> None:
    parts = PromptParts(texts=["hello", "hello"], overhead=6, images=1, token_count=5)
    assert ModelCounter().count(parts, "gpt-4o") == 2 + 6 + IMAGE_TOKENS + 5


def test_warming_up_loads_what_the_first_call_would_wait_for() -> None:
    ModelCounter().warm_up()
    assert ModelCounter().count("", "gpt-4o") == 0


def test_images_are_counted_by_the_rules_of_their_model_by_choice() -> None:
    """A picture of low detail is 85 tokens for gpt-4o (tokens.md 1.5)."""
    picture: dict[str, object] = {
        "image_url": {"url": "https://example.com/a.png", "detail": "low"}
    }
    parts = PromptParts(images=1, pictures=[picture])
    assert ModelCounter().count(parts, "gpt-4o") == IMAGE_TOKENS
    assert ModelCounter(accurate_images=True).count(parts, "gpt-4o") == 85
