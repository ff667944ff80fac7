"""`trace` (apim.md 9.9)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.model.facts import TraceEntry
from headgate.policy.constraints import exactly_one
from headgate.policy.fields import attr, child, children, text
from headgate.policy.schema import SECTIONS, Element, Part
from headgate.policy.value import Value


class Metadata(Part, name="metadata"):
    """A property of a trace entry."""

    name: Value[str] = attr("Name of the property.", example="Operation")
    value: Value[str | None] = attr("Its value.", empty=True, example="@(context.Operation.Id)")


class Trace(Element, name="trace", sections=SECTIONS):
    """Write an entry into the trace of the call and into the gateway's telemetry."""

    example = (
        '<trace source="orders" severity="information">\n'
        "    <message>@(context.Request.Method)</message>\n"
        '    <metadata name="Operation" value="@(context.Operation.Id)" />\n'
        "</trace>"
    )
    constraints = (exactly_one("message", "entry"),)

    source: Value[str] = attr("What the entry is filed under.", example="orders")
    severity: Literal["verbose", "information", "error"] = attr(
        "How much the entry matters.", default="verbose", any_case=True
    )
    message: Value[str | None] | None = child(
        "What the entry says.", name="message", default=None, empty=True
    )
    metadata: tuple[Metadata, ...] = children("Properties of the entry.")
    entry: Value[str | None] | None = text(
        "The message, in the older way to write it.", name="text", default=None
    )

    def apply(self, context: Context) -> None:
        """Write the entry. Raises DotNetError."""
        source = self.source.of(context)
        message = self.message or self.entry
        assert message is not None, "one of the two is given"
        said = message.of(context) or ""
        metadata = tuple(
            (item.name.of(context), item.value.of(context) or "") for item in self.metadata
        )
        context.facts.append(TraceEntry(source, self.severity, said, metadata))
