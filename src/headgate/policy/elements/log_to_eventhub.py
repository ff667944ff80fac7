"""`log-to-eventhub` (apim.md 9.8)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.facts import EventLogged
from headgate.policy.constraints import at_most_one
from headgate.policy.fields import attr, text
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value

MESSAGE_MAX = 200 * 1024
"""Bytes of a message; what is longer is cut, as Azure does (apim.md 9.8)."""


class LogToEventhub(Element, name="log-to-eventhub", sections=SECTIONS):
    """Send a message to a logger: a file, an HTTP endpoint or a collector of OpenTelemetry logs.

    Where a logger's messages go is said in `headgate.toml`; one that is not named there writes a
    file among the gateway's state. The call does not wait for it.
    """

    example = (
        '<log-to-eventhub logger-id="calls">\n'
        '    @(context.Subscription.Id + " " + context.RequestId)\n'
        "</log-to-eventhub>"
    )
    constraints = (at_most_one("partition_id", "partition_key"),)

    logger_id: str = attr("Id of the logger.", example="calls")
    partition_id: Value[str] | None = attr(
        "Partition that the message is meant for; sinks get it as it is.", default=None, example="0"
    )
    partition_key: Value[str] | None = attr(
        "What messages of one kind have in common; sinks get it as it is.", default=None
    )
    message: Value[bytes | None] = text(
        "The message, in UTF-8; of one beyond 200 KB the rest is cut off.",
        markup=True,
        example="called",
    )

    def apply(self, context: Context) -> None:
        """Hand over the message. Raises DotNetError."""
        partition = self.partition_id or self.partition_key
        message = (self.message.of(context) or b"")[:MESSAGE_MAX].decode("utf-8", "ignore")
        key = None if partition is None else partition.of(context)
        context.facts.append(EventLogged(self.logger_id, message, key))
