"""`context` itself (apim.md 8.2)."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.dates import TICKS_PER_MICRO, DateTime, TimeSpan, from_micros
from headgate.csharp.runtime.guids import Guid, parse
from headgate.model.context import Context
from headgate.model.facts import TraceMessage

TYPE = DotNetType("Apim.Expressions.IExpressionContext", kind="interface", python=Context)

TYPE.property("IApi Api", code="{0}.api")
TYPE.property("IBackend Backend", code="{0}.backend")
TYPE.property("IDeployment! Deployment", code="{0}.deployment")
TYPE.property("ILastError LastError", code="{0}.last_error", reads="last_error")
TYPE.property("IOperation Operation", code="{0}.operation")
TYPE.property("IProduct Product", code="{0}.product")
TYPE.property("IRequest! Request", code="{0}.request")
TYPE.property("IResponse Response", code="{0}.response", reads="response")
TYPE.property("ISubscription Subscription", code="{0}.subscription")
TYPE.property("IUser User", code="{0}.user")
TYPE.property("VariableMap! Variables", code="{0}.variables", reads="variables")
TYPE.property("bool Tracing", code="{0}.tracing")
TYPE.property("IGraphQL GraphQL", code="None")
TYPE.property("IWorkspace Workspace", code="None")


@TYPE.property("Guid! RequestId")
def request_id(context: Context) -> Guid:
    """Return the id of the call, which the gateway made: 36 characters need no parsing."""
    text = context.request_id
    return Guid(text.replace("-", "")) if len(text) == 36 else parse(text)


@TYPE.property("DateTime Timestamp")
def timestamp(context: Context) -> DateTime:
    """Return when the request came in."""
    return from_micros(context.timestamp)


@TYPE.property("TimeSpan Elapsed")
def elapsed(context: Context) -> TimeSpan:
    """Return the time since then."""
    return TimeSpan((context.clock.monotonic() - context.started) * TICKS_PER_MICRO)


@TYPE.method("void Trace(string message)")
def trace(context: Context, message: str | None) -> None:
    """Add a message to the trace of the call."""
    context.facts.append(TraceMessage(message or ""))
