from __future__ import annotations

import pytest

from headgate.tokens.models import encoding_of, has_public_tokenizer, reasons


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4",
        "gpt-4-0613",
        "gpt-4-32k",
        "gpt-4-turbo-2024-04-09",
        "gpt-3.5-turbo",
        "gpt-35-turbo",
        "GPT-4",
        "my-gpt4",
        "text-embedding-3-small",
        "text-embedding-ada-002",
        "davinci-002",
    ],
)
def test_older_models_use_the_older_vocabulary(model: str) -> None:
    assert encoding_of(model) == "cl100k_base"


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o",
        "gpt-4o-mini",
        "gpt-4.1",
        "gpt-41-nano",
        "gpt-4.5-preview",
        "gpt-45",
        "gpt-5",
        "o3-mini",
        "claude-sonnet-4",
        "prod",
        "",
        "x" * 100_000 + "gpt-4",
    ],
)
def test_newer_and_unknown_models_use_the_newest_vocabulary(model: str) -> None:
    assert encoding_of(model) == "o200k_base"


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("o1", True),
        ("o3-mini", True),
        ("openai/o4-mini", True),
        ("gpt-5-mini", True),
        ("gpt5", True),
        ("gpt-4o", False),
        ("gpt-4o-2024-11-20", False),
        ("llama-3", False),
        ("foo1", False),
        ("", False),
    ],
)
def test_reasoning_models_are_known_by_name(model: str, expected: bool) -> None:
    assert reasons(model) is expected


@pytest.mark.parametrize(
    ("model", "public"),
    [
        ("gpt-4o", True),
        ("o3", True),
        ("text-embedding-3-large", True),
        ("claude-sonnet-4", False),
        ("gemini-2.5-pro", False),
        ("", False),
    ],
)
def test_models_without_a_public_tokenizer_are_known(model: str, public: bool) -> None:
    assert has_public_tokenizer(model) is public
