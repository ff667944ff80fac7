"""Compares what became of a request with what a test expects of it.

Of headers, JSON objects and variables only what is named is compared, and null means that it is
absent; lists are compared whole. A tag stands for many values: `!matches REGEX`, `!range [A, B]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import orjson
from msgspec import UNSET

from headgate.csharp.values import to_text
from headgate.model.clock import SECOND
from headgate.rehearsal.outcome import Outcome, Sent
from headgate.rehearsal.script import Expected

Keys = tuple[str | int, ...]
"""Where in an expectation something stands: keys and indexes."""

SENT_KEYS = ("method", "url", "headers", "body", "json", "backend")
NOTHING = "nothing"


class Difference(msgspec.Struct, frozen=True):
    """One thing that is not as expected."""

    path: Keys
    wanted: str
    came: str


class Matches(msgspec.Struct, frozen=True):
    """`!matches REGEX`: a text in which the expression is found."""

    pattern: str

    def holds(self, actual: object) -> bool:
        """Tell whether a value is one of those meant."""
        return isinstance(actual, str) and re.search(self.pattern, actual) is not None

    def __str__(self) -> str:
        return f"a text that matches {self.pattern!r}"


class Range(msgspec.Struct, frozen=True):
    """`!range [A, B]`: a number from A to B, both included; a text that holds one counts too."""

    least: float
    most: float

    def holds(self, actual: object) -> bool:
        """Tell whether a value is one of those meant."""
        if isinstance(actual, bool) or not isinstance(actual, int | float | str):
            return False
        try:
            return self.least <= float(actual) <= self.most
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"a number from {self.least:g} to {self.most:g}"


Differences = Iterator[Difference]


def differences(expected: Expected, outcome: Outcome) -> Differences:
    """Yield everything that is not as expected."""
    if outcome.unscripted is not None:
        yield Difference((), "an answer in `upstream`", f"none for {outcome.unscripted}")
    for field, compare in COMPARISONS.items():
        wanted = getattr(expected, field)
        if wanted is not UNSET:
            yield from compare(wanted, outcome)


def subset(wanted: Any, actual: Any, *, path: Keys) -> Differences:
    """Yield where a value lacks something that is wanted; lists are compared whole."""
    if isinstance(wanted, Matches | Range):
        if not wanted.holds(actual):
            yield Difference(path, str(wanted), shown(actual))
    elif isinstance(wanted, dict) and isinstance(actual, dict):
        for key, value in wanted.items():
            if key in actual:
                yield from subset(value, actual[key], path=(*path, key))
            else:
                yield Difference((*path, key), shown(value), NOTHING)
    elif isinstance(wanted, list) and isinstance(actual, list) and len(wanted) == len(actual):
        for index, (one, other) in enumerate(zip(wanted, actual, strict=True)):
            yield from subset(one, other, path=(*path, index))
    elif not same(wanted, actual):
        yield Difference(path, shown(wanted), shown(actual))


def same(wanted: Any, actual: Any) -> bool:
    """Tell whether two plain values are equal and of one kind: 1 is neither true nor "1"."""
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    return bool(wanted == actual)


def shown(value: Any) -> str:
    """Return a value for a reader: as it would stand in a test."""
    if isinstance(value, Matches | Range):
        return str(value)
    if isinstance(value, bytes):
        return repr(value)
    return orjson.dumps(value, default=str).decode()


def compare_headers(
    wanted: Mapping[str, Any], actual: Mapping[str, str], *, path: Keys
) -> Differences:
    """Compare some headers; null means absent, true present."""
    found = {name.lower(): value for name, value in actual.items()}
    for name, value in wanted.items():
        got = found.get(name.lower())
        if value is None or value is False:
            if got is not None:
                yield Difference((*path, name), "no such header", shown(got))
        elif got is None:
            yield Difference((*path, name), "any" if value is True else shown(value), NOTHING)
        elif value is not True:
            text = value if isinstance(value, Matches | Range) else str(value)
            yield from subset(text, got, path=(*path, name))


def compare_json(wanted: Any, body: bytes, *, path: Keys) -> Differences:
    """Compare a part of a JSON body."""
    try:
        actual = orjson.loads(body)
    except orjson.JSONDecodeError:
        yield Difference(path, shown(wanted), f"no JSON: {text_of(body)!r}")
        return
    yield from subset(wanted, actual, path=path)


def text_of(body: bytes) -> str:
    """Return a body as text; what is no UTF-8 is replaced."""
    return body.decode("utf-8", "replace")


def compare_parts(wanted: str | list[str], outcome: Outcome) -> Differences:
    """Look for texts in the body."""
    body = text_of(outcome.body)
    for part in [wanted] if isinstance(wanted, str) else wanted:
        if part not in body:
            yield Difference(("body-contains",), f"a body with {part!r}", shown(body))


def compare_patterns(wanted: str | list[str], outcome: Outcome) -> Differences:
    """Look for regular expressions in the body."""
    body = text_of(outcome.body)
    for pattern in [wanted] if isinstance(wanted, str) else wanted:
        if re.search(pattern, body) is None:
            yield Difference(("body-matches",), f"a body that matches {pattern!r}", shown(body))


def compare_upstream(wanted: Any, outcome: Outcome) -> Differences:
    """Compare the requests that were forwarded: all, or the last one."""
    if isinstance(wanted, list):
        yield from compare_all_sent(wanted, outcome.sent, path=("upstream",))
    elif outcome.sent:
        yield from compare_sent(wanted, outcome.sent[-1], path=("upstream",))
    else:
        yield Difference(("upstream",), "a request", NOTHING)


def compare_all_sent(wanted: list[Any], sent: list[Sent], *, path: Keys) -> Differences:
    """Compare all requests that servers got."""
    if len(wanted) != len(sent):
        came = ", ".join(map(str, sent)) or NOTHING
        yield Difference(path, f"{len(wanted)} requests", f"{len(sent)}: {came}")
    for index, (one, other) in enumerate(zip(wanted, sent, strict=False)):
        yield from compare_sent(one, other, path=(*path, index))


def compare_sent(wanted: Any, sent: Sent, *, path: Keys) -> Differences:
    """Compare one request that a server got."""
    if not isinstance(wanted, dict):
        yield Difference(path, "a mapping", shown(wanted))
        return
    for key, value in wanted.items():
        where = (*path, key)
        if key == "headers":
            yield from compare_headers(value, sent.headers, path=where)
        elif key == "json":
            yield from compare_json(value, sent.body or b"", path=where)
        elif key == "body":
            yield from subset(value, None if sent.body is None else text_of(sent.body), path=where)
        elif key in SENT_KEYS:
            yield from subset(value, getattr(sent, key), path=where)
        else:
            yield Difference(where, f"one of {', '.join(SENT_KEYS)}", "an unknown key")


def compare_backend(wanted: str | list[str] | None, outcome: Outcome) -> Differences:
    """Compare which backends were called: all, or the last one."""
    called = [sent.backend for sent in outcome.sent]
    actual: Any = called if isinstance(wanted, list) else called[-1] if called else None
    yield from subset(wanted, actual, path=("backend",))


def compare_variables(wanted: Mapping[str, Any], outcome: Outcome) -> Differences:
    """Compare some variables; null means absent. A .NET object is compared by its text, or JSON."""
    for name, value in wanted.items():
        path = ("variables", name)
        if name not in outcome.variables:
            if value is not None:
                yield Difference(path, shown(value), NOTHING)
            continue
        actual = outcome.variables[name]
        if not isinstance(actual, str | int | float):
            text = to_text(actual)
            actual = text_as_json(text) if isinstance(value, dict | list) else text
        if value is None:
            yield Difference(path, "no such variable", shown(actual))
        else:
            yield from subset(value, actual, path=path)


def text_as_json(text: str) -> Any:
    """Return the JSON that the text of a .NET object is, or the text."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def of_attribute(name: str, path: str) -> Callable[[Any, Outcome], Differences]:
    """Return the comparison with one attribute of an outcome."""
    return lambda wanted, outcome: subset(wanted, getattr(outcome, name), path=(path,))


