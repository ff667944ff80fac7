from __future__ import annotations

from typing import Any

import pytest

from headgate.simulator.dialects.openai_embeddings import EmbeddingsAsk, read
from headgate.simulator.refusals import Refused
from tests.unit.simulator.dialects.conftest import answer, document_of, incoming


def embeddings(**members: Any) -> EmbeddingsAsk:
    return read(incoming(members))


def test_embeddings_are_read() -> None:
    ask = embeddings(input=["a b", "c"], dimensions=8, encoding_format="base64")
    assert (ask.inputs, ask.dimensions, ask.base64) == (["a b", "c"], 8, True)
    assert ask.usage("text-embedding-3-small").prompt == 3
    assert embeddings(input="a").base64 is False


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"input": []},
        {"input": "a", "dimensions": 0},
        {"input": "a", "dimensions": 8193},
        {"input": "a", "encoding_format": "hex"},
    ],
)
def test_embeddings_without_sense_are_refused(members: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        embeddings(**members)


def test_vectors_come_as_numbers_or_as_base64() -> None:
    shown = document_of(answer(embeddings(input=["a", "b"], dimensions=4)))
    assert [len(item["embedding"]) for item in shown["data"]] == [4, 4]
    assert shown["usage"] == {"prompt_tokens": 2, "total_tokens": 2}
    ask = embeddings(input="a", dimensions=4, encoding_format="base64")
    shown = document_of(answer(ask, told=False))
    assert isinstance(shown["data"][0]["embedding"], str)
    assert "usage" not in shown
