"""The traces of recent calls, in the shape of APIM's (apim.md 10.2)."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Any

from headgate.exchange.call import Call
from headgate.model.clock import SECOND, Clock, Micros
from headgate.model.unicode import encodable
from headgate.policy.schema import SECTIONS
from headgate.policy.tracing import CallTrace, StepTrace

TRACES_MAX = 100
KEPT = 3600 * SECOND
"""Microseconds for which a trace can be read."""

Document = dict[str, Any]


class TraceStore:
    """Keeps the last traces of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._traces: OrderedDict[str, tuple[Micros, Document]] = OrderedDict()

    def add(self, call: Call) -> None:
        """Keep the trace of a call that has ended, if it has one."""
        if not call.context.tracing:
            return
        # The call itself would hold its bodies, and the snapshot that served it.
        self._traces[call.context.request_id] = (self._clock.now(), document(call))
        if len(self._traces) > TRACES_MAX:
            self._traces.popitem(last=False)

    def find(self, trace_id: str) -> Document | None:
        """Return a trace; None when there is none, or no more."""
        since, found = self._traces.get(trace_id, (None, None))
        if since is None or self._clock.now() - since > KEPT:
            return None
        return found


def document(call: Call) -> Document:
    """Return the trace of a call as APIM lays it out: entries by section, in their order."""
    context = call.context
    trace: CallTrace = context.owners[CallTrace]
    entries: dict[str, list[Document]] = {section: [] for section in SECTIONS}
    for step in trace.steps:
        entries[step.where.section].append(entry(step, context.timestamp))
    return {
        "serviceName": context.deployment.service_name,
        "traceId": context.request_id,
        "traceEntries": entries,
    }


def entry(step: StepTrace, timestamp: Micros) -> Document:
    """Return one step."""
    where = step.where
    began = datetime.fromtimestamp(timestamp / SECOND, UTC) + timedelta(microseconds=step.began)
    data: Document = {"outcome": encodable(step.outcome)}
    if where.file:
        data |= {
            "scope": where.scope,
            "path": where.path,
            "document": where.file,
            "line": where.line,
            "column": where.column,
        }
    if where.policy_id:
        data["id"] = where.policy_id
    if step.inputs:
        data["inputs"] = [
            {"name": encodable(name), "value": encodable(text)} for name, text in step.inputs
        ]
    if step.messages:
        data["messages"] = [encodable(message) for message in step.messages]
    if step.elapsed is not None:
        data["microseconds"] = step.elapsed
    return {
        "source": step.source,
        "timestamp": began.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "elapsed": time_span(step.began),
        "data": data,
    }


def time_span(micros: int) -> str:
    """Return the time since the call began as .NET writes a TimeSpan."""
    seconds, rest = divmod(micros, SECOND)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:06}0"
