from __future__ import annotations

from typing import Any

import pytest

from headgate.simulator.counting import (
    chat_tokens,
    conversation_tokens,
    counter,
    prepare,
    text_tokens,
    vocabulary_of,
)

# The cookbook's example, for which it records what the API billed.
EXAMPLE: list[dict[str, Any]] = [
    {
        "role": "system",
        "content": "You are a helpful, pattern-following assistant that translates corporate"
        " jargon into plain English.",
    },
    {
        "role": "system",
        "name": "example_user",
        "content": "New synergies will help drive top-line growth.",
    },
    {
        "role": "system",
        "name": "example_assistant",
        "content": "Things working well together will increase revenue.",
    },
    {
        "role": "system",
        "name": "example_user",
        "content": "Let's circle back when we have more bandwidth to touch base on opportunities"
        " for increased leverage.",
    },
    {
        "role": "system",
        "name": "example_assistant",
        "content": "Let's talk later when we're less busy about how to do better.",
    },
    {
        "role": "user",
        "content": "This late pivot means we don't have time to boil the ocean for the client"
        " deliverable.",
    },
]
WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_current_weather",
        "description": "Get the current weather in a given location",
        "parameters": {
            "type": "object",
            "properties": {
                "location": {
                    "type": "string",
                    "description": "The city and state, e.g. San Francisco, CA",
                },
                "unit": {
                    "type": "string",
                    "description": "The unit of temperature to return",
                    "enum": ["celsius", "fahrenheit"],
                },
            },
            "required": ["location"],
        },
    },
}
WEATHER_QUESTION = [
    {"role": "system", "content": "You are a helpful assistant that can answer to questions about"
     " the weather."},
    {"role": "user", "content": "What's the weather like in San Francisco?"},
]  # fmt: skip


@pytest.mark.parametrize(("model", "tokens"), [("gpt-4-0613", 129), ("gpt-4o", 124)])
def test_example_counts_as_the_api_billed_it(model: str, tokens: int) -> None:
    assert chat_tokens(EXAMPLE, model, tools=[]) == tokens


@pytest.mark.parametrize(("model", "tokens"), [("gpt-4", 105), ("gpt-4o", 101)])
def test_example_with_a_tool_counts_as_the_api_billed_it(model: str, tokens: int) -> None:
    assert chat_tokens(WEATHER_QUESTION, model, tools=[WEATHER]) == tokens


def test_older_form_of_functions_counts_like_tools() -> None:
    function = WEATHER["function"]
    expected = chat_tokens(WEATHER_QUESTION, "gpt-4o", tools=[WEATHER])
    assert chat_tokens(WEATHER_QUESTION, "gpt-4o", tools=[function]) == expected


def test_parts_count_their_text_and_pictures_by_detail() -> None:
    def tokens(*parts: dict[str, Any]) -> int:
        message = {"role": "user", "content": [{"type": "text", "text": "hello"}, *parts]}
        return chat_tokens([message], "gpt-4o", tools=[])

    url = {"url": "data:image/png;base64,AAAA"}
    assert tokens() == 3 + 3 + 1 + 1
    assert tokens({"type": "image_url", "image_url": url | {"detail": "low"}}) == 8 + 85
    assert tokens({"type": "image_url", "image_url": url}) == 8 + 765


def test_repeated_tool_calls_count_name_and_arguments() -> None:
    count = counter("gpt-4o")
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    expected = 3 + 3 + 1 + count("f") + count('{"a":1}')
    assert chat_tokens([message], "gpt-4o", tools=[]) == expected


def test_tools_without_sense_do_not_fail() -> None:
    tools: list[Any] = [
        1,
        {"function": 2},
        {"name": "a", "parameters": {"properties": {"p": 3}}},
        {"name": "b", "parameters": []},
    ]
    assert chat_tokens([], "gpt-4o", tools=tools) > 3 + 12 + 14


def test_prompts_that_came_as_tokens_are_not_counted_again() -> None:
    assert text_tokens(["hello world", [1, 2, 3]], "gpt-4o") == 5


@pytest.mark.parametrize(
    ("model", "vocabulary"),
    [
        ("gpt-4", "cl100k_base"),
        ("gpt-4-turbo", "cl100k_base"),
        ("gpt-35-turbo-16k", "cl100k_base"),
        ("gpt-3.5-turbo", "cl100k_base"),
        ("text-embedding-3-small", "cl100k_base"),
        ("ft:gpt-4:acme::id", "cl100k_base"),
        ("gpt-4o-mini", "o200k_base"),
        ("gpt-4.1", "o200k_base"),
        ("gpt-41", "o200k_base"),
        ("gpt-5", "o200k_base"),
        ("o3-mini", "o200k_base"),
        ("something else", "o200k_base"),
    ],
)
def test_vocabulary_follows_the_prefix(model: str, vocabulary: str) -> None:
    prepare()
    assert vocabulary_of(model) == vocabulary


def test_nested_texts_count_and_names_of_things_do_not() -> None:
    turn = {"role": "user", "content": [{"type": "text", "text": "Hello"}]}
    assert conversation_tokens([turn], "gpt-4o", system=None, tools=[]) == 8
    assert conversation_tokens(["Hello"], "gpt-4o", system=None, tools=[]) == 8
    assert conversation_tokens([5, None], "gpt-4o", system="Hello", tools=[]) == 3 + 5 + 4 + 4
    low = {"content": [{"type": "input_image", "image_url": "data:", "detail": "low"}]}
    assert conversation_tokens([low], "gpt-4o", system=None, tools=[]) == 7 + 85


def test_what_is_nested_beyond_all_use_counts_nothing() -> None:
    deep: list[object] = ["Hello", 5]
    for _ in range(5000):
        deep = [deep]
    assert conversation_tokens([deep], "gpt-4o", system=None, tools=[]) == 7
