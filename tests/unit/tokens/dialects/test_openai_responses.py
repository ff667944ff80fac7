from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.dialect import LlmRequest
from headgate.tokens.dialects.openai_responses import DIALECT
from headgate.tokens.prompt import PromptParts
from headgate.tokens.request import with_completion_cap

ANSWER = {
    "id": "r1",
    "status": "incomplete",
    "incomplete_details": {"reason": "max_output_tokens"},
    "model": "gpt-5",
    "output": [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm "}]},
        {"type": "function_call", "name": "sky", "arguments": "{}"},
        {"type": "message", "content": [{"type": "output_text", "text": " mild"}]},
    ],
    "usage": {"input_tokens": 9, "output_tokens": 4, "total_tokens": 13},
}


def read(**members: object) -> LlmRequest:
    return DIALECT.read("/openai/responses", msgspec.json.encode(members))


def parts_of(**members: object) -> PromptParts:
    return read(**members).prompt_parts()


def test_a_request_says_model_stream_and_cap() -> None:
    request = read(model="gpt-5", stream=True, max_output_tokens=50)
    assert (request.model, request.stream, request.completion_cap) == ("gpt-5", True, 50)


def test_instructions_input_and_tools_are_prompt() -> None:
    assert parts_of(instructions="be brief", input="hello").texts == ["be brief", "hello"]
    content = [{"type": "input_text", "text": "what"}, {"type": "input_image", "image_url": "u"}]
    parts = parts_of(input=[{"role": "user", "content": content}])
    assert (parts.texts, parts.images, parts.overhead) == (["what"], 1, 3 + 4)
    assert (
        '{"type":"function","name":"sky"}'
        in parts_of(tools=[{"type": "function", "name": "sky"}]).texts
    )


def test_a_whole_answer_tells_usage_text_and_how_it_ended() -> None:
    payload = msgspec.json.encode(ANSWER)
    assert DIALECT.usage(payload) == TokenUsage(input_tokens=9, output_tokens=4, model="gpt-5")
    assert DIALECT.text(payload) == "hm sky{} mild"
    assert DIALECT.truncated(payload)
    assert DIALECT.knows(payload)
    assert not DIALECT.knows(b'{"error":{}}')


def test_the_event_that_repeats_an_answer_has_usage_and_no_text() -> None:
    payload = msgspec.json.encode({"type": "response.incomplete", "response": ANSWER})
    usage = DIALECT.usage(payload)
    assert usage is not None
    assert usage.total_tokens == 13
    assert DIALECT.text(payload) == ""
    assert DIALECT.truncated(payload)
    assert DIALECT.ends(payload)


@pytest.mark.parametrize(
    ("given", "sent"),
    [(None, 20), (10, 10), (20, 20), (21, 20), (0, 20)],
)
def test_a_cap_is_set_or_lowered_and_never_raised(given: int | None, sent: int) -> None:
    body = msgspec.json.encode({"model": "m", "max_output_tokens": given, "input": "x"})
    changed = with_completion_cap(DIALECT.read("/responses", body), body, cap=20)
    expected = {"model": "m", "max_output_tokens": sent, "input": "x"}
    assert msgspec.json.decode(changed) == expected
    assert (changed is body) is (given in (10, 20))


def test_a_stream_ends_with_the_response_that_was_announced() -> None:
    first = msgspec.json.encode(
        {"type": "response.created", "response": {"id": "r1", "status": "in_progress"}}
    )
    newest = b'{"type":"response.output_text.delta","delta":"a","sequence_number":7}'
    ending = DIALECT.closing(
        [newest, first], first, usage=TokenUsage(input_tokens=2, output_tokens=1), show_usage=False
    )
    assert ending.startswith(b"event: response.incomplete\ndata: {")
    content = msgspec.json.decode(ending.partition(b"data: ")[2])
    assert content["sequence_number"] == 8
    assert content["response"]["id"] == "r1"
    assert content["response"]["status"] == "incomplete"
    assert content["response"]["usage"]["total_tokens"] == 3
