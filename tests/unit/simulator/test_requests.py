from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.simulator.refusals import Refused
from headgate.simulator.requests import Ask, read
from headgate.simulator.routes import Kind

HELLO = [{"role": "user", "content": "Hello"}]


def chat(**members: Any) -> Ask:
    return read(Kind.CHAT, msgspec.json.encode({"messages": HELLO} | members))


def completions(**members: Any) -> Ask:
    return read(Kind.COMPLETIONS, msgspec.json.encode(members))


def embeddings(**members: Any) -> Ask:
    return read(Kind.EMBEDDINGS, msgspec.json.encode(members))


def test_chat_is_read() -> None:
    ask = chat(model="m", stream=True, stream_options={"include_usage": True}, max_tokens=9, n=2)
    assert (ask.model, ask.stream, ask.usage_asked, ask.cap, ask.choices) == ("m", True, True, 9, 2)
    assert ask.prompt_tokens("gpt-4o") == 8


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
@pytest.mark.parametrize("kind", [Kind.CHAT, Kind.COMPLETIONS, Kind.EMBEDDINGS])
def test_body_that_is_no_json_object_is_refused(kind: Kind, body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(kind, body)
    assert refused.value.refusal.status == 400


def test_deep_nesting_is_refused_or_counted_but_never_fails() -> None:
    body = b'{"messages":[{"role":"user","content":' + b"[" * 100_000 + b"]" * 100_000 + b"}]}"
    with pytest.raises(Refused):
        read(Kind.CHAT, body)


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


def test_embeddings_are_read() -> None:
    ask = embeddings(input=["a b", "c"], dimensions=8, encoding_format="base64")
    assert (ask.inputs, ask.dimensions, ask.base64) == (["a b", "c"], 8, True)
    assert ask.prompt_tokens("text-embedding-3-small") == 3
    assert embeddings(input="a").base64 is False


def test_number_of_inputs_is_bounded_and_that_of_tokens_is_not() -> None:
    assert len(embeddings(input=["a"] * 2048).inputs) == 2048
    assert embeddings(input=[1] * 2049).prompt_tokens("m") == 2049
    with pytest.raises(Refused):
        embeddings(input=["a"] * 2049)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"input": []},
        {"input": "a", "dimensions": 0},
        {"input": "a", "dimensions": 8193},
        {"input": "a", "encoding_format": "hex"},
    ],
)
def test_embeddings_without_sense_are_refused(members: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        embeddings(**members)
