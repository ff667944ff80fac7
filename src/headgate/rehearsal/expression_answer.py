"""What an expression gives for a call, as JSON: the answers of `headgate eval`.

The form is that of the recorded answers of a real C# runtime (docs/expressions.md), so that the two
can be compared.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from typing import Any

from headgate.csharp.budget import metered
from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import compile_expression
from headgate.csharp.library.jwt import Jwt
from headgate.csharp.runtime import collections as net
from headgate.csharp.runtime import xmltree
from headgate.csharp.runtime.dates import DateTime, DateTimeOffset, TimeSpan
from headgate.csharp.runtime.guids import Guid
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsonwriter import compact
from headgate.csharp.runtime.sequences import walk
from headgate.csharp.runtime.xmlwriter import to_string
from headgate.csharp.values import Char, EnumValue, Single, UInt64, to_text, type_name_of
from headgate.model.context import Context
from headgate.model.facts import TraceMessage
from headgate.model.messages import Url

Json = Any
DEPTH = 12
"""Collections within each other that are shown."""
ITEMS = 1000
"""Items of a collection that are shown."""
OWN = "Apim.Expressions."
HIDDEN = ("System.Collections.Generic.IEnumerable", "System.Linq.IOrdered")
"""Sequences whose class, and so whose text, is private to .NET."""
KINDS = ("Unspecified", "Utc", "Local")


def answer(expression: str, context: Context) -> dict[str, Json]:
    """Compile an expression, evaluate it for a call, and return what came out.

    Keys are `type`, `value` and `string`, and where they apply `exception`, `compile_error`,
    `variables_after`, `bodies_consumed` and `traces`.
    """
    found: dict[str, Json] = {"type": None, "value": None, "string": None}
    compiled, diagnostics = compile_expression(expression)
    if compiled is None:
        found["compile_error"] = "\n".join([str(one).lstrip(":") for one in diagnostics])
        return found
    try:
        value = compiled.evaluate(context)
        # A lazy sequence runs, and may throw, while it is shown.
        with metered():
            found |= {"type": type_of(value), "value": shown(value), "string": text(value)}
    except DotNetError as error:
        found["exception"] = {"type": error.type_name, "message": error.message}
    found |= aftermath(context)
    return found


def aftermath(context: Context) -> dict[str, Json]:
    """Return what an evaluation left behind in a call."""
    found: dict[str, Json] = {}
    if context.variables:
        with metered():
            found["variables_after"] = {
                name: {"type": type_of(value), "value": shown(value)}
                for name, value in context.variables.items()
            }
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


def type_of(value: Any) -> str | None:
    """Return the .NET type in C# style; interfaces of `context` by their short name."""
    name = type_name_of(value)
    if isinstance(value, Context):
        return "context"
    if name.startswith(f"{OWN}I"):
        return name.removeprefix(OWN)
    return name or None


def text(value: Any) -> str | None:
    """Return what API Management would insert, or None where that shows a private class."""
    name = type_name_of(value)
    own = name.startswith(OWN) and not isinstance(value, Url | EnumValue)
    if not name or own or name.startswith(HIDDEN):
        return None
    return to_text(value)


def _real(value: float) -> Json:
    words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "-0.0": "-0"}
    return words.get(float.__repr__(value), value)


def _single(value: Single) -> Json:
    found = _real(float(value))
    return found if isinstance(found, str) else float(to_text(value))


def _moment(value: DateTime) -> Json:
    return {"ticks": value.ticks, "kind": KINDS[value.kind]}


def _moment_with_offset(value: DateTimeOffset) -> Json:
    return {"ticks": value.ticks, "offset_minutes": value.offset // 600_000_000}


PLAIN: tuple[tuple[Any, Callable[[Any], Json]], ...] = (
    (Single, _single),
    (float, _real),
    (UInt64 | Decimal | Char | Guid | EnumValue, to_text),
    (int, int),
    (str, str),
    (DateTime, _moment),
    (DateTimeOffset, _moment_with_offset),
    (TimeSpan, lambda value: {"ticks": value.ticks}),
    (bytes | bytearray, lambda value: base64.b64encode(value).decode()),
    (JToken, compact),
    (xmltree.Attribute, to_text),
    (xmltree.Node, lambda value: to_string(value, indent=False)),
)
"""How values that hold no others are shown, in order."""


def shown(value: Any, depth: int = 0) -> Json:
    """Return a value as JSON. What it holds says its type, unless JSON has the type itself."""
    if value is None or type(value) in (bool, int, str):
        return value
    if depth > DEPTH:
        return "(too deep)"
    for kind, show in PLAIN:
        if isinstance(value, kind):
            return show(value)
    return _compound(value, depth + 1)


def _compound(value: Any, depth: int) -> Json:
    if isinstance(value, net.Dictionary):
        pairs = [[_inner(pair.key, depth), _inner(pair.value, depth)] for pair in value]
        return {"pairs": pairs}
    if isinstance(value, net.Pair):
        return {"key": _inner(value.key, depth), "val": _inner(value.value, depth)}
    if isinstance(value, net.Anonymous):
        return {name: _inner(one, depth) for name, one in value.fields.items()}
    if isinstance(value, net.NetTuple):
        return {f"Item{at}": _inner(one, depth) for at, one in enumerate(value.items, 1)}
    if isinstance(value, Jwt):
        return _token(value, depth)
    if not hasattr(value, "__iter__"):
        return "(object)" if type_name_of(value).startswith(OWN) else to_text(value)
    items = [_inner(one, depth) for one in islice(walk(value), ITEMS)]
    if isinstance(value, net.Grouping):
        return {"key": _inner(value.key, depth), "items": items}
    return items


def _token(token: Jwt, depth: int) -> Json:
    members = {
        "Algorithm": token.header.get("alg"),
        "Type": token.header.get("typ"),
        "Audiences": token.claims.find("aud"),
        "ExpirationTime": token.time("exp"),
        "Id": token.text("jti"),
        "IssuedAt": token.time("iat"),
        "Issuer": token.text("iss"),
        "NotBefore": token.time("nbf"),
        "Subject": token.text("sub"),
    }
    return {name: _inner(value, depth) for name, value in members.items()}


def _inner(value: Any, depth: int) -> Json:
    if value is None or type(value) in (bool, int, str, float):
        return shown(value, depth)
    return {"$type": type_of(value), "value": shown(value, depth)}
