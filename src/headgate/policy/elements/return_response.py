"""`return-response` (apim.md 9.6)."""

from __future__ import annotations

from headgate.csharp.values import type_name_of
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Body, Headers, Response
from headgate.policy.elements.set_body import SetBody
from headgate.policy.elements.set_header import SetHeader
from headgate.policy.elements.set_status import SetStatus
from headgate.policy.fields import attr, child, children
from headgate.policy.plan import ResponseReturned
from headgate.policy.schema import SECTIONS, Element


class ReturnResponse(Element, name="return-response", sections=SECTIONS):
    """End the call with an answer of the gateway's own; nothing that follows runs.

    The answer is an empty 200, or the one in a variable, with the changes of the children.
    """

    example = (
        "<return-response>\n"
        '    <set-status code="403" reason="Forbidden" />\n'
        '    <set-header name="Content-Type"><value>text/plain</value></set-header>\n'
        "    <set-body>Not here.</set-body>\n"
        "</return-response>"
    )

    response_variable_name: str | None = attr(
        "Variable that holds the answer, as `send-request` leaves it.", default=None
    )
    status: SetStatus | None = child("The status.", name="set-status", default=None)
    headers: tuple[SetHeader, ...] = children("Headers.", name="set-header")
    body: SetBody | None = child("The body.", name="set-body", default=None)

    def apply(self, context: Context) -> None:
        """Answer. Raises ResponseReturned; DotNetError, CallError 500 without an answer."""
        response = self._begin(context)
        if self.status is not None:
            self.status.write(context, response)
        for header in self.headers:
            header.write(context, response.headers)
        if self.body is not None:
            self.body.write(context, response)
        context.response = response
        raise ResponseReturned

    def _begin(self, context: Context) -> Response:
        """Return the answer to change; that in the variable is left as it is."""
        name = self.response_variable_name
        if name is None or name not in context.variables:
            # Documents name a variable that nobody sets, and begin with an empty 200 then.
            return Response(200, "OK", Headers(), Body())
        found = context.variables[name]
        if not isinstance(found, Response):
            kind = "nothing" if found is None else type_name_of(found)
            raise CallError(
                500,
                f"The variable {name} holds {kind}, not an answer.",
                source="return-response",
                reason="ResponseVariableInvalid",
                fault=Fault.OPERATOR,
            )
        body = Body(found.body.outgoing) if found.body is not None else Body()
        return Response(found.status, found.reason, found.headers.copy(), body)
