"""Prompt tokens as a provider bills them.

Written a second time on purpose: this module imports nothing of `headgate.tokens`, because tests
compare what the gateway estimates with what the simulator bills, and a shared mistake would pass.
The formula is OpenAI's published one (openai-cookbook, "How to count tokens with tiktoken"):
messages 3 + their values + 1 for a name, 3 for the reply, tools with their own constants. Images
follow the vision guide for gpt-4o: 85 at low detail, otherwise 85 + 170 for each of the 4 tiles of
a 1024 x 1024 picture, as the simulator does not look into pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from headgate.tokenizers.vocabulary import load

Count = Callable[[str], int]

_REPLY = 3
_MESSAGE = 3
_NAME = 1
_ROLE = 1
_DEPTH_MAX = 100
_PICTURE_TYPES = ("image", "input_image", "document", "input_file")
_PICTURE_MEMBERS = frozenset(("inlineData", "inline_data", "fileData", "file_data"))
_NO_TEXT = frozenset(
    ("type", "role", "id", "call_id", "tool_use_id", "status", "cache_control", "signature")
)
_IMAGE_LOW, _IMAGE = 85, 85 + 4 * 170
_OLDER_PREFIXES = (
    *("gpt-4-", "gpt-3.5", "gpt-35", "text-embedding-", "davinci-002", "babbage-002"),
    *("ft:gpt-4-", "ft:gpt-4:", "ft:gpt-3.5", "ft:davinci-002", "ft:babbage-002"),
)


def vocabulary_of(model: str) -> Literal["o200k_base", "cl100k_base"]:
    """Return the vocabulary of a model as tiktoken's table of prefixes has it; new ones: o200k."""
    older = model == "gpt-4" or model.startswith(_OLDER_PREFIXES)
    return "cl100k_base" if older else "o200k_base"


def prepare() -> None:
    """Load the vocabularies, 0.1 s each, so that the first calls do not wait for them."""
    load("o200k_base")
    load("cl100k_base")


def counter(model: str) -> Count:
    """Return what counts the tokens of a text for a model."""
    return load(vocabulary_of(model)).count


def text_tokens(items: Iterable[str | list[int]], model: str) -> int:
    """Return the tokens of texts, or of prompts that came as tokens."""
    count = counter(model)
    return sum(count(item) if isinstance(item, str) else len(item) for item in items)


def chat_tokens(messages: Iterable[Mapping[str, Any]], model: str, *, tools: list[Any]) -> int:
    """Return the tokens of a conversation and of the tools that it declares."""
    count = counter(model)
    total = _REPLY + _tools(tools, count, older=vocabulary_of(model) == "cl100k_base")
    for message in messages:
        total += _MESSAGE
        for key, value in message.items():
            total += _value(value, count)
            if key == "name":
                total += _NAME
    return total


def conversation_tokens(turns: Sequence[Any], model: str, *, system: Any, tools: list[Any]) -> int:
    """Return the tokens of turns with nested content, by the formula of chats.

    Responses, messages of Anthropic and contents of Google nest texts in their own ways, so all
    texts count that are not names of things. For Claude and Gemini, whose vocabularies are not
    public, this is the simulator's own truth.
    """
    count = counter(model)
    total = _REPLY + _tools(tools, count, older=vocabulary_of(model) == "cl100k_base")
    if system:
        turns = [system, *turns]
    return total + sum(_MESSAGE + _ROLE + _nested(turn, count, depth=0) for turn in turns)


def _nested(value: Any, count: Count, *, depth: int) -> int:
    """Count the texts in a value; what is nested beyond all use counts nothing."""
    if isinstance(value, str):
        return count(value)
    if depth > _DEPTH_MAX:
        return 0
    if isinstance(value, list):
        return sum(_nested(item, count, depth=depth + 1) for item in value)
    if not isinstance(value, dict):
        return 0
    if value.get("type") in _PICTURE_TYPES or not _PICTURE_MEMBERS.isdisjoint(value):
        return _IMAGE_LOW if value.get("detail") == "low" else _IMAGE
    inner = (member for name, member in value.items() if name not in _NO_TEXT)
    return sum(_nested(member, count, depth=depth + 1) for member in inner)


def _value(value: Any, count: Count) -> int:
    """Count one member of a message: its text, its parts, or the tool calls that it repeats."""
    if isinstance(value, str):
        return count(value)
    if isinstance(value, dict):
        return _part(value, count)
    if isinstance(value, list):
        return sum(_part(part, count) for part in value if isinstance(part, dict))
    return 0


def _part(part: dict[str, Any], count: Count) -> int:
    image = part.get("image_url")
    if isinstance(image, dict):
        return _IMAGE_LOW if image.get("detail") == "low" else _IMAGE
    called = part.get("function", part)
    texts = (called.get(key) for key in ("text", "refusal", "name", "arguments"))
    return sum(count(text) for text in texts if isinstance(text, str))


def _tools(tools: list[Any], count: Count, *, older: bool) -> int:
    functions = [f for f in (_function(tool) for tool in tools) if f is not None]
    if not functions:
        return 0
    total = 12
    for function in functions:
        total += 10 if older else 7
        total += count(f"{function.get('name', '')}:{_description(function)}")
        parameters = function.get("parameters", function.get("input_schema"))
        properties = parameters.get("properties") if isinstance(parameters, dict) else None
        if isinstance(properties, dict) and properties:
            total += 3
            total += sum(_property(name, value, count=count) for name, value in properties.items())
    return total


def _function(tool: Any) -> dict[str, Any] | None:
    function = tool.get("function", tool) if isinstance(tool, dict) else None
    return function if isinstance(function, dict) else None


def _description(schema: dict[str, Any]) -> str:
    return str(schema.get("description") or "").removesuffix(".")


def _property(name: str, schema: Any, *, count: Count) -> int:
    if not isinstance(schema, dict):
        return 3 + count(name)
    total = 3 + count(f"{name}:{schema.get('type', '')}:{_description(schema)}")
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        total += -3 + sum(3 + count(str(choice)) for choice in choices)
    return total
