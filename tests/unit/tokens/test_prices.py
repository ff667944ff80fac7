from __future__ import annotations

import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.prices import Price, PriceError, PriceTable, per_million, per_minute

GPT = Price(input=2500, cached=1250, output=10_000)


@pytest.mark.parametrize(
    ("price", "nano"),
    [("2.50", 2500), ("0.075", 75), ("0", 0), ("0.001", 1), ("1000000", 10**9), ("1e1", 10_000)],
)
def test_a_price_of_a_million_is_exact_per_token(price: str, nano: int) -> None:
    assert per_million(price) == nano


@pytest.mark.parametrize("price", ["0.0001", "-1", "1000000.001", "NaN", "Infinity", "", "2,50"])
def test_a_price_that_cannot_be_kept_is_refused(price: str) -> None:
    with pytest.raises(PriceError, match="price"):
        per_million(price)


def test_a_minute_of_audio_is_priced_by_the_second() -> None:
    assert per_minute("0.006") == 100_000
    with pytest.raises(PriceError, match="decimals"):
        per_minute("0.0000000001")


def test_every_type_has_its_price_and_no_token_two() -> None:
    price = Price(
        input=1,
        cached=10,
        cache_write=100,
        audio_input=1000,
        image_input=10_000,
        output=2,
        reasoning=20,
        audio_output=200,
        image_output=2000,
        audio_second=7,
    )
    usage = TokenUsage(
        input_tokens=5 + 4 + 3 + 2 + 1,
        cached_tokens=4,
        cache_write_tokens=3,
        audio_input_tokens=2,
        image_input_tokens=1,
        output_tokens=9 + 8 + 7 + 6,
        reasoning_tokens=8,
        audio_output_tokens=7,
        image_output_tokens=6,
        audio_seconds=3,
    )
    prompt = 5 * 1 + 4 * 10 + 3 * 100 + 2 * 1000 + 1 * 10_000
    assert price.cost(usage) == prompt + 9 * 2 + 8 * 20 + 7 * 200 + 6 * 2000 + 3 * 7


def test_a_type_without_a_price_costs_what_the_rest_costs() -> None:
    usage = TokenUsage(input_tokens=10, cache_write_tokens=4, output_tokens=5, reasoning_tokens=5)
    assert GPT.cost(usage) == 10 * 2500 + 5 * 10_000


def test_details_beyond_their_whole_are_not_charged() -> None:
    assert GPT.cost(TokenUsage(input_tokens=3, cached_tokens=9)) == 3 * 1250


def test_a_cost_is_by_the_model_that_answered_else_by_the_deployment() -> None:
    table = PriceTable([("gpt-4o", GPT)])
    usage = TokenUsage(input_tokens=1)
    assert table.cost(TokenUsage(input_tokens=1, model="gpt-4o"), deployment="x") == 2500
    assert table.cost(usage, deployment="gpt-4o") == 2500


def test_an_unknown_price_is_not_zero() -> None:
    assert PriceTable([]).cost(TokenUsage(input_tokens=1, model="m"), deployment="d") is None
