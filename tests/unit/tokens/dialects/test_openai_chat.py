from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.dialect import LlmRequest
from headgate.tokens.dialects.openai_chat import DIALECT
from headgate.tokens.estimate import estimate_prompt
from headgate.tokens.prompt import PromptParts, RequestUnreadable
from headgate.tokens.request import with_completion_cap


def read(**members: object) -> LlmRequest:
    return DIALECT.read("/v1/chat/completions", msgspec.json.encode(members))


def parts_of(*messages: object, **members: object) -> PromptParts:
    return read(messages=messages, **members).prompt_parts()


def words(text: str) -> int:
    return len(text.split())


def test_a_request_says_model_stream_cap_and_choices() -> None:
    request = read(
        model="gpt-4o", stream=True, stream_options={"include_usage": True}, max_tokens=50, n=2
    )
    assert request.model == "gpt-4o"
    assert (request.stream, request.usage_asked) == (True, True)
    assert (request.completion_cap, request.choices) == (50, 2)
    assert request.has_completion


def test_null_members_are_as_if_absent() -> None:
    request = read(model=None, stream=None, stream_options=None, max_tokens=None, n=None)
    assert (request.model, request.stream, request.usage_asked) == ("", False, False)
    assert (request.completion_cap, request.choices) == (None, 1)


@pytest.mark.parametrize(
    ("older", "newer", "limit"), [(10, None, 10), (None, 20, 20), (30, 20, 30), (-1, 5, 5)]
)
def test_the_larger_of_two_caps_holds(older: int | None, newer: int | None, limit: int) -> None:
    assert read(max_tokens=older, max_completion_tokens=newer).completion_cap == limit


@pytest.mark.parametrize(
    "members",
    [{"max_tokens": "many"}, {"max_tokens": 1.5}, {"stream": "yes"}, {"n": True}, {"model": 4}],
)
def test_members_of_a_wrong_type_are_refused_by_name(members: dict[str, object]) -> None:
    with pytest.raises(RequestUnreadable, match=next(iter(members))):
        read(**members)


def test_messages_cost_three_each_three_in_all_and_their_values() -> None:
    parts = parts_of(
        {"role": "system", "content": "be brief and kind"},
        {"role": "user", "content": "will it rain"},
    )
    assert estimate_prompt(parts, words) == 3 + (3 + 1 + 4) + (3 + 1 + 3)


def test_a_name_costs_one_more() -> None:
    parts = parts_of({"role": "system", "name": "example_user", "content": "two words"})
    assert estimate_prompt(parts, words) == 3 + (3 + 1 + 1 + 1 + 2)


def test_an_unknown_role_is_counted_as_text() -> None:
    assert parts_of({"role": "weather service"}).texts == ["weather service"]
    assert parts_of({"role": ["user"]}).texts == ["user"]


def test_parts_of_a_message_are_text_and_images() -> None:
    parts = parts_of(
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "what is this"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            ],
        }
    )
    assert estimate_prompt(parts, words) == 3 + 3 + 1 + 3 + 1200


def test_tool_calls_and_their_results_are_prompt() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "sky", "arguments": "{}"}}
    parts = parts_of(
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "clear"},
    )
    assert parts.texts == ["sky", "{}", "call_1", "clear"]


def test_tools_are_prompt() -> None:
    tool = {"type": "function", "function": {"name": "sky", "description": "Looks up"}}
    parts = parts_of(tools=[tool])
    assert parts == PromptParts(texts=["sky:Looks up"], overhead=3 + 7 + 12)
    assert read(tools=[tool], model="gpt-4").prompt_parts().overhead == 3 + 10 + 12


def test_older_functions_are_prompt() -> None:
    assert parts_of(functions=[{"name": "sky"}]).texts == ["sky:"]


def test_the_schema_of_the_answer_is_prompt_and_the_word_text_is_not() -> None:
    assert parts_of(response_format={"type": "text"}).texts == []
    schema = {"name": "s", "schema": {}}
    parts = parts_of(response_format={"type": "json_schema", "json_schema": schema})
    assert parts.texts == ['{"name":"s","schema":{}}']


@pytest.mark.parametrize("messages", [None, [], "text", {}, [None, 1, "text", []]])
def test_what_is_not_a_message_adds_nothing(messages: object) -> None:
    assert read(messages=messages).prompt_parts() == PromptParts(overhead=3)


def test_no_messages_leave_the_frame_of_the_reply() -> None:
    assert read().prompt_parts() == PromptParts(overhead=3)


@pytest.mark.parametrize(
    ("members", "sent"),
    [
        ({"model": "gpt-4o"}, {"max_tokens": 20}),
        ({"model": "o3-mini"}, {"max_completion_tokens": 20}),
        ({"model": "gpt-4o", "max_tokens": -1}, {"max_tokens": 20}),
        ({"max_tokens": 10}, {"max_tokens": 10}),
        ({"max_tokens": 21}, {"max_tokens": 20}),
        ({"max_completion_tokens": 21}, {"max_completion_tokens": 20}),
        (
            {"max_tokens": 9, "max_completion_tokens": 30},
            {"max_tokens": 9, "max_completion_tokens": 20},
        ),
    ],
)
def test_a_cap_is_set_or_lowered_and_never_raised(
    members: dict[str, object], sent: dict[str, object]
) -> None:
    body = msgspec.json.encode({**members, "messages": []})
    request = DIALECT.read("/v1/chat/completions", body)
    changed = with_completion_cap(request, body, cap=20)
    assert msgspec.json.decode(changed) == {**members, "messages": [], **sent}
    assert DIALECT.can_cap


def test_the_model_of_the_body_tells_how_a_deployment_is_capped() -> None:
    body = b'{"model":"o3"}'
    request = DIALECT.read("/openai/deployments/mine/chat/completions", body)
    assert b"max_completion_tokens" in with_completion_cap(request, body, cap=20)


def test_reasoning_that_is_sent_under_two_names_counts_once() -> None:
    delta = {"reasoning": "hm", "reasoning_content": "hm", "content": "mild"}
    assert DIALECT.text(msgspec.json.encode({"choices": [{"delta": delta}]})) == "mildhm"


def test_every_choice_seen_is_ended() -> None:
    chunks = [b'{"id":"c","model":"m","choices":[{"index":%d}]}' % index for index in (1, 0)]
    usage = TokenUsage(input_tokens=2, output_tokens=1)
    ending = DIALECT.closing([b"{", *chunks], b"", usage=usage, show_usage=True)
    first, second, done = ending.split(b"\n\n", 2)
    last = msgspec.json.decode(first.removeprefix(b"data: "))
    assert (last["id"], last["model"]) == ("c", "m")
    assert [c["index"] for c in last["choices"]] == [0, 1]
    assert {c["finish_reason"] for c in last["choices"]} == {"length"}
    assert msgspec.json.decode(second.removeprefix(b"data: "))["usage"]["total_tokens"] == 3
    assert done == b"data: [DONE]\n\n"
