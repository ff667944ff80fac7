"""`forward-request` (apim.md 6.5)."""

from __future__ import annotations

from typing import Literal

from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.policy.attempt import failure, forwarded
from headgate.policy.constraints import at_most_one
from headgate.policy.effects import Forward, Steps
from headgate.policy.fields import attr
from headgate.policy.schema import Element
from headgate.policy.settling import (
    after_forward,
    before_attempt,
    before_forward,
    has_used,
    not_forwarded,
)
from headgate.policy.value import Value

TIMEOUT_DEFAULT = 300


class ForwardRequest(Element, names=("forward-request",), sections=("backend",)):
    """Send the request to the backend and wait for the head of its answer.

    Without this element, the request goes nowhere and outbound runs right after inbound. An answer
    passes to the caller as it arrives, whatever `buffer-response` says; it is gathered only where
    a policy reads it.

    Each one is an attempt of its own: of a pool it takes the member whose turn it is, and a backend
    whose circuit breaker is open is not called: the call fails with 503.
    """

    example = '<forward-request timeout="60" />'
    constraints = (at_most_one("timeout", "timeout_ms"),)

    timeout: Value[int] | None = attr(
        "Seconds to wait for the head of the answer; 300 if absent.",
        at_least=0,
        default=None,
        example="60",
    )
    timeout_ms: Value[int] | None = attr(
        "The same in milliseconds.", at_least=0, default=None, example="500"
    )
    continue_timeout: Value[int] | None = attr(
        "Seconds to wait for `100 Continue`. The body is sent without waiting for it.",
        at_least=0,
        default=None,
        example="1",
    )
    http_version: Literal["1", "2", "2or1"] = attr(
        "Version of HTTP towards the backend. Backends are spoken to in HTTP/1.1.", default="1"
    )
    follow_redirects: Value[bool] = attr(
        "Whether redirects are followed instead of passed on.", default=False
    )
    buffer_request_body: bool = attr(
        "Whether the request body is kept, so that it can be sent again by retry.", default=False
    )
    buffer_response: bool = attr(
        "Whether the answer may be gathered before it passes on.", default=True
    )
    fail_on_error_status_code: bool = attr(
        "Whether a status of 400 to 599 is an error that runs on-error.", default=False
    )

    def run(self, context: Context) -> Steps[None]:
        """Forward. Raises CallError 502, 503, 504 or 500, with the backend's own status, or 429."""
        context.request.drop_caller_key()
        if has_used(context):
            yield from before_attempt(context)
        before_forward(context)
        effect = Forward(
            self._timeout(context),
            follow_redirects=self.follow_redirects.of(context),
            buffer_request_body=self.buffer_request_body,
        )
        try:
            failed = yield from forwarded(context, effect)
            if failed is not None:
                context.response = None
                raise failure(failed)
        except CallError:
            not_forwarded(context)
            raise
        yield from after_forward(context)
        response = context.response
        if (
            self.fail_on_error_status_code
            and response is not None
            and 400 <= response.status <= 599
        ):
            raise CallError(
                response.status,
                f"The backend answered {response.status} {response.reason}.",
                source="forward-request",
                reason="BackendErrorStatus",
                fault=Fault.UPSTREAM,
            )

    def _timeout(self, context: Context) -> int:
        if self.timeout_ms is not None:
            return self.timeout_ms.of(context) * 1000
        seconds = TIMEOUT_DEFAULT if self.timeout is None else self.timeout.of(context)
        return seconds * SECOND
