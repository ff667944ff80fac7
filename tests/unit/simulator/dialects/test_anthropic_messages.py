from __future__ import annotations

from typing import Any

import pytest

from headgate.simulator.dialects.anthropic_messages import MessagesAsk, read, read_count
from headgate.simulator.refusals import Refused
from headgate.simulator.usage import Usage
from tests.unit.simulator.dialects.conftest import answer, document_of, events_of, incoming

HELLO = [{"role": "user", "content": "Hello"}]


def message(**members: Any) -> MessagesAsk:
    return read(incoming({"model": "c", "messages": HELLO, "max_tokens": 100} | members))


def test_prompt_counts_system_messages_and_tools() -> None:
    assert message().usage("c").prompt == 8
    nested = [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]
    assert message(messages=nested).usage("c").prompt == 8
    assert message(system="Hello").usage("c").prompt == 13
    tool = {"name": "f", "input_schema": {"type": "object", "properties": {"a": {}}}}
    assert message(tools=[tool]).usage("c").prompt > 27
    picture = [{"role": "user", "content": [{"type": "image", "source": {"data": "A" * 9000}}]}]
    assert message(messages=picture).usage("c").prompt == 7 + 765


@pytest.mark.parametrize(
    "members", [{"messages": []}, {"messages": None}, {"max_tokens": None}, {"max_tokens": 0}]
)
def test_request_without_sense_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        message(**members)


def test_whole_message_tells_text_and_usage() -> None:
    shown = document_of(
        answer(message(), reasoning_tokens=2, cached_percent=50, cache_write_percent=25)
    )
    assert shown["content"] == [{"type": "text", "text": "the of water"}]
    assert (shown["stop_reason"], shown["stop_sequence"]) == ("end_turn", None)
    usage = shown["usage"]
    assert (usage["input_tokens"], usage["cache_read_input_tokens"]) == (2, 4)
    assert usage["cache_creation_input_tokens"] == 2
    assert usage["cache_creation"]["ephemeral_5m_input_tokens"] == 2
    assert (usage["output_tokens"], usage["output_tokens_details"]["thinking_tokens"]) == (5, 2)
    assert "usage" not in document_of(answer(message(), told=False))


def test_cap_is_named_as_the_reason_to_stop() -> None:
    assert document_of(answer(message(max_tokens=2)))["stop_reason"] == "max_tokens"
    assert document_of(answer(message(max_tokens=3)))["stop_reason"] == "end_turn"


def test_stream_has_all_its_events_in_order() -> None:
    events = events_of(answer(message(stream=True), cached_percent=50))
    assert [event["type"] for event in events] == [
        *("message_start", "content_block_start", "ping"),
        *["content_block_delta"] * 3,
        *("content_block_stop", "message_delta", "message_stop"),
    ]
    assert [event["delta"]["text"] for event in events[3:6]] == ["the", " of", " water"]
    start, end = events[0]["message"]["usage"], events[-2]["usage"]
    assert (start["input_tokens"], start["output_tokens"]) == (4, 1)
    assert (end["input_tokens"], end["output_tokens"]) == (4, 3)
    assert events[-2]["delta"]["stop_reason"] == "end_turn"


def test_stream_without_usage_has_none_anywhere() -> None:
    events = events_of(answer(message(stream=True), told=False))
    assert not any("usage" in event or "usage" in event.get("message", {}) for event in events)


def test_each_step_holds_one_token() -> None:
    reply = answer(message(stream=True))
    assert ([tokens for _, tokens in reply.steps], reply.token_steps) == ([1, 1, 1, 0], 3)


def test_tokens_are_counted_without_a_cap() -> None:
    ask = read_count(incoming({"model": "c", "messages": HELLO}))
    assert document_of(ask.count(Usage(8, 0))) == {"input_tokens": 8}
