"""`send-one-way-request` (apim.md 9.8)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.effects import Dispatch, Steps
from headgate.policy.elements._own_request import OwnRequest
from headgate.policy.schema import SECTIONS


class SendOneWayRequest(OwnRequest, name="send-one-way-request", sections=SECTIONS):
    """Send a request of the gateway's own without waiting for its answer.

    The call goes on at once, and never learns what became of the request: a failure is a warning in
    the gateway's log. Of such requests 1,000 are under way at most; more are dropped, and logged.
    """

    example = (
        '<send-one-way-request mode="new">\n'
        "    <set-url>https://example.com/notify</set-url>\n"
        "    <set-method>POST</set-method>\n"
        "    <set-body>@(context.RequestId.ToString())</set-body>\n"
        "</send-one-way-request>"
    )

    def run(self, context: Context) -> Steps[None]:
        """Send. Raises CallError for a request that cannot be made, DotNetError."""
        request = yield from self.outgoing(context)
        yield from Dispatch(request, self.timeout.of(context))
