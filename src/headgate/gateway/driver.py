"""The driver of one call: a trampoline between the exchange's effects and the protocols.

An effect whose reply is at hand re-enters the generator at once; otherwise its handler returns
PENDING, and a callback calls `advance` with the reply. There is no task and no await. `respond`
ends with an answer, which is delivered; `conclude` runs when the exchange has ended, however it
ended, exactly once. This is one of the two places where a broad `except` stands: whatever the core
raises that nobody foresaw ends here as a 500.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Literal

from headgate.exchange.call import Ending
from headgate.gateway import framing
from headgate.gateway.clearance import Clearance
from headgate.gateway.download import Download
from headgate.gateway.forwarding import outgoing_head
from headgate.gateway.framing import Refusal
from headgate.gateway.inbound import Inbound
from headgate.gateway.performer import PENDING, PERFORM_ANYWHERE, Performer
from headgate.gateway.plane import Plane
from headgate.gateway.ports import Client, Tap
from headgate.gateway.upload import Upload
from headgate.limits.operations import Seen
from headgate.model.clock import SECOND
from headgate.model.messages import Headers, Request, Response
from headgate.policy.effects import (
    BodyFailed,
    Effect,
    Forward,
    ForwardFailed,
    ReadRequestBody,
    ReadResponseBody,
)
from headgate.policy.screening import ScreeningTap
from headgate.upstream.attempt import Attempt
from headgate.upstream.destination import Destination, redirected

log = logging.getLogger("headgate.gateway")

NEVER = float("inf")
FINE_TIMEOUT = 5.0
"""Seconds; the sweep is fine enough for what is longer."""
JOINED_MAX = 64 * 1024
"""Bytes of a body that are copied behind its head, so that both leave in one write."""

Phase = Literal["responding", "streaming", "flushing", "concluding", "done"]
"""How far a call has come."""


class Driver(Performer):
    """One call. It is the receiver of its attempts, and the client's connection reports to it."""

    __slots__ = (
        "attempt",
        "awaits_head",
        "clearance",
        "client",
        "deadline",
        "destination",
        "download",
        "effect",
        "head_deadline",
        "inbound",
        "phase",
        "redirects",
        "tap",
        "upload",
    )

    destination: Destination
    effect: Forward
    """What the attempt is for."""

    def __init__(self, plane: Plane, client: Client, *, inbound: Inbound) -> None:
        super().__init__(plane)
        self.client = client
        self.inbound = inbound
        self.phase: Phase = "responding"
        self.deadline = plane.loop.time() + plane.timeouts.call
        self.upload: Upload | None = None
        self.attempt: Attempt | None = None
        self.awaits_head = False
        self.head_deadline = NEVER
        self.redirects = 0
        self.download: Download | None = None
        self.tap: Tap | None = None
        self.clearance: Clearance | None = None

    # The trampoline.

    def start(self, request: Request) -> None:
        """Begin the call and drive it as far as it goes."""
        plane, services = self.plane, self.services
        if request.body is not None and not request.body.complete:
            self.upload = Upload(plane, self.inbound)
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
                # `next` tells the end without the cost of an exception.
                effect = next(steps, None) if reply is None else steps.send(reply)
                if effect is None:
                    break
                reply = PERFORM[type(effect)](self, effect)
                if reply is PENDING:
                    return
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001 a bug of ours must end as an answer
            self.crash(error)
            return
        if self.phase == "responding":
            self.deliver()
        else:
            self.finish()

    def deliver(self) -> None:
        """Send the answer that the computation ended with."""
        try:
            response = self.call.context.response
            assert response is not None, "a call ended without an answer"
            body = response.body
            if body is None or body.complete or framing.bodiless(response, self.inbound.method):
                self.deliver_whole(response)
            else:
                self.deliver_stream(response)
        except Exception as error:  # noqa: BLE001 a bug of ours must end as an answer
            self.crash(error)

    def crash(self, error: BaseException) -> None:
        """End a call that met a bug: 500, or a broken answer when some of it has left."""
        log.error("call %s met a bug", self.call.context.request_id, exc_info=error)
        if self.phase == "concluding":
            self.finish()
        else:
            self.cut_off(Refusal(500, "Internal server error"), Ending.COMPLETE)

    def cut_off(self, refused: Refusal, ending: Ending) -> None:
        """End a call from outside: with a refusal if nothing has been answered yet."""
        self.stop()
        context = self.call.context
        if self.phase == "responding":
            context.response = Response(refused.status, "", Headers(), None)
            self.client.close_after_answer()
            self.client.write(framing.refusal(refused, context.request_id))
        else:
            ending = Ending.UPSTREAM_BROKEN if ending is Ending.COMPLETE else ending
            self.client.break_off()
        self.end(ending)

    def stop(self) -> None:
        """Stop everything that would call `advance`, and the computation itself."""
        self.stop_waiting()
        if self.clearance is not None:
            self.clearance.close()
        self.drop_attempt()
        try:
            self.steps.close()
        except Exception:
            log.exception("call %s met a bug", self.call.context.request_id)

    def end(self, ending: Ending) -> None:
        """Conclude the call."""
        self.phase = "concluding"
        self.call.context.received = self.inbound.size
        self.steps = self.services.exchange.conclude(self.call, ending)
        self.advance(None)

    def finish(self) -> None:
        """Publish the facts and let the connection go on."""
        self.phase = "done"
        inbound, plane = self.inbound, self.plane
        plane.budget.held -= inbound.held
        inbound.held = 0
        if self.download is not None:
            self.download.discard()
        try:
            self.services.on_facts(self.call)
        except Exception:
            log.exception("call %s: its facts were not taken", self.call.context.request_id)
        self.client.on_call_done()

    def read_request_body(self, _: ReadRequestBody) -> object:
        """Complete the request's body, or wait until the client has sent it."""
        body, upload, inbound = self.call.context.request.body, self.upload, self.inbound
        if body is None or body.complete:
            return None
        assert upload is not None
        if upload.spent:
            return BodyFailed("malformed", "The request body has been forwarded as it came.")
        upload.rewind()
        if inbound.complete:
            upload.fill(body)
            return None
        if inbound.length is not None and inbound.length > self.plane.bounds.body_buffered:
            return BodyFailed("too-large", "The request body is too large.")
        upload.collects = True
        self.client.ask_for_body()
        self.client.resume_body()
        return PENDING

    # Forward: the request on its way upstream.

    def forward(self, effect: Forward) -> object:
        """Send the request; the reply comes with the head of the answer."""
        context = self.call.context
        base, request = context.base, context.request
        if base is None:
            return ForwardFailed("no-backend", "The API has no service URL and no backend.")
        if self.attempt is not None or self.download is not None:
            self.drop_attempt()
        self.effect = effect
        self.redirects = 0
        return self.send(Destination(base, request.url, request.method))

    def send(self, destination: Destination) -> object:
        """Start an attempt at a destination. Return PENDING, or why there is none."""
        context, inbound, plane = self.call.context, self.inbound, self.plane
        request = context.request
        body = request.body if destination.with_body else None
        upload: Upload | None = None
        if body is not None and not body.complete:
            upload = self.upload
            assert upload is not None
            if upload.spent:
                return ForwardFailed("unsent", "The request body was not kept to be sent again.")
            upload.rewind()
            if inbound.complete:
                upload.fill(body)
                upload = None
        try:
            origin = destination.origin(context)
            head = outgoing_head(destination, request, inbound=inbound, origin=origin)
        except ValueError as error:
            return ForwardFailed("unsent", f"The request cannot be sent: {error}")
        self.destination = destination
        bodiless = destination.method == "HEAD"
        attempt = Attempt(origin, self, bodiless=bodiless, keep_max=plane.bounds.window)
        self.attempt = attempt
        context.attempts += 1
        if upload is not None:
            attempt.write(head, last=False)
            self.client.ask_for_body()
            upload.begin_stream(keep=self.effect.buffer_request_body)
        elif (content := b"" if body is None else body.outgoing) and len(content) > JOINED_MAX:
            attempt.write(head, last=False)
            attempt.write(content, last=True)
        else:
            attempt.write(head + content, last=True)
        self.awaits_head = True
        seconds = self.effect.timeout / SECOND
        if seconds < FINE_TIMEOUT:
            self.timer = plane.loop.call_later(seconds, self.on_head_timeout)
        else:
            self.head_deadline = plane.loop.time() + seconds
        plane.pool.send(attempt)
        if upload is not None:
            self.on_attempt_ready()
        return PENDING

    def on_head_timeout(self) -> None:
        """Give up an attempt whose answer does not begin."""
        self.drop_attempt()
        self.advance(ForwardFailed("timeout", "The upstream did not answer in time."))

    def stop_clock(self) -> None:
        """Stop the clock of an attempt, or a Sleep."""
        self.awaits_head = False
        self.head_deadline = NEVER
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def drop_attempt(self) -> None:
        """Abandon the attempt, its answer and its clock."""
        self.stop_clock()
        if self.upload is not None:
            self.upload.streams = False
        if self.download is not None:
            self.download.discard()
            self.download = None
        attempt, self.attempt = self.attempt, None
        if attempt is not None:
            if attempt.connection is None:
                self.call.not_sent()
            attempt.abandon()

    def on_attempt_ready(self) -> None:
        """Pass on what has come of the request, and read more of it if the upstream takes it."""
        upload, attempt = self.upload, self.attempt
        if upload is not None and upload.streams and attempt is not None and upload.pump(attempt):
            self.client.resume_body()

    def on_answer(self, response: Response) -> None:
        """The head of the answer came."""
        self.stop_clock()
        body = response.body
        streams = body is not None and not body.complete
        if not streams:
            self.attempt = None
        if self.effect.follow_redirects and self.follow(response):
            return
        context = self.call.context
        context.response = response
        context.first_token = context.clock.monotonic() if body and body.content else None
        if streams:
            assert body is not None
            length = response.headers.first(b"content-length")
            self.download = Download(body, self.plane.budget, length=length)
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

    def on_answer_failed(self, failed: ForwardFailed) -> None:
        """No answer will come, or no more of it."""
        self.attempt = None
        if self.awaits_head:
            self.stop_clock()
            self.advance(failed)
        elif self.phase == "streaming":
            self.cut_off(Refusal(502, failed.message), Ending.UPSTREAM_BROKEN)
        elif self.download is not None:
            self.download.failed = failed
            if self.download.collects:
                self.fail_answer("peer-gone", failed.message)

    def read_response_body(self, _: ReadResponseBody) -> object:
        """Complete the answer's body, or wait until the upstream has sent it."""
        response, download = self.call.context.response, self.download
        body = None if response is None else response.body
        if body is None or body.complete:
            return None
        assert download is not None
        assert body is download.body, "an incomplete body that nobody sends"
        if download.failed is not None:
            return BodyFailed("peer-gone", download.failed.message)
        assert self.attempt is not None
        download.collects = True
        self.attempt.resume_answer()
        return PENDING

    def fail_answer(self, kind: Literal["too-large", "peer-gone", "timeout"], text: str) -> None:
        """Tell a call that waits for the answer's body that it will not come."""
        self.drop_attempt()
        self.advance(BodyFailed(kind, text))

    def on_answer_body(self, chunk: bytes) -> None:
        """More of the answer came: pass it on in one write, or hold it."""
        download = self.download
        assert download is not None
        context, tap = self.call.context, self.tap
        if context.first_token is None:
            context.first_token = context.clock.monotonic()
        if self.phase == "streaming":
            context.sent += len(chunk)
            if tap is not None:
                try:
                    chunk = tap.feed(chunk)
                except Exception as error:  # noqa: BLE001 a bug of ours must end the call
                    self.crash(error)
                    return
                if tap.ended:
                    self.end_answer(download, chunk)
                    return
            if chunk:
                self.client.write(framing.chunk(chunk) if download.chunked else chunk)
            if self.clearance is not None:
                self.clearance.look(final=self.clearance.tap.whole)
            return
        download.hold(chunk)
        bounds = self.plane.bounds
        if not download.collects:
            if download.held > bounds.window and self.attempt is not None:
                self.attempt.pause_answer()
        elif download.held > bounds.body_buffered or self.plane.budget.exceeded:
            self.fail_answer("too-large", "The upstream's answer is too large.")

    def pass_on(self, content: bytes) -> None:
        """Write a part of a streamed answer."""
        download = self.download
        if content and download is not None:
            self.client.write(framing.chunk(content) if download.chunked else content)

    def pass_last(self, content: bytes) -> None:
        """End a streamed answer whose tap wants no more of it, or has seen all of it."""
        assert self.download is not None
        self.end_answer(self.download, content)

    def hold_up(self) -> None:
        """Stop reading the answer until its tap has cleared some."""
        if self.attempt is not None:
            self.attempt.pause_answer()

    def go_on(self) -> None:
        """Read on if the client does."""
        if self.attempt is not None and not self.client.full:
            self.attempt.resume_answer()

    def end_answer(self, download: Download, last: bytes) -> None:
        """End an answer before the upstream does, by the bytes that its tap made."""
        self.drop_attempt()
        self.finish_answer(download.last(last))

    def on_answer_end(self) -> None:
        """The answer is whole."""
        download = self.download
        assert download is not None
        self.attempt = None
        if self.phase == "streaming":
            try:
                if self.clearance is not None:
                    assert self.tap is not None
                    self.pass_on(self.tap.finish())
                    self.clearance.look(final=True)
                    return
                last = download.end(self.tap)
            except Exception as error:  # noqa: BLE001 a bug of ours must end the call
                self.crash(error)
                return
            self.finish_answer(last)
            return
        collects = download.collects
        download.fill()
        if collects:
            self.advance(None)

    def deliver_whole(self, response: Response) -> None:
        """Send an answer that is here as a whole."""
        if self.attempt is not None:
            if self.download is not None and (tap := self.call.tap) is not None:
                # Another answer stands in its place: what came of it was paid for.
                tap.feed(self.download.take())
            self.drop_attempt()
        line = self.client.connection_line()
        answer = framing.whole_answer(response, self.inbound.method, connection=line)
        if response.body is not None and not framing.bodiless(response, self.inbound.method):
            self.call.context.sent = len(response.body.outgoing)
        self.finish_answer(answer)

    def deliver_stream(self, response: Response) -> None:
        """Send the head with what has come of the body; the rest is passed on as it comes."""
        download, client = self.download, self.client
        assert download is not None
        assert response.body is download.body, "an incomplete body that nobody sends"
        if download.failed is not None:
            self.cut_off(Refusal(502, "The upstream's answer broke off."), Ending.UPSTREAM_BROKEN)
            return
        self.tap = tap = self.call.tap
        if isinstance(tap, ScreeningTap):
            self.clearance = Clearance(self, tap)
        self.call.context.sent = download.held
        line, first = download.begin(self.tap, http_10=self.inbound.http_10)
        if not line:
            client.close_after_answer()
        self.phase = "streaming"
        head = framing.answer_head(response, line, connection=client.connection_line())
        client.write(head + first)
        if self.tap is not None and self.tap.ended:
            self.end_answer(download, b"")
            return
        assert self.attempt is not None
        if not client.full:
            self.attempt.resume_answer()
        if self.clearance is not None:
            self.clearance.look(final=self.clearance.tap.whole)

    def finish_answer(self, last: bytes) -> None:
        """Write the last bytes; the call ends when the client holds no more than its window."""
        client = self.client
        if self.clearance is not None:
            self.clearance.close()
        if last:
            client.write(last)
        if client.full:
            self.phase = "flushing"
        else:
            self.end(Ending.COMPLETE)

    # What the client's connection reports.

    def on_request_data(self) -> None:
        """More of the request's body came, or its end."""
        inbound, bounds, upload = self.inbound, self.plane.bounds, self.upload
        assert upload is not None
        if self.plane.budget.exceeded:
            self.cut_off(Refusal(503, "The gateway holds too much already."), Ending.COMPLETE)
        elif upload.collects:
            body = self.call.context.request.body
            if inbound.size > bounds.body_buffered:
                upload.collects = False
                self.advance(BodyFailed("too-large", "The request body is too large."))
            elif inbound.complete and body is not None:
                upload.fill(body)
                self.advance(None)
        elif inbound.size > bounds.body_streamed:
            self.cut_off(Refusal(413, "The request body is too large."), Ending.COMPLETE)
        else:
            self.on_attempt_ready()
            if upload.over_window:
                self.client.pause_body()

    def on_request_failed(self, kind: Literal["malformed", "timeout"]) -> None:
        """The rest of the request's body will not come."""
        self.client.close_after_answer()
        status, message = 400, "The request body is malformed."
        if kind == "timeout":
            status, message = 408, "The request body did not come in time."
        if self.upload is not None and self.upload.collects:
            self.upload.collects = False
            self.advance(BodyFailed(kind, message))
        else:
            self.cut_off(Refusal(status, message), Ending.CLIENT_GONE)

    def on_client_full(self) -> None:
        """The client does not read: do not read for it."""
        if self.attempt is not None and self.phase == "streaming":
            self.attempt.pause_answer()

    def on_client_ready(self) -> None:
        """The client reads again."""
        if self.phase == "flushing":
            self.end(Ending.COMPLETE)
        elif self.attempt is not None and self.phase == "streaming":
            self.attempt.resume_answer()

    def on_client_gone(self, ending: Ending = Ending.CLIENT_GONE) -> None:
        """The client hung up, or the server is drained: nobody waits for the answer."""
        if self.phase not in ("concluding", "done"):
            self.stop()
            self.end(ending)

    def sweep(self, now: float) -> None:
        """Look after the deadlines, once a second."""
        if self.phase in ("concluding", "done"):
            return
        if now >= self.deadline:
            self.cut_off(Refusal(504, "The call took too long."), Ending.TIMED_OUT)
        elif now >= self.head_deadline:
            self.on_head_timeout()
        elif self.download is not None and self.attempt is not None:
            streams = self.phase == "streaming" and not self.client.full
            gap, connection = self.plane.timeouts.answer_gap, self.attempt.connection
            if not self.download.is_stalled(now, connection, streams=streams, gap=gap):
                return
            if self.download.collects:
                self.fail_answer("timeout", "The upstream stopped sending.")
            else:
                self.cut_off(Refusal(504, "The upstream stopped sending."), Ending.TIMED_OUT)

    def progress(self) -> Seen | None:
        """Return what has passed of a streamed answer that a limit holds tokens for."""
        return self.call.progress() if self.phase == "streaming" else None


PERFORM: dict[type[Effect[Any]], Callable[[Any, Any], object]] = PERFORM_ANYWHERE | {
    Forward: Driver.forward,
    ReadRequestBody: Driver.read_request_body,
    ReadResponseBody: Driver.read_response_body,
}
