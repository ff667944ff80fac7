"""What became of one request of a case, and how it differs from what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import orjson

from headgate.csharp.values import to_text
from headgate.model.context import Context
from headgate.model.facts import MetricEmitted, TraceEntry, TraceMessage
from headgate.model.messages import Response


class Sent(msgspec.Struct, frozen=True):
    """A request as the upstream got it."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


class Outcome:
    """What the client saw, what the upstream saw, and what the call left in its context."""

    def __init__(self) -> None:
        self.status = 0
        self.reason = ""
        self.headers: dict[str, str] = {}
        self.body = b""
        self.sent: list[Sent] = []
        self.variables: dict[str, Any] = {}
        self.last_error: dict[str, Any] | None = None
        self.metrics: list[dict[str, Any]] = []
        self.traces: list[dict[str, Any]] = []

    def note_head(self, response: Response) -> None:
        """Note what the client sees first."""
        self.status = response.status
        self.reason = response.reason
        self.headers = {
            name: ",".join(response.headers.values(name)) for name in response.headers.names()
        }

    def note_context(self, context: Context) -> None:
        """Note what the call has left."""
        self.variables = dict(context.variables)
        if context.last_error is not None:
            error = msgspec.to_builtins(context.last_error)
            self.last_error = {name.replace("_", "-"): value for name, value in error.items()}
        for fact in context.facts:
            if isinstance(fact, MetricEmitted):
                builtin = msgspec.to_builtins(fact)
                self.metrics.append({**builtin, "dimensions": dict(fact.dimensions)})
            elif isinstance(fact, TraceEntry):
                builtin = msgspec.to_builtins(fact)
                self.traces.append({**builtin, "metadata": dict(fact.metadata)})
            elif isinstance(fact, TraceMessage):
                self.traces.append({"message": fact.message})


def differences(expected: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    """Yield a line for everything that is not as expected."""
    for key, wanted in expected.items():
        compare = COMPARISONS.get(key)
        if compare is None:
            yield f"{key}: nothing is known by this name; there are {', '.join(COMPARISONS)}"
        else:
            yield from compare(wanted, outcome)


def compare_upstream(wanted: Any, outcome: Outcome) -> Iterator[str]:
    """Compare the requests that the upstream got: all, or the last one."""
    if isinstance(wanted, list):
        if len(wanted) != len(outcome.sent):
            yield f"upstream: {len(wanted)} requests wanted, {len(outcome.sent)} came"
        pairs = list(zip(wanted, outcome.sent, strict=False))
    elif outcome.sent:
        pairs = [(wanted, outcome.sent[-1])]
    else:
        yield "upstream: no request came"
        return
    for number, (one, sent) in enumerate(pairs, 1):
        yield from compare_sent(one, sent, f"upstream {number}")


def compare_sent(wanted: Mapping[str, Any], sent: Sent, where: str) -> Iterator[str]:
    """Compare one request that the upstream got."""
    for key, value in wanted.items():
        if key == "headers":
            yield from compare_headers(value, sent.headers, where)
        elif key == "json":
            yield from compare_json(value, sent.body or b"", where)
        elif key == "body":
            actual = None if sent.body is None else sent.body.decode()
            yield from subset(value, actual, f"{where}.body")
        elif key in ("method", "url"):
            yield from subset(value, getattr(sent, key), f"{where}.{key}")
        else:
            yield f"{where}.{key}: nothing is known by this name"


def compare_headers(
    wanted: Mapping[str, str | None], actual: Mapping[str, str], where: str
) -> Iterator[str]:
    """Compare some headers; null means absent."""
    found = {name.lower(): value for name, value in actual.items()}
    for name, value in wanted.items():
        got = found.get(name.lower())
        expected = None if value is None else str(value)
        if got != expected:
            yield f"{where} header {name}: {shown(expected)} wanted, {shown(got)} came"


def compare_json(wanted: Any, body: bytes, where: str) -> Iterator[str]:
    """Compare a part of a JSON body."""
    try:
        actual = orjson.loads(body)
    except orjson.JSONDecodeError:
        yield f"{where}.json: the body is not JSON: {body!r}"
        return
    yield from subset(wanted, actual, f"{where}.json")


def subset(wanted: Any, actual: Any, where: str) -> Iterator[str]:
    """Yield where a value lacks something that is wanted; lists are compared whole."""
    if isinstance(wanted, dict) and isinstance(actual, dict):
        for key, value in wanted.items():
            if key in actual:
                yield from subset(value, actual[key], f"{where}.{key}")
            else:
                yield f"{where}.{key}: {shown(value)} wanted, there is none"
    elif isinstance(wanted, list) and isinstance(actual, list) and len(wanted) == len(actual):
        for index, (one, other) in enumerate(zip(wanted, actual, strict=True)):
            yield from subset(one, other, f"{where}[{index}]")
    elif not same(wanted, actual):
        yield f"{where}: {shown(wanted)} wanted, {shown(actual)} came"


def same(wanted: Any, actual: Any) -> bool:
    """Tell whether two plain values are equal and of one kind: 1 is neither true nor "1"."""
    if isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    return bool(wanted == actual)


def compare_variables(wanted: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    """Compare some variables; null means absent. A .NET object is compared by its text."""
    for name, value in wanted.items():
        if value is None:
            if name in outcome.variables:
                yield f"variable {name}: there should be none"
            continue
        if name not in outcome.variables:
            yield f"variable {name}: {shown(value)} wanted, there is none"
            continue
        actual = outcome.variables[name]
        if not isinstance(actual, str | int | float | list | dict):
            actual = to_text(actual)
        yield from subset(value, actual, f"variable {name}")


def shown(value: Any) -> str:
    """Return a value for a reader."""
    return "none" if value is None else repr(value)


COMPARISONS: dict[str, Any] = {
    "status": lambda wanted, outcome: subset(wanted, outcome.status, "status"),
    "reason": lambda wanted, outcome: subset(wanted, outcome.reason, "reason"),
    "headers": lambda wanted, outcome: compare_headers(wanted, outcome.headers, "answer"),
    "body": lambda wanted, outcome: subset(wanted, outcome.body.decode(), "body"),
    "json": lambda wanted, outcome: compare_json(wanted, outcome.body, "answer"),
    "variables": compare_variables,
    "upstream": compare_upstream,
    "upstream-calls": lambda wanted, outcome: subset(wanted, len(outcome.sent), "upstream-calls"),
    "metrics": lambda wanted, outcome: subset(wanted, outcome.metrics, "metrics"),
    "traces": lambda wanted, outcome: subset(wanted, outcome.traces, "traces"),
    "last-error": lambda wanted, outcome: subset(wanted, outcome.last_error, "last-error"),
}
