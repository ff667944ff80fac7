"""The driver of one call: a trampoline between the exchange's effects and the protocols.

An effect whose reply is at hand re-enters the generator at once. Otherwise its handler returns
PENDING, and a callback of a protocol or of the loop calls `advance` with the reply. There is no
task and no await on the way of a call.

A call has two computations. `respond` ends with an answer, which is delivered; `conclude` runs
when the exchange has ended, however it ended, and exactly once. This is one of the two places
where a broad `except` stands: whatever the core raises that nobody foresaw ends here as a 500.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from enum import Enum
from typing import Any, Final, Literal, Protocol

from headgate.exchange.call import Call, Ending
from headgate.gateway import framing
from headgate.gateway.forwarding import (
    Destination,
    outgoing_body,
    outgoing_head,
    redirected,
)
from headgate.gateway.framing import Refusal
from headgate.gateway.inbound import Inbound
from headgate.gateway.plane import Plane
from headgate.model.clock import SECOND
from headgate.model.messages import Body, Headers, Request, Response
from headgate.policy.effects import (
    Apply,
    BodyFailed,
    CountPrompt,
    CountText,
    Effect,
    FetchToken,
    Forward,
    ForwardFailed,
    ReadRequestBody,
    ReadResponseBody,
    Sleep,
    Steps,
    TokenFailed,
)
from headgate.upstream.attempt import Attempt

log = logging.getLogger("headgate.gateway")

PENDING: Final = object()
NEVER = float("inf")
FINE_TIMEOUT = 5.0
"""Seconds; the sweep is fine enough for what is longer."""
JOINED_MAX = 64 * 1024
"""Bytes of a body that are copied behind its head, so that both leave in one write."""


class Phase(Enum):
    """How far a call has come."""

    RESPONDING = "responding"
    STREAMING = "streaming"
    FLUSHING = "flushing"
    CONCLUDING = "concluding"
    DONE = "done"


class Tap(Protocol):
    """Who follows a streamed answer, and may hold bytes back or change them."""

    def feed(self, chunk: bytes) -> bytes:
        """Return what to pass on for a part of the answer."""
        ...

    def finish(self) -> bytes:
        """Return what is still held back."""
        ...


class Client(Protocol):
    """The client's connection, as the driver sees it."""

    full: bool
    """Whether the client is not reading: its write buffer is over the window."""

    def write(self, data: bytes) -> None:
        """Write a part of the answer."""
        ...

    def connection_line(self) -> bytes:
        """Return the Connection header line that the answer needs, or nothing."""
        ...

    def ask_for_body(self) -> None:
        """Say that the body is wanted: send 100 Continue if the client waits for it."""
        ...

    def pause_body(self) -> None:
        """Stop reading the request."""
        ...

    def resume_body(self) -> None:
        """Read the request again."""
        ...

    def close_after_answer(self) -> None:
        """Serve no other request on this connection."""
        ...

    def break_off(self) -> None:
        """End the connection so that the client sees a broken answer."""
        ...

    def on_call_done(self) -> None:
        """The call has been concluded; the next request may be served."""
        ...


