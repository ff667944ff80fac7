from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.tokens.dialogue import Dialogue, dialogue
from headgate.tokens.prompt import RequestUnreadable

HI = {"role": "user", "content": "hi"}


def read(**members: Any) -> Dialogue | None:
    return dialogue(msgspec.json.encode(members))


def said(**members: Any) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    found = read(**members)
    assert found is not None
    return found.system, found.turns


def test_messages_of_a_chat() -> None:
    messages = [
        {"role": "system", "content": "be kind"},
        {"role": "developer", "content": [{"type": "text", "text": "be brief"}]},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"role": "assistant", "content": "c"},
    ]
    assert said(messages=messages) == (
        ("be kind", "be brief"),
        (("user", "a\nb"), ("assistant", "c")),
    )


def test_calls_of_tools_and_their_results_are_said_too() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        HI,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "sun"},
    ]
    _, turns = said(messages=messages)
    assert turns == (("user", "hi"), ("assistant", "f\n{}"), ("tool", "sun"))


def test_input_of_responses() -> None:
    assert said(input="hi", instructions="be kind") == (("be kind",), (("user", "hi"),))
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        {"type": "function_call_output", "output": "sun"},
    ]
    assert said(input=items) == ((), (("user", "hi"), ("function_call_output", "sun")))


def test_anthropic_messages() -> None:
    system = [{"type": "text", "text": "be kind", "cache_control": {"type": "ephemeral"}}]
    assert said(system=system, messages=[HI]) == (("be kind",), (("user", "hi"),))


def test_gemini_contents() -> None:
    contents = [{"role": "user", "parts": [{"text": "hi"}]}, {"role": "model", "parts": []}]
    system = {"parts": [{"text": "be kind"}]}
    assert said(contents=contents, systemInstruction=system) == (
        ("be kind",),
        (("user", "hi"), ("model", "")),
    )


def test_prompt_of_a_completion() -> None:
    assert said(prompt=["a", "b"]) == ((), (("user", "a"), ("user", "b")))


def test_rest_has_what_the_answer_depends_on_in_any_order() -> None:
    one = read(messages=[HI], model="m", tools=[{"a": 1, "b": 2}], user="x", stream=False)
    two = read(tools=[{"b": 2, "a": 1}], messages=[], prompt="hi", model="m", n=None)
    assert one is not None
    assert two is not None
    assert one.rest == two.rest == b'{"model":"m","tools":[{"a":1,"b":2}]}'
    streamed = read(messages=[HI], stream=True)
    assert streamed is not None
    assert streamed.rest == b'{"stream":true}'


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"messages": []},
        {"messages": [{"role": "system", "content": "only"}]},
        {"messages": [{"role": "user", "content": ""}]},
        {"messages": [HI, {"role": "user", "content": [{"type": "image_url", "image_url": "u"}]}]},
        {"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]},
        {"messages": [{"role": "user", "content": [{"type": "document"}]}]},
        {"contents": [{"parts": [{"inlineData": {"data": "x"}}]}]},
        {"system": [{"type": "image"}], "messages": [HI]},
        {"input": "hi", "previous_response_id": "r1"},
        {"input": "hi", "conversation": {"id": "c1"}},
    ],
)
def test_what_is_not_text_alone_is_no_dialogue(members: dict[str, Any]) -> None:
    assert dialogue(msgspec.json.encode(members)) is None


def test_body_that_is_no_object_is_no_dialogue() -> None:
    assert dialogue(b'["hi"]') is None


def test_body_that_is_no_json_is_refused() -> None:
    with pytest.raises(RequestUnreadable):
        dialogue(b"{")


def test_deep_nesting_is_no_matter() -> None:
    deep = b'{"messages":[{"role":"user","content":' + b"[" * 500 + b'"x"' + b"]" * 500 + b"}]}"
    found = dialogue(deep)
    assert found is not None
    assert found.turns == (("user", "x"),)
