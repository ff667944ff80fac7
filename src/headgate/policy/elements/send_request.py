"""`send-request` (apim.md 9.8)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.policy.effects import ForwardFailed, Send, Steps
from headgate.policy.elements._own_request import OwnRequest
from headgate.policy.fields import attr
from headgate.policy.schema import SECTIONS
from headgate.policy.value import Value


class SendRequest(OwnRequest, name="send-request", sections=SECTIONS):
    """Send a request of the gateway's own and keep its answer in a variable.

    The answer has the members of `context.Response`; its status does not matter. A request that
    gets no answer runs on-error, or leaves null in the variable if errors are ignored.
    """

    example = (
        '<send-request mode="new" response-variable-name="answer" timeout="20"'
        ' ignore-error="true">\n'
        "    <set-url>https://example.com/check</set-url>\n"
        "    <set-method>POST</set-method>\n"
        '    <set-header name="Content-Type"><value>application/json</value></set-header>\n'
        "    <set-body>{}</set-body>\n"
        "</send-request>"
    )

    response_variable_name: Value[str] | None = attr(
        "Variable that gets the answer.", default=None, example="answer"
    )
    ignore_error: bool = attr(
        "Whether the call goes on when there is no answer; the variable is null then.",
        default=False,
    )

    def run(self, context: Context) -> Steps[None]:
        """Send and wait. Raises CallError 500 without an answer, DotNetError."""
        variable = self.response_variable_name
        name = None if variable is None else variable.of(context)
        try:
            request = yield from self.outgoing(context)
            answer = yield from Send(request, self.timeout.of(context))
            if isinstance(answer, ForwardFailed):
                reason = "Timeout" if answer.kind == "timeout" else "BackendConnectionFailure"
                fault = Fault.OPERATOR if answer.kind == "denied" else Fault.UPSTREAM
                raise self.failure(reason, answer.message, fault=fault)
        except CallError:
            if not self.ignore_error:
                raise
            answer = None
        if name is not None:
            context.variables[name] = answer
