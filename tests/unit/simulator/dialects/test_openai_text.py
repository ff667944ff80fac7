from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from headgate.simulator.bodies import Incoming
from headgate.simulator.dialects import openai_text
from headgate.simulator.dialects.openai_text import DONE, Completion, TextAsk
from headgate.simulator.refusals import Refused
from headgate.simulator.usage import Usage
from headgate.tokenizers.vocabulary import load

JSON = dict[str, Any]


def completion(**members: Any) -> Completion:
    given: JSON = {
        "id": "chatcmpl-1",
        "created": 5,
        "model": "gpt-4o",
        "chat": True,
        "azure": False,
        "choices": 1,
        "tokens": 3,
        "finish": "stop",
        "start": 0,
        "usage": Usage(8, 3),
        "null_usage": True,
    }
    return Completion(**(given | members))


def payloads(made: Completion) -> list[JSON]:
    """Return the events of a stream, without the last, which is checked here."""
    stream = b"".join(data for data, _ in openai_text.events(made))
    lines = stream.split(b"\n\n")
    assert lines[-2:] == [DONE.strip(), b""]
    assert all(line.startswith(b"data: ") for line in lines[:-1])
    return [msgspec.json.decode(line[6:]) for line in lines[:-2]]


def test_whole_answer_has_text_and_usage() -> None:
    answer = msgspec.json.decode(openai_text.whole(completion()))
    assert answer["object"] == "chat.completion"
    assert answer["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "the of water", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ]
    assert answer["usage"]["total_tokens"] == 11
    assert "prompt_filter_results" not in answer


def test_whole_answer_without_usage_has_no_such_member() -> None:
    assert "usage" not in msgspec.json.decode(openai_text.whole(completion(usage=None)))


def test_azures_whole_answer_has_filter_results() -> None:
    answer = msgspec.json.decode(openai_text.whole(completion(azure=True)))
    results = answer["prompt_filter_results"][0]["content_filter_results"]
    assert results["jailbreak"] == {"filtered": False, "detected": False}
    assert answer["choices"][0]["content_filter_results"]["hate"]["severity"] == "safe"


def test_stream_says_role_then_words_then_the_end_then_usage() -> None:
    events = payloads(completion())
    deltas = [event["choices"][0]["delta"] for event in events[:-1]]
    assert deltas == [
        {"role": "assistant", "content": "", "refusal": None},
        {"content": "the"},
        {"content": " of"},
        {"content": " water"},
        {},
    ]
    reasons = [event["choices"][0]["finish_reason"] for event in events[:-1]]
    assert reasons == [None, None, None, None, "stop"]
    assert events[-1]["choices"] == []
    assert events[-1]["usage"]["completion_tokens"] == 3
    assert {event["id"] for event in events} == {"chatcmpl-1"}
    assert {event["object"] for event in events} == {"chat.completion.chunk"}


def test_usage_is_null_in_all_events_but_the_last_when_it_was_asked() -> None:
    assert [event["usage"] for event in payloads(completion())[:-1]] == [None] * 5
    azure = payloads(completion(azure=True))
    assert [event["usage"] for event in azure[:-1]] == [None] * 6


@pytest.mark.parametrize("azure", [False, True])
def test_usage_is_absent_when_it_was_not_asked(azure: bool) -> None:
    events = payloads(completion(usage=None, null_usage=False, azure=azure))
    assert all("usage" not in event for event in events)
    assert events[-1]["choices"][0]["finish_reason"] == "stop"


def test_azures_stream_begins_with_the_prompts_filter_results() -> None:
    events = payloads(completion(azure=True))
    assert events[0]["choices"] == []
    assert events[0]["prompt_filter_results"][0]["prompt_index"] == 0
    assert events[1]["choices"][0]["content_filter_results"] == {}
    assert events[2]["choices"][0]["content_filter_results"]["violence"]["filtered"] is False


def test_each_step_holds_one_token_of_each_choice() -> None:
    steps = list(openai_text.events(completion(choices=2)))
    assert [tokens for _, tokens in steps] == [2, 2, 2, 0]
    texts = {0: "", 1: ""}
    for event in payloads(completion(choices=2))[:-1]:
        choice = event["choices"][0]
        texts[choice["index"]] += choice["delta"].get("content") or ""
    assert texts == {0: "the of water", 1: "of water river"}


def test_completion_of_no_tokens_is_opening_and_end() -> None:
    assert [tokens for _, tokens in openai_text.events(completion(tokens=0))] == [0]
    assert len(payloads(completion(tokens=0))) == 3


def test_older_completions_stream_text() -> None:
    events = payloads(completion(chat=False, azure=True, usage=None, null_usage=False))
    assert "prompt_filter_results" in events[0]
    assert [event["choices"][0]["text"] for event in events[1:]] == ["the", " of", " water", ""]
    assert {event["object"] for event in events[1:]} == {"text_completion"}
    whole = msgspec.json.decode(openai_text.whole(completion(chat=False)))
    assert whole["choices"][0]["text"] == "the of water"


@pytest.mark.parametrize("name", ['a"b', "\0", "名"])
def test_model_name_of_any_characters_stays_json(name: str) -> None:
    assert {event["model"] for event in payloads(completion(model=name))} == {name}


def test_text_of_a_stream_counts_as_its_tokens() -> None:
    events = payloads(completion(tokens=500, start=31))
    text = "".join(event["choices"][0]["delta"].get("content", "") for event in events[:-1])
    assert load().count(text) == 500


HELLO = [{"role": "user", "content": "Hello"}]


def incoming(body: object) -> Incoming:
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Incoming(method="POST", path="", query={}, headers={}, body=data)


def chat(**members: Any) -> TextAsk:
    return openai_text.read_chat(incoming({"messages": HELLO} | members))


def completions(**members: Any) -> TextAsk:
    return openai_text.read_completions(incoming(members))


def test_chat_is_read() -> None:
    ask = chat(model="m", stream=True, stream_options={"include_usage": True}, max_tokens=9, n=2)
    assert (ask.model, ask.stream, ask.usage_asked, ask.cap, ask.choices) == ("m", True, True, 9, 2)
    assert ask.usage("gpt-4o").prompt == 8


def test_nulls_are_like_absent_members() -> None:
    ask = chat(stream=None, stream_options=None, max_tokens=None, n=None, tools=None)
    assert (ask.stream, ask.cap, ask.choices) == (False, None, 1)


def test_both_names_of_the_cap_work_but_not_at_once() -> None:
    assert chat(max_completion_tokens=5).cap == 5
    with pytest.raises(Refused, match="at once"):
        chat(max_tokens=5, max_completion_tokens=5)


@pytest.mark.parametrize(
    "members",
    [
        {"messages": None},
        {"messages": []},
        {"messages": "Hello"},
        {"messages": ["Hello"]},
        {"max_tokens": 0},
        {"max_tokens": "1"},
        {"max_completion_tokens": -1},
        {"n": 0},
        {"n": 129},
        {"stream": "yes"},
        {"stream_options": {"include_usage": True}},
        {"stream": False, "stream_options": {}},
        {"model": 5},
    ],
)
def test_chat_without_sense_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        chat(**members)
    assert refused.value.refusal.status == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"messages":"\\ud800"}', b"[" * 100_000],
)
@pytest.mark.parametrize("read", [openai_text.read_chat, openai_text.read_completions])
def test_body_that_is_no_json_object_is_refused(
    read: Callable[[Incoming], TextAsk], body: bytes
) -> None:
    with pytest.raises(Refused) as refused:
        read(incoming(body))
    assert refused.value.refusal.status == 400