class Driver:
    """One call. It is the receiver of its attempts, and the client's connection reports to it."""

    __slots__ = (
        "answer_body",
        "answer_failed",
        "attempt",
        "awaits_head",
        "call",
        "chunked",
        "client",
        "collects_answer",
        "collects_request",
        "deadline",
        "destination",
        "forward_effect",
        "head_deadline",
        "held",
        "inbound",
        "kept",
        "phase",
        "pieces",
        "plane",
        "quiet_since",
        "redirects",
        "spent",
        "steps",
        "streams_request",
        "tap",
        "task",
        "timer",
    )

    call: Call
    steps: Steps[None]
    destination: Destination
    forward_effect: Forward

    def __init__(self, plane: Plane, client: Client, inbound: Inbound) -> None:
        self.plane = plane
        self.client = client
        self.inbound = inbound
        self.phase = Phase.RESPONDING
        self.timer: asyncio.TimerHandle | None = None
        self.task: asyncio.Task[str | TokenFailed] | None = None
        self.deadline = NEVER
        # The request's body.
        self.collects_request = False
        self.streams_request = False
        self.spent = False
        """Whether a part of the request body has been sent and not been kept."""
        self.kept: list[bytes] | None = None
        """What has been sent of the request body, if it may have to be sent again."""
        # The upstream's answer.
        self.attempt: Attempt | None = None
        self.awaits_head = False
        self.head_deadline = NEVER
        self.quiet_since = NEVER
        self.redirects = 0
        self.answer_body: Body | None = None
        """The body of the answer that is on its way, to tell it from one that a policy made."""
        self.answer_failed: ForwardFailed | None = None
        self.collects_answer = False
        self.pieces: list[bytes] = []
        self.held = 0
        self.chunked = False
        self.tap: Tap | None = None

    # The trampoline.

    def start(self, request: Request) -> None:
        """Begin the call and drive it as far as it goes."""
        plane = self.plane
        services = plane.services
        self.deadline = plane.loop.time() + plane.timeouts.call
        self.call = services.exchange.begin(
            plane.snapshot,
            request,
            clock=services.clock,
            request_id=plane.next_request_id(),
            entropy=services.entropy,
        )
        self.steps = services.exchange.respond(self.call)
        self.advance(None)

    def advance(self, reply: object) -> None:
        """Resume the computation with the reply to its last effect."""
        steps = self.steps
        try:
            while True:
                effect = steps.send(reply)
                reply = PERFORM[type(effect)](self, effect)
                if reply is PENDING:
                    return
        except StopIteration:
            pass
        except Exception as error:
            self.crash(error)
            return
        if self.phase is Phase.RESPONDING:
            self.deliver()
        else:
            self.finish()

    def crash(self, error: BaseException) -> None:
        """End a call that met a bug: 500, or a broken answer when some of it has left."""
        request_id = self.call.context.request_id
        log.error("call %s met a bug", request_id, exc_info=error)
        if self.phase is Phase.CONCLUDING:
            self.finish()
            return
        self.cut_off(Refusal(500, "Internal server error"), Ending.COMPLETE)

    def cut_off(self, refused: Refusal, ending: Ending) -> None:
        """End a call from outside: with a refusal if nothing has been answered yet."""
        self.stop()
        context = self.call.context
        if self.phase is Phase.RESPONDING:
            context.response = Response(refused.status, "", Headers(), None)
            self.client.close_after_answer()
            self.client.write(framing.refusal(refused, context.request_id))
        else:
            ending = Ending.UPSTREAM_BROKEN if ending is Ending.COMPLETE else ending
            self.client.break_off()
        self.end(ending)

    def stop(self) -> None:
        """Stop everything that would call `advance`, and the computation itself."""
        self.stop_timer()
        if self.task is not None:
            self.task.cancel()
            self.task = None
        self.drop_attempt()
        try:
            self.steps.close()
        except Exception:
            log.exception("call %s met a bug", self.call.context.request_id)

    def end(self, ending: Ending) -> None:
        """Conclude the call."""
        self.phase = Phase.CONCLUDING
        self.steps = self.plane.services.exchange.conclude(self.call, ending)
        self.advance(None)

    def finish(self) -> None:
        """Publish the facts and let the connection go on."""
        self.phase = Phase.DONE
        inbound = self.inbound
        self.plane.budget.held -= self.held + inbound.held
        inbound.held = 0
        try:
            self.plane.services.on_facts(self.call)
        except Exception:
            log.exception("call %s: its facts were not taken", self.call.context.request_id)
        self.client.on_call_done()

    # Effects.

    def read_request_body(self, _: ReadRequestBody) -> object:
        """Complete the request's body, or wait until the client has sent it."""
        body = self.call.context.request.body
        if body is None or body.complete:
            return None
        if self.spent:
            return BodyFailed("malformed", "The request body has been forwarded as it came.")
        inbound = self.inbound
        self.rewind_request()
        if inbound.complete:
            self.fill_request_body()
            return None
        if inbound.length is not None and inbound.length > self.plane.bounds.body_buffered:
            return BodyFailed("too-large", "The request body is too large.")
        self.collects_request = True
        self.client.ask_for_body()
        self.client.resume_body()
        return PENDING

    def read_response_body(self, _: ReadResponseBody) -> object:
        """Complete the answer's body, or wait until the upstream has sent it."""
        response = self.call.context.response
        body = None if response is None else response.body
        if body is None or body.complete:
            return None
        assert body is self.answer_body, "an incomplete body that nobody sends"
        if self.answer_failed is not None:
            return BodyFailed("peer-gone", self.answer_failed.message)
        assert self.attempt is not None
        self.collects_answer = True
        self.attempt.resume_answer()
        return PENDING

    def count_prompt(self, effect: CountPrompt) -> object:
        """Count the tokens of a prompt."""
        return self.plane.services.counter.count(effect.parts, effect.model)

    def count_text(self, effect: CountText) -> object:
        """Count the tokens of a text."""
        return self.plane.services.counter.count(effect.text, effect.model)

    def apply(self, effect: Apply) -> object:
        """Perform an operation of the counter store."""
        return self.plane.services.store.apply(effect.operation)

    def fetch_token(self, effect: FetchToken) -> object:
        """Get an access token, at hand or by a task."""
        tokens = self.plane.services.tokens
        token = tokens.held(effect.resource, effect.client_id)
        if token is not None:
            return token
        fetch = tokens.fetch(effect.resource, effect.client_id)
        self.task = self.plane.loop.create_task(fetch)
        self.task.add_done_callback(self.on_token)
        return PENDING

    def on_token(self, task: asyncio.Task[str | TokenFailed]) -> None:
        """Resume with the token; a task that `stop` cancelled is not listened to."""
        if task is not self.task:
            return
        self.task = None
        error = task.exception()
        if error is None:
            self.advance(task.result())
        else:
            self.stop()
            self.crash(error)

    def sleep(self, effect: Sleep) -> object:
        """Wait."""
        seconds = min(effect.duration / SECOND, self.plane.timeouts.sleep)
        self.timer = self.plane.loop.call_later(seconds, self.on_wake)
        return PENDING

    def on_wake(self) -> None:
        """Resume after a Sleep."""
        self.timer = None
        self.advance(None)

    def stop_timer(self) -> None:
        """Cancel the timer, if there is one."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    # Forward, and the request on its way upstream.

    def forward(self, effect: Forward) -> object:
        """Send the request; the reply comes with the head of the answer."""
        context = self.call.context
        if context.base is None:
            return ForwardFailed("no-backend", "The API has no service URL and no backend.")
        self.drop_attempt()
        self.forward_effect = effect
        self.redirects = 0
        return self.send(Destination(context.base, context.request.url, context.request.method))

    def send(self, destination: Destination) -> object:
        """Start an attempt at a destination. Return PENDING or why it cannot be."""
        request, inbound, plane = self.call.context.request, self.inbound, self.plane
        body = outgoing_body(request, destination)
        streams = False
        if body is not None and not body.complete:
            if self.spent:
                return ForwardFailed("broken", "The request body was not kept to be sent again.")
            self.rewind_request()
            streams = not inbound.complete
            if not streams:
                self.fill_request_body()
        try:
            head = outgoing_head(destination, request, inbound)
            origin = destination.origin(self.call.context)
        except ValueError as error:
            return ForwardFailed("refused", f"The request cannot be sent: {error}")
        self.destination = destination
        attempt = self.attempt = Attempt(
            origin, self, bodiless=destination.method == "HEAD", keep_max=plane.bounds.window
        )
        if streams:
            attempt.write(head, last=False)
            self.streams_request = True
            self.kept = [] if self.forward_effect.buffer_request_body else None
            self.client.ask_for_body()
        else:
            content = b"" if body is None else body.outgoing
            if len(content) > JOINED_MAX:
                attempt.write(head, last=False)
                attempt.write(content, last=True)
            else:
                attempt.write(head + content, last=True)
        self.await_head()
        plane.pool.send(attempt)
        if streams:
            self.pump()
        return PENDING

    def await_head(self) -> None:
        """Start the clock of an attempt."""
        seconds = self.forward_effect.timeout / SECOND
        loop = self.plane.loop
        self.awaits_head = True
        self.answer_body = None
        self.answer_failed = None
        if seconds < FINE_TIMEOUT:
            self.timer = loop.call_later(seconds, self.on_head_timeout)
        else:
            self.head_deadline = loop.time() + seconds

    def on_head_timeout(self) -> None:
        """Give up an attempt whose answer does not begin."""
        self.drop_attempt()
        self.advance(ForwardFailed("timeout", "The upstream did not answer in time."))

    def drop_attempt(self) -> None:
        """Abandon the attempt, its answer and its clock."""
        self.stop_timer()
        self.awaits_head = False
        self.head_deadline = NEVER
        self.streams_request = False
        self.collects_answer = False
        if self.held:
            self.plane.budget.held -= self.held
            self.held = 0
            self.pieces = []
        attempt = self.attempt
        if attempt is not None:
            self.attempt = None
            attempt.abandon()

    def fill_request_body(self) -> None:
        """Make the request's body complete: all of it has come."""
        body = self.call.context.request.body
        assert body is not None
        body.content = self.inbound.take()
        body.complete = True

    def rewind_request(self) -> None:
        """Put back what has been sent and kept, so that it is read or sent from the start."""
        if self.kept:
            self.inbound.pieces[:0] = self.kept
            self.kept = None

    def pump(self) -> None:
        """Pass what has come of the request on to the upstream, as far as it takes it."""
        attempt, inbound = self.attempt, self.inbound
        if attempt is None or attempt.finished or not attempt.ready:
            return
        data = inbound.take()
        if data:
            self.keep(data)
            if inbound.length is None:
                data = framing.chunk(data)
        if inbound.complete and inbound.length is None:
            data += framing.LAST_CHUNK
        if data or inbound.complete:
            attempt.write(data, last=inbound.complete)
        if not inbound.complete and attempt.ready:
            self.client.resume_body()

    def keep(self, data: bytes) -> None:
        """Keep what is sent of the request, or count it as gone."""
        kept = self.kept
        if kept is not None and self.inbound.size <= self.plane.bounds.body_buffered:
            kept.append(data)
            return
        gone = len(data) + sum(map(len, kept or ()))
        self.kept = None
        self.spent = True
        self.inbound.held -= gone
        self.plane.budget.held -= gone

    # What the client's connection reports.

    def on_request_data(self) -> None:
        """More of the request's body came, or its end."""
        inbound, bounds = self.inbound, self.plane.bounds
        if self.plane.budget.exceeded:
            self.cut_off(Refusal(503, "The gateway holds too much already."), Ending.COMPLETE)
        elif self.collects_request:
            if inbound.size > bounds.body_buffered:
                self.collects_request = False
                self.advance(BodyFailed("too-large", "The request body is too large."))
            elif inbound.complete:
                self.collects_request = False
                self.fill_request_body()
                self.advance(None)
        elif inbound.size > bounds.body_streamed:
            self.cut_off(Refusal(413, "The request body is too large."), Ending.COMPLETE)
        else:
            if self.streams_request:
                self.pump()
            if sum(map(len, inbound.pieces)) > bounds.window:
                self.client.pause_body()

    def on_request_failed(self, kind: Literal["malformed", "timeout"]) -> None:
        """The rest of the request's body will not come."""
        self.client.close_after_answer()
        message = "The request body is malformed."
        if kind == "timeout":
            message = "The request body did not come in time."
        if self.collects_request:
            self.collects_request = False
            self.advance(BodyFailed(kind, message))
        else:
            self.cut_off(Refusal(400 if kind == "malformed" else 408, message), Ending.CLIENT_GONE)

    def on_client_full(self) -> None:
        """The client does not read: do not read for it."""
        if self.attempt is not None and self.phase is Phase.STREAMING:
            self.attempt.pause_answer()

    def on_client_ready(self) -> None:
        """The client reads again."""
        if self.phase is Phase.FLUSHING:
            self.end(Ending.COMPLETE)
        elif self.attempt is not None and self.phase is Phase.STREAMING:
            self.attempt.resume_answer()

    def on_client_gone(self, ending: Ending = Ending.CLIENT_GONE) -> None:
        """The client hung up, or the server is drained: nobody waits for the answer."""
        if self.phase not in (Phase.CONCLUDING, Phase.DONE):
            self.stop()
            self.end(ending)

    def sweep(self, now: float) -> None:
        """Look after the deadlines, once a second."""
        if self.phase in (Phase.CONCLUDING, Phase.DONE):
            return
        if now >= self.deadline:
            self.cut_off(Refusal(504, "The call took too long."), Ending.TIMED_OUT)
        elif now >= self.head_deadline:
            self.on_head_timeout()
        elif self.reads_answer():
            self.sweep_answer(now)

    def reads_answer(self) -> bool:
        """Whether bytes of the answer's body are waited for."""
        if self.awaits_head or self.attempt is None:
            return False
        return self.collects_answer or (self.phase is Phase.STREAMING and not self.client.full)

    def sweep_answer(self, now: float) -> None:
        """Look after the gaps in an answer."""
        connection = self.attempt.connection if self.attempt is not None else None
        if connection is None:
            return
        if connection.heard or self.quiet_since is NEVER:
            connection.heard = False
            self.quiet_since = now
        elif now - self.quiet_since >= self.plane.timeouts.answer_gap:
            if self.collects_answer:
                self.drop_attempt()
                self.advance(BodyFailed("timeout", "The upstream stopped sending."))
            else:
                self.cut_off(Refusal(504, "The upstream stopped sending."), Ending.TIMED_OUT)

    # What the attempt reports.

    def on_attempt_ready(self) -> None:
        """The upstream takes more of the request."""
        if self.streams_request:
            self.pump()

    def on_answer(self, response: Response) -> None:
        """The head of the answer came."""
        self.stop_timer()
        self.awaits_head = False
        self.head_deadline = NEVER
        body = response.body
        if body is None or body.complete:
            self.attempt = None
        if self.forward_effect.follow_redirects and self.follow(response):
            return
        self.call.context.response = response
        if body is not None and not body.complete:
            self.answer_body = body
            self.quiet_since = NEVER
            if body.content:
                self.hold(body.content)
                body.content = b""
        self.advance(None)

    def follow(self, response: Response) -> bool:
        """Follow a redirect. Return False when the answer is none, or one too many."""
        if self.redirects == self.plane.bounds.redirects:
            return False
        destination = redirected(response, self.destination)
        if destination is None:
            return False
        self.drop_attempt()
        self.redirects += 1
        reply = self.send(destination)
        if reply is not PENDING:
            self.advance(reply)
        return True

    def hold(self, chunk: bytes) -> None:
        """Hold a part of the answer that cannot be passed on yet."""
        self.pieces.append(chunk)
        self.held += len(chunk)
        self.plane.budget.held += len(chunk)

    def on_answer_body(self, chunk: bytes) -> None:
        """More of the answer came."""
        if self.phase is Phase.STREAMING:
            self.pass_on(chunk)
            return
        self.hold(chunk)
        bounds = self.plane.bounds
        if self.collects_answer:
            if self.held > bounds.body_buffered or self.plane.budget.exceeded:
                self.drop_attempt()
                self.advance(BodyFailed("too-large", "The upstream's answer is too large."))
        elif self.held > bounds.window and self.attempt is not None:
            self.attempt.pause_answer()

    def on_answer_end(self) -> None:
        """The answer is whole."""
        self.attempt = None
        if self.phase is Phase.STREAMING:
            self.end_stream()
            return
        body = self.answer_body
        assert body is not None
        body.content = b"".join(self.pieces)
        body.complete = True
        self.pieces = []
        if self.collects_answer:
            self.collects_answer = False
            self.advance(None)

    def on_answer_failed(self, failed: ForwardFailed) -> None:
        """No answer will come, or no more of it."""
        self.attempt = None
        if self.awaits_head:
            self.drop_attempt()
            self.advance(failed)
        elif self.phase is Phase.STREAMING:
            self.client.break_off()
            self.end(Ending.UPSTREAM_BROKEN)
        elif self.collects_answer:
            self.drop_attempt()
            self.advance(BodyFailed("peer-gone", failed.message))
        else:
            self.answer_failed = failed

    # The answer on its way to the client.

    def deliver(self) -> None:
        """Send the answer that the computation ended with."""
        try:
            response = self.call.context.response
            assert response is not None, "a call ended without an answer"
            body = response.body
            if body is None or body.complete:
                self.deliver_whole(response)
            else:
                self.deliver_stream(response, body)
        except Exception as error:
            self.crash(error)

    def deliver_whole(self, response: Response) -> None:
        """Send an answer that is here as a whole."""
        client = self.client
        self.drop_attempt()
        answer = framing.whole_answer(response, self.inbound.method, client.connection_line())
        self.finish_answer(answer)

    def deliver_stream(self, response: Response, body: Body) -> None:
        """Send the head with what has come of the body; the rest is passed on as it comes."""
        assert body is self.answer_body, "an incomplete body that nobody sends"
        if self.answer_failed is not None:
            refused = Refusal(502, "The upstream's answer broke off.")
            self.cut_off(refused, Ending.UPSTREAM_BROKEN)
            return
        if framing.bodiless(response, self.inbound.method):
            response.body = None
            self.deliver_whole(response)
            return
        client, attempt = self.client, self.attempt
        tap = self.tap = self.call.tap
        first = b"".join(self.pieces)
        self.plane.budget.held -= self.held
        self.held = 0
        self.pieces = []
        if tap is not None and first:
            first = tap.feed(first)
        length = response.headers.first(b"content-length") if tap is None else None
        if length is not None:
            line = framing.length_line(int(length))
        elif self.inbound.http_10:
            line = b""
            client.close_after_answer()
        else:
            line = framing.CHUNKED
            self.chunked = True
            first = framing.chunk(first) if first else b""
        head = framing.answer_head(response, line, client.connection_line())
        self.phase = Phase.STREAMING
        client.write(head + first)
        assert attempt is not None
        if not client.full:
            attempt.resume_answer()

    def pass_on(self, chunk: bytes) -> None:
        """Pass a part of the answer to the client, in one write."""
        tap = self.tap
        if tap is not None:
            try:
                chunk = tap.feed(chunk)
            except Exception as error:
                self.crash(error)
                return
            if not chunk:
                return
        self.client.write(framing.chunk(chunk) if self.chunked else chunk)

    def end_stream(self) -> None:
        """End an answer that was passed on."""
        rest = b""
        if self.tap is not None:
            try:
                rest = self.tap.finish()
            except Exception as error:
                self.crash(error)
                return
        if self.chunked:
            rest = (framing.chunk(rest) if rest else b"") + framing.LAST_CHUNK
        self.finish_answer(rest)

    def finish_answer(self, last: bytes) -> None:
        """Write the last bytes; the call ends when the client holds no more than its window."""
        if last:
            self.client.write(last)
        if self.client.full:
            self.phase = Phase.FLUSHING
        else:
            self.end(Ending.COMPLETE)


PERFORM: dict[type[Effect[Any]], Callable[[Driver, Any], object]] = {
    Apply: Driver.apply,
    CountPrompt: Driver.count_prompt,
    CountText: Driver.count_text,
    FetchToken: Driver.fetch_token,
    Forward: Driver.forward,
    ReadRequestBody: Driver.read_request_body,
    ReadResponseBody: Driver.read_response_body,
    Sleep: Driver.sleep,
}
