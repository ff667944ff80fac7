from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.dialect import LlmRequest
from headgate.tokens.dialects.anthropic_messages import DIALECT
from headgate.tokens.prompt import PromptParts
from headgate.tokens.request import with_completion_cap


def read(**members: object) -> LlmRequest:
    return DIALECT.read("/v1/messages", msgspec.json.encode(members))


def parts_of(*blocks: object, **members: object) -> PromptParts:
    return read(messages=[{"role": "user", "content": blocks}], **members).prompt_parts()


def test_a_request_says_model_stream_and_cap() -> None:
    request = read(model="claude-4", stream=True, max_tokens=50)
    assert (request.model, request.stream, request.completion_cap) == ("claude-4", True, 50)


def test_system_text_images_and_results_are_prompt() -> None:
    result = {"type": "tool_result", "content": [{"type": "text", "text": "clear"}]}
    picture = {"type": "image", "source": {"type": "base64", "data": "AAAA"}}
    parts = parts_of({"type": "text", "text": "what"}, picture, result, system="be brief")
    assert parts.texts == ["be brief", "what", "clear"]
    assert (parts.images, parts.overhead) == (1, 3 + 4)


def test_a_plain_text_message_is_prompt() -> None:
    assert read(messages=[{"role": "user", "content": "hi"}]).prompt_parts().texts == ["hi"]


def test_calls_and_text_documents_are_prompt_and_old_thoughts_are_not() -> None:
    call = {"type": "tool_use", "id": "t1", "name": "sky", "input": {"at": 1.50}}
    plain = {"type": "document", "source": {"type": "text", "data": "a page"}}
    thought = {"type": "thinking", "thinking": "hm", "signature": "xx"}
    assert parts_of(call, plain, thought).texts == ["sky", '{"at":1.5}', "a page"]


def test_tools_cost_their_json_and_a_prompt_of_their_own() -> None:
    parts = parts_of(tools=[{"name": "sky", "input_schema": {}}])
    assert parts.texts == ['{"name":"sky","input_schema":{}}']
    assert parts.overhead == 3 + 4 + 346


@pytest.mark.parametrize(
    ("model", "choice", "prompt"),
    [
        ("claude-opus-4-5", None, 346),
        ("claude-sonnet-4", {"type": "auto"}, 346),
        ("claude-sonnet-4", {"type": "none"}, 346),
        ("claude-sonnet-4", {"type": "any"}, 313),
        ("claude-3-7-sonnet-latest", {"type": "tool", "name": "sky"}, 313),
        ("claude-3-5-haiku-20241022", None, 264),
        ("anthropic.claude-3-haiku-20240307-v1:0", {"type": "any"}, 340),
        ("claude-3-opus-20240229", {"type": "auto"}, 530),
        ("claude-3-opus-20240229", {"type": "tool", "name": "sky"}, 281),
        ("claude-3-sonnet-20240229", "odd", 159),
    ],
)
def test_the_prompt_of_tools_depends_on_the_model_and_the_choice(
    model: str, choice: object, prompt: int
) -> None:
    tools = [{"name": "sky", "input_schema": {}}]
    body = {"model": model, "messages": [], "tools": tools, "tool_choice": choice}
    request = DIALECT.read("/v1/messages", msgspec.json.encode(body))
    assert request.prompt_parts().overhead == 3 + prompt


def test_thoughts_are_part_of_the_completion() -> None:
    usage = b'{"type":"message_delta","usage":{"output_tokens":90,'
    usage += b'"output_tokens_details":{"thinking_tokens":70}}}'
    assert DIALECT.usage(usage) == TokenUsage(output_tokens=90, reasoning_tokens=70)


def test_the_prompt_is_what_was_cached_written_and_fresh() -> None:
    usage = b'"usage":{"input_tokens":5,"cache_creation_input_tokens":20,'
    usage += b'"cache_read_input_tokens":45,"output_tokens":7}'
    told = TokenUsage(
        input_tokens=70, cached_tokens=45, cache_write_tokens=20, output_tokens=7, model="m"
    )
    assert DIALECT.usage(b'{"model":"m","content":[],' + usage + b"}") == told
    assert DIALECT.usage(b'{"message":{"model":"m",' + usage + b"}}") == told


