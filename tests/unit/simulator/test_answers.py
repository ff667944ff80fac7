from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.simulator import answers
from headgate.simulator.answers import DONE, Completion, Usage
from headgate.simulator.requests import Ask
from headgate.simulator.routes import Kind
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
    stream = b"".join(data for data, _ in answers.events(made))
    lines = stream.split(b"\n\n")
    assert lines[-2:] == [DONE.strip(), b""]
    assert all(line.startswith(b"data: ") for line in lines[:-1])
    return [msgspec.json.decode(line[6:]) for line in lines[:-2]]


def test_whole_answer_has_text_and_usage() -> None:
    answer = msgspec.json.decode(answers.whole(completion()))
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
    assert "usage" not in msgspec.json.decode(answers.whole(completion(usage=None)))


def test_azures_whole_answer_has_filter_results() -> None:
    answer = msgspec.json.decode(answers.whole(completion(azure=True)))
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
    steps = list(answers.events(completion(choices=2)))
    assert [tokens for _, tokens in steps] == [2, 2, 2, 0]
    texts = {0: "", 1: ""}
    for event in payloads(completion(choices=2))[:-1]:
        choice = event["choices"][0]
        texts[choice["index"]] += choice["delta"].get("content") or ""
    assert texts == {0: "the of water", 1: "of water river"}


def test_completion_of_no_tokens_is_opening_and_end() -> None:
    assert [tokens for _, tokens in answers.events(completion(tokens=0))] == [0]
    assert len(payloads(completion(tokens=0))) == 3


def test_older_completions_stream_text() -> None:
    events = payloads(completion(chat=False, azure=True, usage=None, null_usage=False))
    assert "prompt_filter_results" in events[0]
    assert [event["choices"][0]["text"] for event in events[1:]] == ["the", " of", " water", ""]
    assert {event["object"] for event in events[1:]} == {"text_completion"}
    whole = msgspec.json.decode(answers.whole(completion(chat=False)))
    assert whole["choices"][0]["text"] == "the of water"


@pytest.mark.parametrize("name", ['a"b', "\0", "名"])
def test_model_name_of_any_characters_stays_json(name: str) -> None:
    assert {event["model"] for event in payloads(completion(model=name))} == {name}


def test_text_of_a_stream_counts_as_its_tokens() -> None:
    events = payloads(completion(tokens=500, start=31))
    text = "".join(event["choices"][0]["delta"].get("content", "") for event in events[:-1])
    assert load().count(text) == 500


def test_embeddings_come_as_numbers_or_as_base64() -> None:
    ask = Ask(
        kind=Kind.EMBEDDINGS,
        model="e",
        stream=False,
        usage_asked=False,
        cap=None,
        choices=1,
        inputs=["a", "b"],
        dimensions=4,
    )
    answer = msgspec.json.decode(answers.embeddings(ask, model="e", usage=Usage(2, 0)))
    assert [len(item["embedding"]) for item in answer["data"]] == [4, 4]
    assert answer["usage"] == {"prompt_tokens": 2, "total_tokens": 2}
    ask.base64 = True
    answer = msgspec.json.decode(answers.embeddings(ask, model="e", usage=None))
    assert isinstance(answer["data"][0]["embedding"], str)
    assert "usage" not in answer


def test_azure_tells_what_a_model_can() -> None:
    assert answers.model("gpt-4o", azure=True)["capabilities"]["chat_completion"] is True
    assert answers.model("text-embedding-3-small", azure=True)["capabilities"]["embeddings"] is True
    assert "capabilities" not in answers.model("gpt-4o", azure=False)