COMPARISONS: dict[str, Callable[[Any, Outcome], Differences]] = {
    "status": of_attribute("status", "status"),
    "reason": of_attribute("reason", "reason"),
    "headers": lambda wanted, outcome: compare_headers(wanted, outcome.headers, path=("headers",)),
    "body": lambda wanted, outcome: subset(wanted, text_of(outcome.body), path=("body",)),
    "body_contains": compare_parts,
    "body_matches": compare_patterns,
    "json": lambda wanted, outcome: compare_json(wanted, outcome.body, path=("json",)),
    "duration": lambda wanted, outcome: subset(
        wanted, outcome.duration / SECOND, path=("duration",)
    ),
    "backend": compare_backend,
    "upstream": compare_upstream,
    "upstream_calls": lambda wanted, outcome: subset(
        wanted, len(outcome.sent), path=("upstream-calls",)
    ),
    "sends": lambda wanted, outcome: compare_all_sent(wanted, outcome.errands, path=("sends",)),
    "variables": compare_variables,
    "metrics": of_attribute("metrics", "metrics"),
    "traces": of_attribute("traces", "traces"),
    "events": of_attribute("events", "events"),
    "last_error": of_attribute("last_error", "last-error"),
}
"""By the fields of `Expected`, in the order in which a reader wants to hear of them."""
