"""Every recorded case of the real C# runtime against our expressions.

A line of `<subject>.jsonl` is an expression, changes to the fixture `default.json`, and what C#
answered. `unsupported.txt` lists what is not there yet, by id or `subject-*`, with the reason; a
listed case that passes fails here, so the list only shrinks. A case with `ours` is one where we
decided to differ; it says why.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import compile_expression
from headgate.csharp.library.jwt import as_jwt
from headgate.csharp.runtime import collections as net
from headgate.csharp.runtime.dateparsing import parse_date, parse_iso, parse_offset
from headgate.csharp.runtime.dates import DateTime, DateTimeOffset, TimeSpan
from headgate.csharp.runtime.guids import Guid
from headgate.csharp.runtime.guids import parse as parse_guid
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsonreader import parse as parse_json
from headgate.csharp.runtime.jsonwriter import compact
from headgate.csharp.runtime.sequences import walk
from headgate.csharp.types import STRING
from headgate.csharp.values import (
    Byte,
    Char,
    EnumValue,
    Int16,
    Int64,
    Single,
    UInt64,
    to_text,
    type_name_of,
)
from headgate.model import entities
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.errors import LastError
from headgate.model.facts import TraceMessage
from headgate.model.messages import Body, Headers, Request, Response, Url

HERE = Path(__file__).parent
SUBJECTS = sorted(path.stem for path in HERE.glob("*.jsonl"))
DEFAULT = json.loads((HERE / "default.json").read_text())


def unsupported() -> dict[str, str]:
    """Read the list: `id reason`."""
    lines = (HERE / "unsupported.txt").read_text().splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line and line[0] != "#")


UNSUPPORTED = unsupported()


class FixedClock:
    """A clock that stands: the call started `elapsed` microseconds ago."""

    def __init__(self, now: int, elapsed: int) -> None:
        self.stopped, self.elapsed, self.calls = now, elapsed, 0

    def now(self) -> Micros:
        return Micros(self.stopped)

    def monotonic(self) -> MonotonicMicros:
        self.calls += 1
        return MonotonicMicros(0 if self.calls == 1 else self.elapsed)


# -- the fixture --------------------------------------------------------------------------------


def body_of(value: Any) -> Body | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return Body(base64.b64decode(value["base64"]))
    return Body(value.encode())


def headers_of(value: dict[str, Any]) -> Headers:
    headers = Headers()
    for name, texts in value.items():
        for text in texts if isinstance(texts, list) else [texts]:
            headers.append(name, text)
    return headers


def response_of(value: dict[str, Any]) -> Response:
    headers = headers_of(value.get("headers", {}))
    return Response(value["status"], value["reason"], headers, body_of(value.get("body")))


def variable(spec: dict[str, Any]) -> Any:
    kind, value = spec["type"], spec.get("value")
    makers: dict[str, Any] = {
        "int": int,
        "long": Int64,
        "short": Int16,
        "byte": Byte,
        "double": float,
        "float": Single,
        "decimal": Decimal,
        "bool": bool,
        "char": Char,
        "string": str,
        "byte[]": lambda text: bytearray(base64.b64decode(text)),
        "Guid": parse_guid,
        "DateTime": lambda text: parse_date(text, 128),
        "DateTimeOffset": parse_offset,
        "JObject": lambda found: parse_json(json.dumps(found)),
        "JArray": lambda found: parse_json(json.dumps(found)),
        "JToken": lambda found: parse_json(json.dumps(found)),
        "IResponse": response_of,
        "string[]": lambda found: net.Array(STRING, found),
        "List<string>": lambda found: net.NetList(STRING, found),
        "Jwt": as_jwt,
        "null": lambda _: None,
    }
    return makers[kind](value) if kind in makers else None


def laid_over(changes: dict[str, Any]) -> dict[str, Any]:
    found = dict(DEFAULT)
    for name, value in changes.items():
        merge = isinstance(value, dict) and isinstance(found.get(name), dict)
        found[name] = {**found[name], **value} if merge and name != "variables" else value
    return found


def ticks(text: str) -> int:
    moment = parse_iso(text)
    assert moment is not None
    return moment.ticks


def request_of(spec: dict[str, Any]) -> Request:
    request = Request(
        spec["method"],
        Url.parse(spec["url"]),
        headers_of(spec["headers"]),
        body_of(spec["body"]),
        spec["ip"],
    )
    request.original_url = Url.parse(spec["originalUrl"])
    request.matched_parameters = dict(spec["matchedParameters"])
    return request


def context_of(changes: dict[str, Any]) -> Context:
    spec = laid_over(changes)
    gone = spec["deployment"]
    context = Context(
        request_of(spec["request"]),
        clock=FixedClock(
            (ticks(spec["timestamp"]) - 621_355_968_000_000_000) // 10, spec["elapsed"] * 1000
        ),
        request_id=spec["requestId"],
        deployment=entities.Deployment(
            service_name=gone["serviceName"],
            service_id=gone["serviceId"],
            region=gone["region"],
            gateway_id=gone["gatewayId"],
            instance_id=gone["gateway"]["instanceId"],
        ),
    )
    context.response = response_of(spec["response"]) if spec["response"] else None
    context.variables = {name: variable(one) for name, one in spec["variables"].items()}
    context.last_error = last_error_of(spec["lastError"])
    context.tracing = spec["tracing"]
    add_entities(context, spec)
    return context


def last_error_of(spec: dict[str, Any] | None) -> LastError | None:
    if spec is None:
        return None
    names = {"policyId": "policy_id"}
    return LastError(**{names.get(name, name): value for name, value in spec.items()})


def add_entities(context: Context, spec: dict[str, Any]) -> None:
    api, operation, product = spec["api"], spec["operation"], spec["product"]
    user, subscription = spec["user"], spec["subscription"]
    context.api = api and entities.Api(
        id=api["id"],
        name=api["name"],
        path=api["path"],
        revision=api["revision"],
        version=api["version"],
        is_current=api["isCurrentRevision"],
        service_url=api["serviceUrl"],
        protocols=tuple(api["protocols"]),
    )
    context.operation = operation and entities.Operation(
        id=operation["id"],
        name=operation["name"],
        method=operation["method"],
        url_template=operation["urlTemplate"],
    )
    context.product = product and entities.Product(
        id=product["id"],
        name=product["name"],
        subscriptions_limit=product["subscriptionLimit"],
    )
    context.user = user and entities.User(
        id=user["id"],
        email=user["email"],
        first_name=user["firstName"],
        last_name=user["lastName"],
        note=user["note"],
        groups=tuple(group["id"] for group in user["groups"]),
    )
    context.subscription = subscription and entities.Subscription(
        id=subscription["id"],
        name=subscription["name"],
        scope="all",
        primary_key=subscription["primaryKey"],
        secondary_key=subscription["secondaryKey"],
        created_date=subscription["createdDate"],
        start_date=subscription["startDate"],
        end_date=subscription["endDate"],
    )


# -- the answer ---------------------------------------------------------------------------------


def real(value: float) -> Any:
    words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "-0.0": "-0"}
    return words.get(float.__repr__(value), value)


def shown(value: Any) -> Any:
    """Return a value as the recording writes it."""
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, float):
        return float(to_text(value)) if isinstance(value, Single) else real(value)
    if isinstance(value, UInt64 | Decimal | Char | Guid | EnumValue):
        return to_text(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, DateTime):
        return {"ticks": value.ticks, "kind": ("Unspecified", "Utc", "Local")[value.kind]}
    if isinstance(value, DateTimeOffset):
        return {"ticks": value.ticks, "offset_minutes": value.offset // 600_000_000}
    if isinstance(value, TimeSpan):
        return {"ticks": value.ticks}
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, JToken):
        return compact(value)
    return shown_object(value)


def shown_object(value: Any) -> Any:
    if isinstance(value, net.Dictionary):
        return {"pairs": [[inner(pair.key), inner(pair.value)] for pair in value]}
    if isinstance(value, net.Pair):
        return {"key": inner(value.key), "val": inner(value.value)}
    if isinstance(value, net.Anonymous):
        return {name: inner(one) for name, one in value.fields.items()}
    if isinstance(value, net.NetTuple):
        return {f"Item{place}": inner(one) for place, one in enumerate(value.items, 1)}
    key = getattr(value, "key", None)
    if key is not None:
        return {"key": inner(key), "items": [inner(one) for one in walk(value)]}
    if hasattr(value, "__iter__"):
        return [inner(one) for one in walk(value)]
    return to_text(value)


def inner(value: Any) -> Any:
    """Return a value inside a collection."""
    if value is None or type(value) in (bool, int, str, float):
        return shown(value)
    return {"$type": type_name_of(value), "value": shown(value)}


SEQUENCES = ("System.Collections.Generic.IEnumerable", "System.Linq.I", "System.Linq.L")


def answer_of(expression: str, changes: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Compile and run a case and return what came out, in the recording's form."""
    compiled, diagnostics = compile_expression(expression)
    if compiled is None:
        assert diagnostics
        return {"compile_error": True, "why": str(diagnostics[0])}
    assert not diagnostics
    context = context_of(changes)
    found: dict[str, Any] = {}
    try:
        value = compiled.evaluate(context)
        found = {"type": type_name_of(value) or None, "value": shown(value)}
        if "string" in wanted and wanted["string"] is not None:
            found["string"] = to_text(value)
    except DotNetError as error:
        if error.type_name == "Headgate.BudgetExceededException":
            return {"timeout": True}
        found = {"exception": error.type_name}
    consumed = [
        name
        for name, message in (("request", context.request), ("response", context.response))
        if message is not None and message.body is not None and message.body.consumed
    ]
    if consumed:
        found["bodies_consumed"] = consumed
    traces = [fact.message for fact in context.facts if isinstance(fact, TraceMessage)]
    if traces:
        found["traces"] = traces
    return found


