"""SelectToken and SelectTokens: the JSONPath of Json.NET 10."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from headgate.csharp.budget import spend
from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsontree import JArray, JObject, JValue

MAX_PATH = 2000
VISIT = 1000
"""Units of a token that a step of a path comes by."""
NAME = re.compile(r"[^.\[\]() ]+")
SLICE = re.compile(r"\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)\s*)?")
INDEXES = re.compile(r"\s*\d+\s*(?:,\s*\d+\s*)*")
QUOTED = re.compile(r"\s*'((?:[^'\\]|\\.)*)'\s*(?:,|$)")
COMPARISON = re.compile(
    r"\s*(@[^=!<>&|]*?)\s*(?:(==|!=|<=|>=|<|>)\s*('(?:[^'\\]|\\.)*'|[^&|\s]+))?\s*(&&|\|\||$)"
)

RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}

Step = Callable[[Iterator[JToken]], Iterator[JToken]]


def trouble(message: str) -> DotNetError:
    """Return a JsonException."""
    return DotNetError("Newtonsoft.Json.JsonException", message)


def by_name(name: str | None) -> Step:
    """Return the step to a member; None: to all children."""

    def step(tokens: Iterator[JToken]) -> Iterator[JToken]:
        for token in tokens:
            spend(VISIT)
            if isinstance(token, JObject):
                if name is None:
                    spend(VISIT * len(token.items))
                    yield from [found for key in token.items if (found := token.get(key))]
                else:
                    found = token.get(name)
                    if found is not None:
                        yield found
            elif isinstance(token, JArray) and name is None:
                yield from token.children()

    return step


def by_names(names: list[str]) -> Step:
    """Return the step to several members."""

    def step(tokens: Iterator[JToken]) -> Iterator[JToken]:
        for token in tokens:
            spend(VISIT * len(names))
            if isinstance(token, JObject):
                yield from [found for name in names if (found := token.get(name)) is not None]

    return step


def by_places(places: list[int]) -> Step:
    """Return the step to elements."""

    def step(tokens: Iterator[JToken]) -> Iterator[JToken]:
        for token in tokens:
            if isinstance(token, JArray):
                spend(VISIT * len(places))
                size = len(token.items)
                yield from [token.get(place) for place in places if place < size]

    return step


def by_slice(part: slice) -> Step:
    """Return the step to a range of elements."""

    def step(tokens: Iterator[JToken]) -> Iterator[JToken]:
        for token in tokens:
            if isinstance(token, JArray):
                yield from token.children()[part]

    return step


def descend(tokens: Iterator[JToken]) -> Iterator[JToken]:
    """Yield tokens and everything below them."""
    for token in tokens:
        spend(VISIT)
        yield token
        if isinstance(token, JObject | JArray):
            yield from descend(by_name(None)(iter([token])))


def by_filter(text: str) -> Step:
    """Return the step to children for which a condition holds."""
    tests: list[tuple[list[Step], str, Any, str]] = []
    place = 0
    while place < len(text):
        found = COMPARISON.match(text, place)
        if found is None or found.end() == place:
            raise trouble(f"Unexpected character in path query: {text[place:]}")
        steps = steps_of(found[1].strip()[1:])
        tests.append((steps, found[2] or "", literal(found[3]), found[4]))
        place = found.end()

    def holds(token: JToken) -> bool:
        spend(VISIT * len(tests))
        result = False
        before = "||"
        for steps, op, wanted, after in tests:
            value = any(compare(one, op, wanted) for one in run(token, steps))
            result = (result and value) if before == "&&" else (result or value)
            before = after
        return result

    def step(tokens: Iterator[JToken]) -> Iterator[JToken]:
        for token in tokens:
            yield from [one for one in by_name(None)(iter([token])) if holds(one)]

    return step


def literal(text: str | None) -> Any:
    """Return the value that a condition compares with."""
    if text is None:
        return None
    if text[0] == "'":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    words = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    try:
        return float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError as error:
        raise trouble(f"Could not read query operator: {text}") from error


def compare(token: JToken, op: str, wanted: Any) -> bool:
    """Compare a token with a value of a condition; without an operator it only has to exist."""
    if not op:
        return True
    if not isinstance(token, JValue):
        return False
    value = token.value
    if op in ("==", "!="):
        equal = type(value) is type(wanted) and value == wanted
        if not isinstance(value, bool) and isinstance(value, int | float):
            equal = isinstance(wanted, int | float) and value == wanted
        return equal == (op == "==")
    try:
        return bool(RELATIONS[op](value, wanted))
    except TypeError:
        return False


@lru_cache(256)
def steps_of(path: str) -> list[Step]:
    """Return the steps of a path. Raises JsonException."""
    if len(path) > MAX_PATH:
        raise trouble("The path is too long.")
    steps: list[Step] = []
    place = 1 if path.startswith("$") else 0
    while place < len(path):
        if path.startswith("..", place):
            steps.append(descend)
            place += 2
            if path.startswith("[", place):
                continue
        elif path[place] == ".":
            place += 1
        elif path[place] == "[":
            end = closing(path, place)
            steps.append(bracket(path[place + 1 : end]))
            place = end + 1
            continue
        found = NAME.match(path, place)
        if found is None:
            raise trouble(f"Unexpected character while parsing path: {path[place : place + 1]}")
        steps.append(by_name(None if found[0] == "*" else found[0]))
        place = found.end()
    return steps


def closing(path: str, start: int) -> int:
    """Return the place of the bracket that closes one."""
    depth = 0
    quoted = False
    for place in range(start, len(path)):
        char = path[place]
        if char == "'" and path[place - 1] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += {"[": 1, "]": -1}.get(char, 0)
            if not depth:
                return place
    raise trouble("Path ended with open indexer.")


def bracket(inside: str) -> Step:
    """Return the step of `[inside]`."""
    inside = inside.strip()
    if inside == "*":
        return by_name(None)
    if inside.startswith("?"):
        return by_filter(inside[1:].strip().removeprefix("(").removesuffix(")"))
    if inside.startswith("'"):
        names = [re.sub(r"\\(.)", r"\1", name) for name in QUOTED.findall(inside)]
        return by_name(names[0]) if len(names) == 1 else by_names(names)
    if INDEXES.fullmatch(inside):
        return by_places([int(part) for part in inside.split(",")])
    found = SLICE.fullmatch(inside)
    if found is None:
        raise trouble(f"Unexpected character while parsing path indexer: {inside}")
    first, last, step = [int(part) if part else None for part in found.groups()]
    if step == 0:
        raise trouble("Step cannot be zero.")
    return by_slice(slice(first, last, step))


def run(token: JToken, steps: list[Step]) -> Iterator[JToken]:
    """Return what a path finds."""
    tokens: Iterator[JToken] = iter([token])
    for step in steps:
        tokens = step(tokens)
    return tokens


def select(token: JToken, path: str) -> Iterator[JToken]:
    """Return what `SelectTokens(path)` finds."""
    return run(token, steps_of(path))
