"""`retry` (apim.md 6.6)."""

from __future__ import annotations

from headgate.model.clock import Micros
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Body, Headers, Response
from headgate.policy.effects import Sleep, Steps
from headgate.policy.fields import attr, block
from headgate.policy.kinds import Duration
from headgate.policy.plan import Block, await_request_body, await_response_body
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value

SPREAD_BITS = 32


class Retry(Element, name="retry", sections=SECTIONS):
    """Run policies once, and again while a condition holds, with waits in between.

    With `interval` alone all waits are the same; with `delta` the n-th wait is `interval` and n-1
    times `delta`; with `max-interval` too it is `interval` and 2^n-1 times `delta`, which varies by
    a fifth, but never more than `max-interval`.

    A backend that cannot be reached, does not answer in time or is left alone by its circuit
    breaker can be retried: the condition then finds `context.LastError`, and in `context.Response`
    the status that the caller would get, with the error's message as its reason. When there is no
    other retry, the error runs on-error. Other errors are not retried.

    Answers are retried before anything of them has left for the caller. A condition that reads no
    body does not wait for one, so streams pass as they come.
    """

    example = (
        '<retry condition="@(context.Response.StatusCode == 429)" count="3" interval="1">\n'
        '    <set-variable name="attempt" value="another" />\n'
        "</retry>"
    )

    condition: Value[bool] = attr(
        "Whether to try again; evaluated after each time.",
        condition=True,
        deferred=True,
        example="@(context.Response.StatusCode == 429)",
    )
    count: Value[int] = attr("Most retries.", at_least=1, at_most=50, example="3")
    interval: Value[Duration] = attr("Seconds to wait.", at_least=0, example="1")
    max_interval: Value[Duration] | None = attr("Longest wait in seconds.", default=None)
    delta: Value[Duration] | None = attr("Seconds by which waits grow.", default=None)
    first_fast_retry: Value[bool] = attr("Whether the first retry does not wait.", default=False)
    policies: Block = block("What runs, at least once.")

    def run(self, context: Context) -> Steps[None]:
        """Run and retry. Raises CallError, DotNetError, ResponseReturned."""
        retries, before = 0, context.last_error
        error = yield from self._attempt(context)
        while retries < self.count.of(context) and (yield from self._holds(context)):
            retries += 1
            wait = self._wait(context, retries)
            if wait > 0:
                yield from Sleep(Micros(wait))
            context.last_error = before
            if error is not None:
                context.response = None
            error = yield from self._attempt(context)
        if error is not None:
            raise error

    def _attempt(self, context: Context) -> Steps[CallError | None]:
        """Run the policies; return the failure of a backend, which the condition is shown."""
        try:
            yield from self.policies.drive(context)
        except CallError as error:
            if error.fault is not Fault.UPSTREAM:
                raise
            context.last_error = error.last_error()
            if context.response is None:
                headers = Headers.of(*error.headers)
                context.response = Response(error.status, error.detail, headers, Body())
            return error
        return None

    def _holds(self, context: Context) -> Steps[bool]:
        """Evaluate the condition; bodies that it reads have to be complete by now."""
        reads = self.condition.reads
        if "request.body" in reads:
            yield from await_request_body(context)
        if "response.body" in reads:
            yield from await_response_body(context)
        return self.condition.of(context)

    def _wait(self, context: Context, n: int) -> int:
        """Return the microseconds before the n-th retry, counted from 1."""
        if n == 1 and self.first_fast_retry.of(context):
            return 0
        interval: int = self.interval.of(context)
        if self.delta is None:
            wait = interval
        elif self.max_interval is None:
            wait = interval + (n - 1) * self.delta.of(context)
        else:
            delta = self.delta.of(context) * (0.8 + 0.4 * spread(context))
            wait = interval + round((2**n - 1) * delta)
        return wait if self.max_interval is None else min(wait, self.max_interval.of(context))


def spread(context: Context) -> float:
    """Return a random number from 0 up to 1; the middle without a source of randomness."""
    if context.entropy is None:
        return 0.5
    return context.entropy.getrandbits(SPREAD_BITS) / (1 << SPREAD_BITS)
