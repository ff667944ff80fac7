"""Tokens of tool declarations (tokens.md 1.5): OpenAI's published formula, an approximation."""

from __future__ import annotations

from typing import Any

import msgspec

from headgate.tokens.body import ABSENT, add_compact, decode_or_none, decode_request
from headgate.tokens.models import encoding_of
from headgate.tokens.prompt import PromptParts

_FUNCTION, _FUNCTION_OLDER_MODELS = 7, 10
_PROPERTIES = 3
_PROPERTY = 3
_ENUM, _ENUM_ITEM = -3, 3
_END = 12


class _Property(msgspec.Struct):
    type: str = ""
    description: str = ""
    enum: list[Any] = []
    properties: msgspec.Raw = ABSENT
    items: msgspec.Raw = ABSENT


class _Parameters(msgspec.Struct):
    properties: dict[str, msgspec.Raw] = {}


class _Function(msgspec.Struct):
    name: str
    description: str = ""
    parameters: _Parameters | None = None


class _Tool(msgspec.Struct):
    function: _Function


_RAWS = msgspec.json.Decoder(list[msgspec.Raw] | None)
_TOOL = msgspec.json.Decoder(_Tool)
_FUNCTION_ITEM = msgspec.json.Decoder(_Function)
_PROPERTY_ITEM = msgspec.json.Decoder(_Property)


def add_tools(
    parts: PromptParts, *, tools: msgspec.Raw, functions: msgspec.Raw, model: str
) -> None:
    """Add the members `tools` and, older, `functions` of a chat request.

    What does not have the known shape counts as its compact JSON. Raises RequestUnreadable.
    """
    found: list[_Function] = []
    for raw in decode_request(_RAWS, tools) or () if tools else ():
        tool = decode_or_none(_TOOL, raw)
        if tool is None:
            add_compact(parts, raw)
        else:
            found.append(tool.function)
    for raw in decode_request(_RAWS, functions) or () if functions else ():
        function = decode_or_none(_FUNCTION_ITEM, raw)
        if function is None:
            add_compact(parts, raw)
        else:
            found.append(function)
    if found:
        older = encoding_of(model) == "cl100k_base"
        init = _FUNCTION_OLDER_MODELS if older else _FUNCTION
        parts.overhead += init * len(found) + _END
        for function in found:
            _add_function(parts, function)


def _add_function(parts: PromptParts, function: _Function) -> None:
    parts.texts.append(f"{function.name}:{function.description.rstrip('.')}")
    if function.parameters is not None and function.parameters.properties:
        parts.overhead += _PROPERTIES
        for name, raw in function.parameters.properties.items():
            parts.overhead += _PROPERTY
            schema = decode_or_none(_PROPERTY_ITEM, raw)
            if schema is None or schema.properties or schema.items:
                parts.texts.append(name)
                add_compact(parts, raw)
            else:
                description = schema.description.rstrip(".")
                parts.texts.append(f"{name}:{schema.type}:{description}")
                _add_enum(parts, schema.enum)


def _add_enum(parts: PromptParts, items: list[Any]) -> None:
    if items:
        parts.overhead += _ENUM
    for item in items:
        if isinstance(item, str):
            parts.overhead += _ENUM_ITEM
            parts.texts.append(item)
        else:
            # The formula knows only strings; a number or null is one short token.
            parts.overhead += 1
