from __future__ import annotations

from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from headgate.tokenizers import bpe_openai_library, vocabulary
from headgate.tokenizers.vocabulary import counter_for_model, for_model, load


def test_a_vocabulary_is_loaded_once() -> None:
    assert load() is load()
    assert for_model("gpt-4o") is for_model("never heard of") is load("o200k_base")
    assert for_model("gpt-4") is for_model("text-embedding-3-small") is load("cl100k_base")


def test_models_of_one_vocabulary_share_a_counter() -> None:
    assert counter_for_model("gpt-4o") is counter_for_model("o1")
    assert counter_for_model("gpt-4o") is not counter_for_model("gpt-4")


def test_without_the_first_library_the_second_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> ModuleSpec | None:
        return None

    asked: list[str] = []
    native = ModuleType("native")
    native.__dict__["tokenizer_for_encoding"] = asked.append

    def native_module(name: str) -> ModuleType:
        return native

    monkeypatch.setattr(vocabulary, "find_spec", nothing)
    monkeypatch.setattr(bpe_openai_library, "import_module", native_module)
    load.__wrapped__("cl100k_base")
    assert asked == ["cl100k_base"]