def test_an_error_that_reports_usage_is_read_and_one_that_does_not_is_none() -> None:
    error = b'{"type":"error","error":{"type":"overloaded_error","message":"x"}'
    assert DIALECT.usage(error + b"}") is None
    assert DIALECT.usage(error + b',"usage":{"input_tokens":5}}') == TokenUsage(input_tokens=5)
    assert DIALECT.usage(b'{"usage":{"input_tokens":-5,"cache_read_input_tokens":9}}') is None


def test_the_text_of_an_answer_holds_thoughts_and_calls() -> None:
    content = [
        {"type": "thinking", "thinking": "hm "},
        {"type": "text", "text": "mild "},
        {"type": "tool_use", "name": "sky", "input": {"at": 1}},
    ]
    payload = msgspec.json.encode({"type": "message", "content": content})
    assert DIALECT.text(payload) == 'hm mild sky{"at":1}'
    assert DIALECT.knows(payload)
    assert not DIALECT.knows(b'{"type":"other"}')


@pytest.mark.parametrize(
    ("reason", "cut"),
    [("max_tokens", True), ("model_context_window_exceeded", True), ("end_turn", False)],
)
def test_how_an_answer_ended_is_told_whole_and_streamed(reason: str, cut: bool) -> None:
    delta = {"type": "message_delta", "delta": {"stop_reason": reason}}
    assert DIALECT.truncated(msgspec.json.encode({"stop_reason": reason})) is cut
    assert DIALECT.truncated(msgspec.json.encode(delta)) is cut
    assert DIALECT.ends(msgspec.json.encode(delta))
    assert not DIALECT.ends(b'{"type":"ping"}')


@pytest.mark.parametrize(("given", "sent"), [(10, 10), (2000, 2000), (2001, 2000), (None, 2000)])
def test_a_cap_is_set_or_lowered_and_never_raised(given: int | None, sent: int) -> None:
    members = {"model": "m"} if given is None else {"model": "m", "max_tokens": given}
    body = msgspec.json.encode(members)
    changed = with_completion_cap(DIALECT.read("/v1/messages", body), body, cap=2000)
    assert msgspec.json.decode(changed) == {"model": "m", "max_tokens": sent}


@pytest.mark.parametrize(
    ("cap", "thinking"),
    [
        (5000, {"type": "enabled", "budget_tokens": 3000}),
        (3000, {"type": "enabled", "budget_tokens": 2999}),
        (1025, {"type": "enabled", "budget_tokens": 1024}),
        (1024, {"type": "disabled"}),
    ],
)
def test_thoughts_stay_below_a_lower_cap(cap: int, thinking: dict[str, object]) -> None:
    given = {"max_tokens": 8000, "thinking": {"type": "enabled", "budget_tokens": 3000}}
    body = msgspec.json.encode(given)
    changed = with_completion_cap(DIALECT.read("/v1/messages", body), body, cap=cap)
    assert msgspec.json.decode(changed) == {"max_tokens": cap, "thinking": thinking}


@pytest.mark.parametrize(
    ("newest", "closed"),
    [
        (b'{"type":"content_block_delta","index":2,"delta":{}}', True),
        (b'{"type":"content_block_start","index":2}', True),
        (b'{"type":"content_block_stop","index":2}', False),
        (b'{"type":"message_start"}', False),
    ],
)
def test_a_stream_ends_with_its_open_block_and_message(newest: bytes, closed: bool) -> None:
    usage = TokenUsage(input_tokens=70, cached_tokens=45, cache_write_tokens=20, output_tokens=3)
    recent = [b'{"type":"ping"}', newest]
    ending = DIALECT.closing(recent, newest, usage=usage, show_usage=False)
    assert (b'{"type":"content_block_stop","index":2}' in ending) is closed
    assert b'"input_tokens":5,' in ending
    assert ending.endswith(b'event: message_stop\ndata: {"type":"message_stop"}\n\n')
