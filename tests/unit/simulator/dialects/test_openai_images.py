from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from headgate.simulator.dialects.openai_images import ImagesAsk, read
from headgate.simulator.refusals import Refused
from tests.unit.simulator.dialects.conftest import answer, document_of, incoming


def images(**members: Any) -> ImagesAsk:
    return read(incoming({"model": "gpt-image-1", "prompt": "a gate"} | members))


def test_pictures_are_billed_by_size_and_quality() -> None:
    reply = answer(images(n=2, size="1024x1536", quality="high"))
    [(_, tokens)] = reply.steps
    assert tokens == 2 * 6240
    shown = document_of(answer(images()))
    assert b64decode(shown["data"][0]["b64_json"]).startswith(b"\x89PNG")
    assert (shown["usage"]["input_tokens"], shown["usage"]["output_tokens"]) == (2, 1056)
    assert "usage" not in document_of(answer(images(), told=False))


@pytest.mark.parametrize(
    "members",
    [{"prompt": None}, {"n": 11}, {"size": "1x1"}, {"quality": "best"}, {"stream": True}],
)
def test_request_without_sense_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        images(**members)
