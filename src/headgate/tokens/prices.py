"""What tokens cost: exact, in billionths of the price table's currency."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.by_model import ByModel

NANO = 1_000_000_000
_DEAREST = Decimal(1_000_000)


class PriceError(ValueError):
    """A price that cannot be kept exactly; the message says how to write one."""


def per_million(price: str) -> int:
    """Return the price of a token in billionths, given that of a million tokens as a decimal.

    Raises PriceError for what is no decimal from 0 to a million with at most 3 places.
    """
    return _scaled(price, per=1_000_000)


def per_minute(price: str) -> int:
    """Return the price of a second of audio in billionths, given that of a minute as a decimal.

    Raises PriceError for what cannot be kept exactly.
    """
    return _scaled(price, per=60)


def _scaled(price: str, *, per: int) -> int:
    try:
        amount = Decimal(price)
    except InvalidOperation:
        raise PriceError(f"The price {price[:40]!r} is not a decimal number like 2.50.") from None
    if not amount.is_finite() or not 0 <= amount <= _DEAREST:
        raise PriceError(f"The price {price[:40]!r} is not between 0 and {_DEAREST}.")
    exact, rest = divmod(amount * NANO, per)
    if rest:
        raise PriceError(
            f"The price {price[:40]!r} has too many decimals: it is no whole number of "
            "billionths of the currency per unit."
        )
    return int(exact)


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """Prices of one model, in billionths per token.

    What has no price of its own costs what the rest of its prompt or completion costs.
    """

    input: int
    output: int
    cached: int | None = None
    cache_write: int | None = None
    audio_input: int | None = None
    image_input: int | None = None
    reasoning: int | None = None
    audio_output: int | None = None
    image_output: int | None = None
    audio_second: int = 0
    """Per second of audio, where a provider bills that: set `input` and `output` to 0."""

    def cost(self, usage: TokenUsage) -> int:
        """Return the cost in billionths.

        Details may overlap (cached audio) or exceed what they are part of; then the rest is 0.
        """
        prompt = (
            (usage.cached_tokens, self.cached),
            (usage.cache_write_tokens, self.cache_write),
            (usage.audio_input_tokens, self.audio_input),
            (usage.image_input_tokens, self.image_input),
        )
        completion = (
            (usage.reasoning_tokens, self.reasoning),
            (usage.audio_output_tokens, self.audio_output),
            (usage.image_output_tokens, self.image_output),
        )
        return (
            _part(usage.input_tokens, self.input, details=prompt)
            + _part(usage.output_tokens, self.output, details=completion)
            + usage.audio_seconds * self.audio_second
        )


def _part(whole: int, price: int, *, details: tuple[tuple[int, int | None], ...]) -> int:
    left, cost = whole, 0
    for tokens, own in details:
        taken = min(tokens, left)
        left -= taken
        cost += taken * (price if own is None else own)
    return cost + left * price


class PriceTable(ByModel[Price]):
    """Prices by the names of models."""

    __slots__ = ()

    def cost(self, usage: TokenUsage, *, deployment: str = "") -> int | None:
        """Return the cost of an answer in billionths, by the model it names or its deployment.

        None where the table knows neither: an unknown price is not zero.
        """
        price = self.find(usage.model) or self.find(deployment)
        return None if price is None else price.cost(usage)
