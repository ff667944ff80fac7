from __future__ import annotations

from typing import Any

import pytest

from headgate.simulator.dialects.openai_responses import ResponsesAsk, read
from headgate.simulator.refusals import Refused
from tests.unit.simulator.dialects.conftest import answer, document_of, events_of, incoming

HELLO = [{"role": "user", "content": [{"type": "input_text", "text": "Hello"}]}]


def response(**members: Any) -> ResponsesAsk:
    return read(incoming({"model": "gpt-4o", "input": "Hello"} | members))


def test_prompt_counts_alike_as_text_and_as_items() -> None:
    assert response().usage("gpt-4o").prompt == response(input=HELLO).usage("gpt-4o").prompt == 8
    assert response(instructions="Hello").usage("gpt-4o").prompt == 13
    tools = [{"type": "function", "name": "f", "parameters": {}}]
    assert response(tools=tools).usage("gpt-4o").prompt > 8


@pytest.mark.parametrize(
    "members", [{"input": None}, {"input": 5}, {"max_output_tokens": 0}, {"stream": "yes"}]
)
def test_request_without_sense_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        response(**members)


def test_whole_response_tells_reasoning_text_and_usage() -> None:
    shown = document_of(answer(response(), reasoning_tokens=2, cached_percent=50))
    assert [item["type"] for item in shown["output"]] == ["reasoning", "message"]
    assert shown["output"][1]["content"][0]["text"] == "the of water"
    assert shown["usage"] == {
        "input_tokens": 8,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 2},
        "total_tokens": 13,
    }
    assert document_of(answer(response(), told=False))["usage"] is None


def test_cap_makes_a_response_incomplete() -> None:
    shown = document_of(answer(response(max_output_tokens=2)))
    assert shown["status"] == "incomplete"
    assert shown["incomplete_details"] == {"reason": "max_output_tokens"}
    assert shown["output"][0]["status"] == "incomplete"
    assert document_of(answer(response(max_output_tokens=3)))["status"] == "completed"


def test_stream_opens_tells_each_word_and_closes() -> None:
    events = events_of(answer(response(stream=True), reasoning_tokens=1))
    assert [event["type"].removeprefix("response.") for event in events] == [
        *("created", "in_progress", "output_item.added", "output_item.done"),
        *("output_item.added", "content_part.added"),
        *["output_text.delta"] * 3,
        *("output_text.done", "content_part.done", "output_item.done", "completed"),
    ]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert [event["delta"] for event in events if "delta" in event] == ["the", " of", " water"]
    assert events[0]["response"]["usage"] is None
    assert events[-1]["response"]["usage"]["output_tokens"] == 4
    assert {event["output_index"] for event in events[4:-1]} == {1}


def test_each_step_holds_one_token() -> None:
    reply = answer(response(stream=True))
    assert ([tokens for _, tokens in reply.steps], reply.token_steps) == ([1, 1, 1, 0], 3)
    cut = events_of(answer(response(stream=True, max_output_tokens=1)))
    assert cut[-1]["type"] == "response.incomplete"