def differs(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    """Return how an answer differs from the recorded one; empty: it does not."""
    if wanted.get("compile_error") or found.get("compile_error"):
        same = bool(wanted.get("compile_error")) == bool(found.get("compile_error"))
        return "" if same else f"{found} instead of {wanted}"
    for name in {*found, *wanted}:
        if name == "string" and name not in found:
            continue
        if name == "type" and str(wanted.get("type")).startswith(SEQUENCES):
            continue
        if found.get(name) != wanted.get(name):
            return f"{name}: {found.get(name)!r} instead of {wanted.get(name)!r}"
    return ""


def cases() -> Iterator[Any]:
    for subject in SUBJECTS:
        for line in (HERE / f"{subject}.jsonl").read_text().splitlines():
            case = json.loads(line)
            yield pytest.param(case, id=case["id"])


@pytest.mark.parametrize("case", list(cases()))
def test_expression_answers_as_recorded(case: dict[str, Any]) -> None:
    subject = case["id"].rpartition("-")[0]
    reason = UNSUPPORTED.get(case["id"]) or UNSUPPORTED.get(f"{subject}-*")
    wanted = case.get("ours") or case["answer"]
    found = answer_of(case["expression"], case.get("context", {}), wanted)
    problem = differs(found, wanted)
    if f"{subject}-*" in UNSUPPORTED and not problem:
        return
    if reason is not None:
        assert problem, f"{case['id']} passes; take it off unsupported.txt"
        return
    assert not problem, f"{case['expression']}\n{problem}"


def test_list_of_unsupported_cases_names_existing_ones() -> None:
    known = {
        json.loads(line)["id"]
        for subject in SUBJECTS
        for line in (HERE / f"{subject}.jsonl").read_text().splitlines()
    } | {f"{subject}-*" for subject in SUBJECTS}
    assert set(UNSUPPORTED) <= known
