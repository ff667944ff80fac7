"""The answer that a policy in outbound or on-error changes."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.messages import Body, Headers, Response


def current_response(context: Context) -> Response:
    """Return the answer; a call that was never forwarded gets an empty 200 here."""
    if context.response is None:
        context.response = Response(200, "OK", Headers(), Body())
    return context.response
