"""`mock-response` (apim.md 9.6)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.messages import Body, Headers, Response
from headgate.policy.elements.set_status import PHRASES
from headgate.policy.fields import attr
from headgate.policy.plan import ResponseReturned
from headgate.policy.samples import sample
from headgate.policy.schema import Element
from headgate.policy.value import Value


class MockResponse(Element, name="mock-response", sections=("inbound", "outbound", "on-error")):
    """End the call with the answer that the specification of its operation shows.

    The body is an example of the specification, else a value that its schema allows, else empty.
    """

    example = '<mock-response status-code="200" content-type="application/json" />'

    status_code: Value[int] = attr(
        "Status of the answer, by which the specification is read.",
        default=200,
        at_least=200,
        at_most=599,
        example="201",
    )
    content_type: Value[str] | None = attr(
        "Media type of the answer; the first of the specification if absent.",
        default=None,
        example="application/json",
    )
    index: Value[int] | None = attr(
        "Which of several examples, counted from 0; the first if absent.",
        default=None,
        at_least=0,
        example="1",
    )

    def apply(self, context: Context) -> None:
        """Answer. Raises ResponseReturned, DotNetError."""
        status = self.status_code.of(context)
        made = sample(
            context.operation.described if context.operation is not None else None,
            status,
            content_type=self.content_type.of(context) if self.content_type is not None else None,
            index=self.index.of(context) if self.index is not None else None,
        )
        headers = Headers()
        if made.content_type is not None:
            headers.set("Content-Type", made.content_type)
        context.response = Response(status, PHRASES.get(status, ""), headers, Body(made.body))
        raise ResponseReturned
