from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from headgate.model.usage import TokenUsage
from headgate.settings.documents import Folder
from headgate.settings.gateway import GatewaySettings, load_gateway_settings
from headgate.settings.models import ModelSettings, PriceSettings, completion_caps, price_table
from headgate.settings.named_values import load_named_values

Write = Callable[[dict[str, object]], Folder]


def load(folder: Folder) -> GatewaySettings:
    return load_gateway_settings(folder, load_named_values(folder))


def test_prices_are_exact_whether_written_as_text_or_as_a_number(write: Write) -> None:
    text = """
        [[models]]
        model = "gpt-4o*"
        max-completion-tokens = 16384
        prices = { input = "2.50", cached = 1.25, output = 10, audio-minute = "0.006" }
        [[models]]
        model = "free"
    """
    folder = write({"headgate.toml": text})
    models = load(folder).models
    assert folder.diagnostics == []
    usage = TokenUsage(input_tokens=3, cached_tokens=1, output_tokens=2, audio_seconds=1)
    assert price_table(models).cost(usage, deployment="gpt-4o-mini") == (
        2 * 2500 + 1250 + 2 * 10_000 + 100_000
    )
    assert price_table(models).cost(usage, deployment="free") is None
    caps = completion_caps(models)
    assert (caps.find("gpt-4o"), caps.find("free")) == (16384, None)


def test_what_has_no_price_of_its_own_costs_what_the_rest_costs() -> None:
    models = (ModelSettings(model="m", prices=PriceSettings(input=Decimal(1), output=Decimal(2))),)
    usage = TokenUsage(input_tokens=2, cached_tokens=1, output_tokens=1, reasoning_tokens=1)
    assert price_table(models).cost(usage, deployment="m") == 4000


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[[models]]\nmodel = "m"\nprices = { input = "much", output = 1 }', "decimal"),
        ('[[models]]\nmodel = "m"\nprices = { input = 1, output = -1 }', "-1"),
        (
            '[[models]]\nmodel = "m"\nprices = { input = 1, output = 1, cached = "0.0001" }',
            "0.0001",
        ),
        ('[[models]]\nmodel = "m"\nmax-completion-tokens = 0', "max-completion-tokens"),
        (
            '[[models]]\nmodel = "m"\nprices = { input = 1, output = 0.1000000000000000055 }',
            "decimals",
        ),
        ('[[models]]\nmodel = ""', "model"),
        ('[[models]]\nmodel = "m"\n[[models]]\nmodel = "m"', "twice"),
    ],
)
def test_what_is_wrong_is_reported_at_its_place(write: Write, text: str, where: str) -> None:
    folder = write({"headgate.toml": text})
    load(folder)
    (found,) = folder.diagnostics
    assert found.code == "HG511"
    assert where in found.message
    assert found.line > 1


def test_a_price_of_the_prompt_alone_does_not_make_completions_free(write: Write) -> None:
    folder = write({"headgate.toml": '[[models]]\nmodel = "m"\nprices = { input = 1 }'})
    load(folder)
    assert [found.code for found in folder.diagnostics] == ["HG512"]
