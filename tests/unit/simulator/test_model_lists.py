from __future__ import annotations

import pytest

from headgate.simulator.model_lists import listed, model
from headgate.simulator.vendors import Vendor


def test_azure_tells_what_a_model_can() -> None:
    chat = model("gpt-4o", Vendor.AZURE)["capabilities"]
    assert (chat["chat_completion"], chat["embeddings"]) == (True, False)
    assert model("text-embedding-3-small", Vendor.AZURE)["capabilities"]["embeddings"] is True
    assert "capabilities" not in model("gpt-4o", Vendor.OPENAI)


@pytest.mark.parametrize("vendor", Vendor)
def test_names_are_listed_as_the_vendor_does(vendor: Vendor) -> None:
    shown = listed(("a", "b"), vendor)
    entries = shown["models"] if vendor is Vendor.GOOGLE else shown["data"]
    assert entries == [model("a", vendor), model("b", vendor)]
    assert len(listed((), vendor)) == len(shown)
