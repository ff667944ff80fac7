"""A request of the gateway's own: sent beside the call's, its answer collected whole."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from headgate.gateway.budget import Budget
from headgate.model.clock import SECOND
from headgate.model.messages import Response
from headgate.policy.effects import ForwardFailed, Outgoing
from headgate.upstream import wire
from headgate.upstream.attempt import Attempt, Origin
from headgate.upstream.pool import Pool

log = logging.getLogger("headgate.gateway")

Done = Callable[["Response | ForwardFailed"], None]


class Errand:
    """One such request; `done` hears of the answer once, from a callback of the event loop."""

    __slots__ = ("attempt", "budget", "done", "held", "most", "pieces", "response", "timer")

    def __init__(self, errands: Errands, request: Outgoing, *, timeout: int, done: Done) -> None:
        """Send the request; `timeout` in microseconds. Raises ValueError for an impossible one."""
        url = request.url
        origin = Origin(url.scheme, url.host, url.port, request.check_chain, request.check_name)
        body = request.body
        head = wire.request_head(
            wire.method_token(request.method),
            wire.request_target(url.path, url.query_string),
            host=request.headers.first(b"host") or wire.authority(origin),
            headers=request.headers,
            framing=wire.framing(request.method, None if body is None else len(body)),
        )
        pool = errands.pool
        self.budget = errands.budget
        self.most = pool.bounds.body_buffered
        self.done = done
        self.response: Response | None = None
        self.pieces: list[bytes] = []
        self.held = 0
        bodiless = request.method == "HEAD"
        attempt = Attempt(origin, self, bodiless=bodiless, keep_max=pool.bounds.window)
        self.attempt: Attempt | None = attempt
        attempt.write(head + body if body else head, last=True)
        self.timer = errands.loop.call_later(timeout / SECOND, self.on_timeout)
        pool.send(attempt)

    def abandon(self) -> None:
        """Drop the request; `done` hears no more."""
        self.timer.cancel()
        attempt, self.attempt = self.attempt, None
        if attempt is not None:
            attempt.abandon()
        self.pieces = []
        self.budget.held -= self.held
        self.held = 0

    def end(self, outcome: Response | ForwardFailed) -> None:
        """Tell what came of the request."""
        self.abandon()
        self.done(outcome)

    def on_timeout(self) -> None:
        """Give up."""
        self.end(ForwardFailed("timeout", "The answer did not come in time."))

    def on_attempt_ready(self) -> None:
        """Need nothing: the request was written at once."""

    def on_answer(self, response: Response) -> None:
        """Keep the head of the answer, and end if its body came with it."""
        body = response.body
        self.response = response
        if body is None or body.complete:
            self.attempt = None
            self.end(response)
            return
        if body.content:
            self.hold(body.content)

    def on_answer_body(self, chunk: bytes) -> None:
        """Hold more of the answer."""
        self.hold(chunk)

    def hold(self, chunk: bytes) -> None:
        """Hold a part of the answer, within bounds."""
        self.pieces.append(chunk)
        self.held += len(chunk)
        self.budget.held += len(chunk)
        if self.held > self.most or self.budget.exceeded:
            self.end(ForwardFailed("broken", "The answer is too large."))

    def on_answer_end(self) -> None:
        """The answer is whole."""
        response = self.response
        assert response is not None
        assert response.body is not None
        response.body.content = b"".join(self.pieces)
        response.body.complete = True
        self.attempt = None
        self.end(response)

    def on_answer_failed(self, failed: ForwardFailed) -> None:
        """No answer will come, or no more of it."""
        self.attempt = None
        self.end(failed)


class Errands:
    """Sends requests of the gateway's own. Those that nobody waits for are bounded in number."""

    __slots__ = ("budget", "dispatched", "loop", "pool")

    DISPATCHED_MAX = 1000

    def __init__(self, pool: Pool, budget: Budget, *, loop: asyncio.AbstractEventLoop) -> None:
        self.pool = pool
        self.budget = budget
        self.loop = loop
        self.dispatched = 0

    def send(self, request: Outgoing, *, timeout: int, done: Done) -> Errand | ForwardFailed:
        """Send a request; one that cannot be sent fails at once, and `done` hears nothing."""
        try:
            return Errand(self, request, timeout=timeout, done=done)
        except ValueError as error:
            return ForwardFailed("refused", f"The request cannot be sent: {error}")

    async def ask(self, request: Outgoing, *, within: int) -> Response | ForwardFailed:
        """Send a request for one of the gateway's own tasks, and wait for its answer."""
        answer: asyncio.Future[Response | ForwardFailed] = self.loop.create_future()
        errand = self.send(request, timeout=within, done=answer.set_result)
        if isinstance(errand, ForwardFailed):
            return errand
        try:
            return await answer
        except asyncio.CancelledError:
            errand.abandon()
            raise

    def dispatch(self, request: Outgoing, *, timeout: int) -> None:
        """Send a request that nobody waits for; what becomes of it is only logged if it fails."""
        where = f"{request.method} {request.url.host}"

        def done(outcome: Response | ForwardFailed) -> None:
            self.dispatched -= 1
            if isinstance(outcome, ForwardFailed):
                log.warning("one-way request %s failed: %s", where, outcome.message)

        if self.dispatched >= self.DISPATCHED_MAX:
            log.warning("one-way request %s dropped: %d are on their way", where, self.dispatched)
            return
        self.dispatched += 1
        failed = self.send(request, timeout=timeout, done=done)
        if isinstance(failed, ForwardFailed):
            done(failed)
