from __future__ import annotations

from types import ModuleType

import pytest

from headgate.tokenizers import bpe_openai_library
from headgate.tokens.models import Encoding


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
def test_the_native_part_is_asked_by_the_name_of_the_encoding(
    encoding: Encoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    def native_module(name: str) -> ModuleType:
        module = ModuleType(name)
        module.__dict__["tokenizer_for_encoding"] = lambda wanted: (name, wanted)
        return module

    monkeypatch.setattr(bpe_openai_library, "import_module", native_module)
    loaded: object = bpe_openai_library.load(encoding)
    assert loaded == ("bpe_openai._bindings", encoding)
