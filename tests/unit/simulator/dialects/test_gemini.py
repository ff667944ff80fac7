from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.simulator.dialects import gemini
from headgate.simulator.dialects.gemini import GeminiAsk
from headgate.simulator.refusals import Refused
from headgate.simulator.usage import Usage
from tests.unit.simulator.dialects.conftest import answer, document_of, events_of, incoming

HELLO = [{"role": "user", "parts": [{"text": "Hello"}]}]


def content(**config: Any) -> GeminiAsk:
    return gemini.read(incoming({"contents": HELLO, "generationConfig": config}))


def streamed(alt: str, **config: Any) -> GeminiAsk:
    body = {"contents": HELLO, "generationConfig": config}
    return gemini.read_stream(incoming(body, query={"alt": alt}))


def test_prompt_counts_system_contents_and_tools() -> None:
    assert content().usage("g").prompt == 8
    more = {"contents": HELLO, "systemInstruction": {"parts": [{"text": "Hello"}]}}
    assert gemini.read(incoming(more)).usage("g").prompt == 13
    tools = [{"functionDeclarations": [{"name": "f"}]}, {"googleSearch": {}}]
    assert gemini.read(incoming({"contents": HELLO, "tools": tools})).usage("g").prompt > 27
    picture = [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "A" * 9000}}]}]
    assert gemini.read(incoming({"contents": picture})).usage("g").prompt == 7 + 765


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"contents": []},
        {"contents": HELLO, "generationConfig": {"maxOutputTokens": 0}},
        {"contents": HELLO, "generationConfig": {"candidateCount": 9}},
        b"{",
    ],
)
def test_request_without_sense_is_refused(body: object) -> None:
    with pytest.raises(Refused):
        gemini.read(incoming(body))


def test_whole_answer_tells_candidates_and_usage() -> None:
    shown = document_of(answer(content(candidateCount=2), reasoning_tokens=2, cached_percent=50))
    texts = [part["content"]["parts"][0]["text"] for part in shown["candidates"]]
    assert texts == ["the of water", "of water river"]
    assert shown["candidates"][0]["finishReason"] == "STOP"
    usage = shown["usageMetadata"]
    assert (usage["promptTokenCount"], usage["cachedContentTokenCount"]) == (8, 4)
    assert (usage["candidatesTokenCount"], usage["thoughtsTokenCount"]) == (6, 4)
    assert usage["totalTokenCount"] == 18
    assert "usageMetadata" not in document_of(answer(content(), told=False))


def test_cap_is_named_as_the_reason_to_stop() -> None:
    shown = document_of(answer(content(maxOutputTokens=2)))
    assert shown["candidates"][0]["finishReason"] == "MAX_TOKENS"


def test_stream_tells_usage_so_far_in_each_event() -> None:
    reply = answer(streamed("sse"), reasoning_tokens=2)
    assert reply.headers[0] == ("content-type", "text/event-stream")
    steps = [(data.replace(b"\r\n", b"\n"), tokens) for data, tokens in reply.steps]
    assert [tokens for _, tokens in steps] == [1, 1, 1, 0]
    reply.steps = iter(steps)
    usages = [event["usageMetadata"] for event in events_of(reply)]
    assert [usage["candidatesTokenCount"] for usage in usages] == [1, 2, 3, 3]
    assert [usage["totalTokenCount"] for usage in usages] == [11, 12, 13, 13]


def test_stream_may_be_one_array() -> None:
    for count in (0, 1, 3):
        reply = answer(streamed("json"), completion_tokens=count)
        assert reply.headers[0] == ("content-type", "application/json")
        chunks = msgspec.json.decode(b"".join(data for data, _ in reply.steps))
        assert len(chunks) == count + 1
        assert chunks[-1]["candidates"][0]["finishReason"] == "STOP"


def test_stream_without_usage_has_none_anywhere() -> None:
    reply = answer(streamed("json"), told=False)
    assert b"usageMetadata" not in b"".join(data for data, _ in reply.steps)


def test_tokens_are_counted_of_contents_or_of_a_whole_request() -> None:
    ask = gemini.read_count(incoming({"contents": HELLO}))
    assert ask.usage("g").prompt == 8
    assert document_of(ask.count(Usage(8, 0)))["totalTokens"] == 8
    whole = gemini.read_count(incoming({"generateContentRequest": {"contents": HELLO}}))
    assert whole.usage("g").prompt == 8
    with pytest.raises(Refused):
        gemini.read_count(incoming({}))
