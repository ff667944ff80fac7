"""Counts prompts and texts with the vocabulary of a model: what performs the count effects."""

from __future__ import annotations

from headgate.tokenizers.vocabulary import counter_for_model
from headgate.tokens.estimate import fixed_tokens
from headgate.tokens.images import image_tokens
from headgate.tokens.prompt import PromptParts


class ModelCounter:
    """Counts in this process; the work of one call is bounded."""

    __slots__ = ("_accurate_images",)

    def __init__(self, *, accurate_images: bool = False) -> None:
        """`accurate_images`: by the rules of the model instead of 1,200 tokens each."""
        self._accurate_images = accurate_images

    def warm_up(self) -> None:
        """Load the vocabularies, so that no call has to wait for them."""
        for model in ("gpt-4o", "gpt-4"):
            counter_for_model(model).count("warm")

    def count(self, text: PromptParts | str, model: str) -> int:
        """Return the tokens of a prompt or a text; beyond the exact bound it is an estimate."""
        counter = counter_for_model(model)
        if isinstance(text, str):
            return counter.count(text)
        images = image_tokens(text, model) if self._accurate_images and text.images else None
        return fixed_tokens(text, images=images) + counter.count_all(text.texts).tokens
