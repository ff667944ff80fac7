"""Answers made of a specification: its examples, else what its schemas allow (apim.md 9.6)."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import orjson

from headgate.model.specification import MEMO_MAX, Described, YamlNumber

DEPTH_MAX = 12
NESTED_MAX = 100
"""Levels of an example; what writes JSON takes no more than 254."""
DIGITS_MAX = 40
PARTS_MAX = 1_000
"""Values that one sample is made of at most; the rest of it is left out."""

_JSON = re.compile(r"(?i)(application|text)/([a-z0-9.+-]*\+)?json")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_FORMATS = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "email": "user@example.com",
    "uri": "https://example.com",
    "uuid": "00000000-0000-0000-0000-000000000000",
}
_PLAIN: dict[str, Any] = {"integer": 0, "number": 0, "boolean": True, "null": None}


class Sample(msgspec.Struct, frozen=True):
    """A body and its type; no type: nothing is said of a body."""

    content_type: str | None
    body: bytes


def sample(
    described: Described | None, status: int, *, content_type: str | None, index: int | None
) -> Sample:
    """Return what an answer looks like.

    The media type is the one that is asked for, else the first of the specification. `index` is
    which of its examples is taken, counted from 0; the first if absent. Without an example the body
    is made of the schema, without a schema it is empty.
    """
    if described is None:
        return Sample(content_type, b"")
    key = (status, content_type, index)
    found: Sample | None = described.memo.get(key)
    if found is None:
        found = _made(described, status, content_type=content_type, index=index or 0)
        if len(described.memo) < MEMO_MAX:
            described.memo[key] = found
    return found


def _made(described: Described, status: int, *, content_type: str | None, index: int) -> Sample:
    content = described.response(status).get("content")
    if not isinstance(content, dict):
        return Sample(content_type, b"")
    wanted = None if content_type is None else _bare(content_type)
    for name, media in content.items():
        if (wanted is None or _bare(name) == wanted) and isinstance(media, dict):
            given = content_type or name
            examples = _examples(described, media)
            if index < len(examples):
                return Sample(given, _written(examples[index]))
            if "schema" in media and _JSON.match(given):
                return Sample(given, orjson.dumps(typed(_Maker(described).value(media["schema"]))))
            return Sample(given, b"")
    return Sample(content_type, b"")


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _examples(described: Described, media: dict[str, Any]) -> list[Any]:
    if "example" in media:
        return [media["example"]]
    named = media.get("examples")
    if not isinstance(named, dict):
        return []
    resolved = [described.resolved(one) for one in named.values()]
    return [one["value"] for one in resolved if "value" in one]


def _written(value: Any) -> bytes:
    """Return a value as it travels: a text as it is, anything else as JSON."""
    if isinstance(value, str) and not isinstance(value, YamlNumber):
        return value.encode("utf-8", "replace")
    return orjson.dumps(typed(value))


def typed(value: Any, depth: int = 0) -> Any:
    """Return a value with the numbers that YAML wrote; what is nested too deeply is null."""
    if depth > NESTED_MAX:
        return None
    if isinstance(value, YamlNumber):
        if len(value) > DIGITS_MAX or not _NUMBER.fullmatch(value):
            return str(value)
        number = float(value) if set(value) & set(".eE") else int(value)
        return number if abs(number) < 2**63 else str(value)
    if isinstance(value, dict):
        return {str(name): typed(one, depth + 1) for name, one in value.items()}
    return [typed(one, depth + 1) for one in value] if isinstance(value, list) else value


class _Maker:
    """Makes one value that a schema allows, within bounds."""

    def __init__(self, described: Described) -> None:
        self._described = described
        self._left = PARTS_MAX

    def value(self, schema: Any, depth: int = 0) -> Any:
        """Return a value; None where the bounds are reached."""
        self._left -= 1
        if depth > DEPTH_MAX or self._left < 0:
            return None
        given = self._described.resolved(schema)
        for name in ("example", "default", "const"):
            if name in given:
                return given[name]
        for name in ("examples", "enum"):
            if isinstance(given.get(name), list) and given[name]:
                return given[name][0]
        for name in ("oneOf", "anyOf"):
            if isinstance(given.get(name), list) and given[name]:
                return self.value(given[name][0], depth + 1)
        return self._of_type(given, depth)

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "null")
        if kind == "array":
            return [self.value(schema["items"], depth + 1)] if "items" in schema else []
        if kind == "object" or "properties" in schema or "allOf" in schema:
            return self._object(schema, depth)
        if kind == "string":
            return _FORMATS.get(str(schema.get("format")), "string")
        return _PLAIN.get(str(kind), {})

    def _object(self, schema: dict[str, Any], depth: int) -> Any:
        made: dict[str, Any] = {}
        merged = schema.get("allOf")
        for part in merged if isinstance(merged, list) else ():
            value = self.value(part, depth + 1)
            if not isinstance(value, dict):
                return value
            made |= value
        properties = schema.get("properties")
        for name, one in properties.items() if isinstance(properties, dict) else ():
            if self._left <= 0:
                break
            made[name] = self.value(one, depth + 1)
        return made
