from __future__ import annotations

from typing import Any

import pytest

from headgate.simulator.dialects.openai_speech import FRAME, read
from headgate.simulator.refusals import Refused
from tests.unit.simulator.dialects.conftest import answer, incoming


def test_each_token_is_a_frame_of_silence() -> None:
    ask = read(incoming({"model": "m", "input": "Hello"}))
    assert ask.usage("gpt-4o").prompt == 1
    reply = answer(ask)
    assert reply.headers[0] == ("content-type", "audio/mpeg")
    assert list(reply.steps) == [(FRAME * 3, 3)]


@pytest.mark.parametrize(
    "members", [{"input": None}, {"response_format": "wav"}, {"stream_format": "sse"}]
)
def test_request_without_sense_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        read(incoming({"input": "Hello"} | members))
