from __future__ import annotations

from types import ModuleType, SimpleNamespace

import pytest

from headgate.tokenizers import rs_bpe_library
from headgate.tokens.models import Encoding


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
def test_each_encoding_has_its_loader(encoding: Encoding, monkeypatch: pytest.MonkeyPatch) -> None:
    def native_module(name: str) -> ModuleType:
        module = ModuleType(name)
        module.__dict__["openai"] = SimpleNamespace(
            o200k_base=lambda: (name, "o200k_base"), cl100k_base=lambda: (name, "cl100k_base")
        )
        return module

    monkeypatch.setattr(rs_bpe_library, "import_module", native_module)
    loaded: object = rs_bpe_library.load(encoding)
    assert loaded == ("rs_bpe.bpe", encoding)