def test_deep_nesting_is_refused_or_counted_but_never_fails() -> None:
    body = b'{"messages":[{"role":"user","content":' + b"[" * 100_000 + b"]" * 100_000 + b"}]}"
    with pytest.raises(Refused):
        openai_text.read_chat(incoming(body))


@pytest.mark.parametrize(
    ("prompt", "inputs"),
    [
        ("a", ["a"]),
        (["a", "b"], ["a", "b"]),
        ([1, 2, 3], [[1, 2, 3]]),
        ([[1], [2, 3]], [[1], [2, 3]]),
        (None, [""]),
    ],
)
def test_each_prompt_gets_its_completions(prompt: object, inputs: list[str | list[int]]) -> None:
    ask = completions(prompt=prompt, n=2)
    assert ask.inputs == inputs
    assert ask.choices == 2 * len(inputs)


def test_prompts_and_choices_have_a_common_bound() -> None:
    assert completions(prompt=["a"] * 64, n=2).choices == 128
    with pytest.raises(Refused):
        completions(prompt=["a"] * 65, n=2)


@pytest.mark.parametrize("prompt", [[], [1, "a"], [[1], 2], {"a": 1}, [1.5]])
def test_prompt_without_sense_is_refused(prompt: object) -> None:
    with pytest.raises(Refused):
        completions(prompt=prompt)
