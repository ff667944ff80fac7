"""`[[models]]` of headgate.toml: what is known of models, their prices among it.

A name stands for itself, one with `*`, `?` or `[…]` for all that match; the more specific one
decides (tokens.by_model). Prices are per million tokens, in the currency of the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta

from headgate.settings.binding import Settings
from headgate.settings.documents import Where
from headgate.settings.entries import Entry
from headgate.tokens.by_model import ByModel
from headgate.tokens.prices import Price, PriceError, PriceTable, per_million, per_minute

Amount = Decimal
"""Exact, whether it is written as a number or as text."""

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class PriceSettings(Settings, frozen=True, kw_only=True):
    """`prices` of a model. What has none of its own costs what its prompt or completion costs."""

    lenient = True

    input: Amount
    output: Amount
    cached: Amount | None = None
    cache_write: Amount | None = None
    audio_input: Amount | None = None
    image_input: Amount | None = None
    reasoning: Amount | None = None
    audio_output: Amount | None = None
    image_output: Amount | None = None
    audio_minute: Amount | None = None
    """Per minute of audio, where a provider bills that."""


class ModelSettings(Settings, frozen=True, kw_only=True):
    """`[[models]]`: one model, or all whose names match."""

    lenient = True

    model: Name
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    """What the model completes at most; bounds what a call holds."""
    prices: PriceSettings | None = None


def check_models(entry: Entry[Any], models: Iterable[ModelSettings]) -> None:
    """Report prices that cannot be kept exactly, and models that are named twice."""
    names: set[str] = set()
    for index, model in enumerate(models):
        where: Where = ("models", index)
        if model.model in names:
            message = f"the model {model.model!r} is named twice"
            hint = "keep one; a pattern such as gpt-4o* may stand beside it"
            entry.complain("HG511", message, where=(*where, "model"), hint=hint)
        names.add(model.model)
        for field, error in price_errors(model.prices):
            key = field.replace("_", "-")
            hint = "per million tokens, such as 2.50"
            entry.complain("HG511", str(error), where=(*where, "prices", key), hint=hint)


def price_errors(prices: PriceSettings | None) -> list[tuple[str, PriceError]]:
    """Return what is wrong with prices, by field."""
    wrong: list[tuple[str, PriceError]] = []
    for field in () if prices is None else prices.__struct_fields__:
        try:
            _exact(getattr(prices, field), _scale(field))
        except PriceError as error:
            wrong.append((field, error))
    return wrong


def price_table(models: Iterable[ModelSettings]) -> PriceTable:
    """Return the prices of checked settings. Raises PriceError for others."""
    return PriceTable((model.model, _price(model.prices)) for model in models if model.prices)


def completion_caps(models: Iterable[ModelSettings]) -> ByModel[int]:
    """Return what models complete at most."""
    caps = ((model.model, model.max_completion_tokens) for model in models)
    return ByModel((name, cap) for name, cap in caps if cap is not None)


def _price(prices: PriceSettings) -> Price:
    amounts = {
        field: _exact(getattr(prices, field), _scale(field)) for field in prices.__struct_fields__
    }
    second = amounts.pop("audio_minute")
    return Price(**amounts, audio_second=second or 0)  # type: ignore[arg-type]  # both have defaults


def _scale(field: str) -> Callable[[str], int]:
    return per_minute if field == "audio_minute" else per_million


def _exact(amount: Amount | None, scale: Callable[[str], int]) -> int | None:
    return None if amount is None else scale(str(amount))
