"""One call under virtual time: the gateway's driver, with a client and an upstream that fail.

Whatever takes time yields how long, in microseconds; between two yields a call runs alone, as it
does in the gateway's event loop.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from headgate.exchange.call import Call, Ending, begin
from headgate.exchange.pipeline import conclude, respond
from headgate.limits.operations import Seen, Settle, Settled
from headgate.model.clock import SECOND
from headgate.model.messages import Body, Headers, Request, Response, Url
from headgate.policy.effects import (
    Apply,
    BodyFailed,
    CountPrompt,
    CountText,
    Effect,
    Forward,
    ForwardFailed,
    ReadResponseBody,
    Sleep,
    Steps,
)
from tests.simulation.scenario import Asked
from tests.simulation.upstream import OVERHEAD, Answer, Chunk, answer_to

if TYPE_CHECKING:
    from tests.simulation.world import World

T = TypeVar("T")
Turns = Generator[int, None, T]
"""A computation that yields how long it waits, in microseconds, and returns T."""

GAP = 30.0
"""Seconds without a byte after which the gateway gives up an answer."""
PATIENCE = 12.0
"""Seconds after which, at most, a client that is to leave is gone."""
LATEST = 150.0
"""Seconds by which a settlement is late, at most."""


class ClientGone(Exception):
    """The client hung up while something was awaited."""


class Drained(Exception):
    """The gateway ends while something was awaited."""


class Served:
    """One call, from the request to the end of its account."""

    def __init__(self, world: World, asked: Asked, call_id: str) -> None:
        self.world = world
        self.asked = asked
        self.id = call_id
        self.rng = random.Random(f"{world.scenario.seed}/{call_id}")
        self.call: Call
        self.answer: Answer
        self.streaming = False
        self.attempts = 0
        self.retry_after: int | None = None
        """What the caller was told to wait, in seconds."""
        self.gone_at: int | None = None
        """Monotonic microseconds at which the client leaves."""

    def serve(self) -> Turns[None]:
        """Serve the call."""
        world, asked = self.world, self.asked
        world.recorder.callers[self.id] = asked.caller
        estimate = asked.words + OVERHEAD
        world.recorder.note("asked", id=self.id, caller=asked.caller, estimate=estimate)
        if asked.fault == "client gone":
            patience = asked.fault_at**2 * PATIENCE
            self.gone_at = world.clock.monotonic() + round(patience * SECOND)
        self.call = begin(
            world.snapshot,
            request_of(asked),
            clock=world.clock,
            request_id=self.id,
            entropy=self.rng,
        )
        steps = respond(self.call)
        world.live[self.id] = self
        try:
            yield from self.drive(steps)
            ending = yield from self.deliver()
        except ClientGone:
            steps.close()
            ending = Ending.CLIENT_GONE
        except Drained:
            steps.close()
            ending = Ending.DRAINED
        self.streaming = False
        yield from self.drive(conclude(self.call, ending))
        lost = asked.fault == "never settled"
        world.recorder.note("concluded", id=self.id, ending=ending.value, lost=lost)
        del world.live[self.id]

    def drive(self, steps: Steps[None]) -> Turns[None]:
        """Perform the effects of a computation until it ends."""
        reply: Any = None
        while True:
            try:
                effect = steps.send(reply)
            except StopIteration:
                return
            reply = yield from PERFORM[type(effect)](self, effect)

    def wait(self, seconds: float) -> Turns[None]:
        """Let time pass. Raises ClientGone when the client goes meanwhile."""
        pause = round(seconds * SECOND)
        if self.gone_at is not None:
            left = self.gone_at - self.world.clock.monotonic()
            if left <= pause:
                yield max(0, left)
                raise ClientGone
        yield pause

    # Effects.

    def count_prompt(self, effect: CountPrompt) -> Turns[int]:
        """Count words."""
        yield from ()
        return sum(len(text.split()) for text in effect.parts.texts) + OVERHEAD

    def count_text(self, effect: CountText) -> Turns[int]:
        """Count words."""
        yield from ()
        return len(effect.text.split())

    def apply(self, effect: Apply) -> Turns[Any]:
        """Put an operation to the counters; a settlement may be late, lost or come twice."""
        operation, fault, recorder = effect.operation, self.asked.fault, self.world.recorder
        if not isinstance(operation, Settle):
            return recorder.apply(operation, call=self.id)
        if fault == "never settled":
            return Settled({}, 0)
        if fault == "settled late":
            with suppress(Drained):
                yield round(self.asked.fault_at * LATEST * SECOND)
        decision = recorder.apply(operation)
        if fault == "settled twice":
            self.world.start(self.repeat(operation), after=self.asked.fault_at**3 * LATEST)
        return decision

    def repeat(self, operation: Settle) -> Turns[None]:
        """Put a settlement once more, changed or not; or say what was seen, or take it back."""
        what = self.rng.randrange(4)
        recorder = self.world.recorder
        if what == 0:
            recorder.apply(self.world.progress(Seen(self.id, operation.completion + 50)))
        elif what == 1:
            recorder.apply(Settle(self.id, operation.prompt + 7, 9), repeated=True)
        recorder.apply(operation, repeated=True)
        yield from ()

    def sleep(self, effect: Sleep) -> Turns[None]:
        """Wait."""
        yield from self.wait(effect.duration / SECOND)

    def forward(self, effect: Forward) -> Turns[ForwardFailed | None]:
        """Send the request; the reply comes with the head of the answer."""
        context, recorder, fault = self.call.context, self.world.recorder, self.asked.fault
        body = context.request.body
        assert body is not None
        recorder.note("sent", id=self.id)
        self.attempts += 1
        status = (
            503 if fault == "upstream 503" and self.attempts <= self.rng.choice((1, 2)) else 200
        )
        self.answer = answer_to(body.outgoing, self.rng, status=status, reports=fault != "no usage")
        if fault == "upstream refuses":
            recorder.note("failed", id=self.id)
            return ForwardFailed("refused", "The upstream refused the connection.")
        if fault == "upstream silent":
            yield from self.wait(effect.timeout / SECOND)
            recorder.note("failed", id=self.id)
            return ForwardFailed("timeout", "The upstream did not answer in time.")
        yield from self.wait(self.answer.latency)
        answer = self.answer
        recorder.note(
            "head",
            id=self.id,
            status=answer.status,
            stream=answer.stream,
            prompt=answer.prompt,
        )
        kind = "text/event-stream" if answer.stream else "application/json"
        headers = Headers.of(("Content-Type", kind))
        context.response = Response(answer.status, "", headers, Body(complete=False))
        return None

    def read_response_body(self, _: ReadResponseBody) -> Turns[BodyFailed | None]:
        """Complete the answer's body, unless the upstream breaks off or stalls."""
        response, fault = self.call.context.response, self.asked.fault
        assert response is not None
        assert response.body is not None
        (chunk,) = self.answer.chunks
        if fault == "upstream stalls":
            yield from self.wait(GAP)
            return BodyFailed("timeout", "The upstream stopped sending.")
        yield from self.wait(chunk.after)
        if fault == "upstream breaks":
            return BodyFailed("peer-gone", "The upstream broke off.")
        response.body.content = chunk.data
        response.body.complete = True
        self.note_passed(chunk)
        return None

    def note_passed(self, chunk: Chunk) -> None:
        """Note what reached the gateway."""
        recorder = self.world.recorder
        if chunk.tokens or chunk.lines:
            recorder.note("passed", id=self.id, tokens=chunk.tokens, lines=chunk.lines)
        if chunk.usage is not None:
            prompt, completion = chunk.usage
            recorder.note("reported", id=self.id, prompt=prompt, completion=completion)

    # The answer on its way to the client.

    def deliver(self) -> Turns[Ending]:
        """Pass the answer to the client."""
        response = self.call.context.response
        assert response is not None
        if response.status in (403, 429):
            value = response.headers.first(b"retry-after")
            self.retry_after = None if value is None else int(value)
            self.world.recorder.note("told", id=self.id, retry_after=self.retry_after)
        if response.body is None or response.body.complete:
            return Ending.COMPLETE
        tap = self.call.tap
        assert tap is not None
        self.streaming = True
        chunks, fault = self.answer.chunks, self.asked.fault
        stops_at = round(self.asked.fault_at * (len(chunks) - 1))
        for number, chunk in enumerate(chunks):
            if number == stops_at and fault == "upstream stalls":
                yield from self.wait(GAP)
                return Ending.TIMED_OUT
            if number == stops_at and fault == "upstream breaks":
                return Ending.UPSTREAM_BROKEN
            yield from self.wait(chunk.after)
            tap.feed(chunk.data)
            if tap.ended:
                # What was behind the end does not reach the client, nor what is charged.
                recorder = self.world.recorder
                recorder.note("cut", id=self.id, tokens=chunk.tokens)
                recorder.note("passed", id=self.id, tokens=chunk.tokens, lines=chunk.lines)
                return Ending.COMPLETE
            self.note_passed(chunk)
        tap.finish()
        return Ending.COMPLETE


PERFORM: dict[type[Effect[Any]], Callable[[Served, Any], Turns[Any]]] = {
    Apply: Served.apply,
    CountPrompt: Served.count_prompt,
    CountText: Served.count_text,
    Forward: Served.forward,
    ReadResponseBody: Served.read_response_body,
    Sleep: Served.sleep,
}


def request_of(asked: Asked) -> Request:
    """Return the request, whose body has arrived whole."""
    body: dict[str, Any] = {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "w " * asked.words}],
    }
    if asked.stream:
        body["stream"] = True
    if asked.cap is not None:
        body["max_tokens"] = asked.cap
    if asked.choices > 1:
        body["n"] = asked.choices
    headers = Headers.of(("Content-Type", "application/json"), ("x-caller", asked.caller))
    url = Url("https", "gateway.example", 443, f"/{asked.api}/chat/completions", "")
    return Request("POST", url, headers, Body(orjson.dumps(body)), "203.0.113.7")
