"""Where a value stands in a JSON or TOML text, looked up only when there is something to say."""

from __future__ import annotations

import json
import re

from headgate.model.diagnostic import Position

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_TOML_HEADER = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_TOML_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[\w.-]+)\s*=""")


def position_of(text: str, offset: int) -> Position:
    """Return line and column, from 1, of an offset."""
    start = text.rfind("\n", 0, offset) + 1
    return Position(text.count("\n", 0, offset) + 1, offset - start + 1, offset)


def json_position(text: str, path: tuple[str | int, ...]) -> Position:
    """Return the position of the key or element at a path, or of the deepest part that exists.

    The text must be valid JSON.
    """
    found = offset = _skip(text, 0)
    try:
        for step in path:
            entry = _json_entry(text, offset, step=step)
            if entry is None:
                break
            found, offset = entry
    except RecursionError:
        # Nested deeper than Python's decoder goes: the part around it has to do.
        pass
    return position_of(text, found)


def _json_entry(text: str, offset: int, *, step: str | int) -> tuple[int, int] | None:
    """Return where a member of the object or list at `offset` begins, and where its value does."""
    if text[offset : offset + 1] != ("{" if isinstance(step, str) else "["):
        return None
    index = 0
    offset = _skip(text, offset + 1)
    found: tuple[int, int] | None = None
    while text[offset] not in "}]":
        begin = offset
        name: str | int = index
        if isinstance(step, str):
            name, offset = _DECODER.raw_decode(text, offset)
            offset = _skip(text, _skip(text, offset) + 1)
        if name == step:
            # The last of several equal names counts, as it does for the parser.
            found = begin, offset
        _, offset = _DECODER.raw_decode(text, offset)
        offset = _skip(text, offset)
        if text[offset] == ",":
            offset = _skip(text, offset + 1)
        index += 1
    return found


def _skip(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def toml_position(text: str, path: tuple[str | int, ...]) -> Position:
    """Return the line of the key at a path, else of the nearest table header around it.

    Headers and keys are recognised line by line; a key inside an inline table or a dotted key is
    found on the line of its outermost part.
    """
    best, depth, offset = 0, 0, 0
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for line in text.splitlines(keepends=True):
        here: tuple[str | int, ...] = ()
        header = _TOML_HEADER.match(line)
        key = _TOML_KEY.match(line)
        if header:
            parts = _parts(header[1])
            if line.lstrip().startswith("[["):
                counts[parts] = counts.get(parts, 0) + 1
            here = table = _in_arrays(parts, counts)
        elif key:
            here = (*table, *_parts(key[1]))
        if here and len(here) > depth and path[: len(here)] == here:
            best, depth = offset + len(line) - len(line.lstrip()), len(here)
        offset += len(line)
    return position_of(text, best)


def _in_arrays(parts: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str | int, ...]:
    """Return a header's path; below an array of tables it is in the latest of them."""
    path: list[str | int] = []
    for length, part in enumerate(parts, 1):
        path.append(part)
        count = counts.get(parts[:length])
        if count is not None:
            path.append(count - 1)
    return tuple(path)


def _parts(name: str) -> tuple[str, ...]:
    if name[0] in "\"'":
        return (name[1:-1],)
    return tuple(part.strip() for part in name.split("."))
