"""Serves one request of a test: a small driver, as the gateway has one for sockets.

Compiler, exchange, limits and counting are the real ones; the clock, the client and all servers
are scripted. Whatever takes time yields how long.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import orjson
from msgspec import UNSET

from headgate.exchange.call import Call, Ending, begin
from headgate.exchange.pipeline import conclude, respond
from headgate.model.messages import Body, Response
from headgate.policy.effects import (
    Apply,
    BodyFailed,
    CacheLookup,
    CacheRemove,
    CacheStore,
    CountPrompt,
    CountText,
    Dispatch,
    Effect,
    FetchSigningKeys,
    FetchToken,
    Forward,
    ForwardFailed,
    Outgoing,
    ReadRequestBody,
    ReadResponseBody,
    Send,
    SimilarLookup,
    SimilarStore,
    Sleep,
    Steps,
    Together,
    not_beside,
)
from headgate.policy.screening import ScreeningTap
from headgate.rehearsal.asking import headers_of, net_value, request_body, request_of
from headgate.rehearsal.coverage import Trail
from headgate.rehearsal.outcome import Outcome, Sent, joined
from headgate.rehearsal.script import Answer, Asked
from headgate.rehearsal.timeline import Turns, micros, side_by_side
from headgate.rehearsal.world import Unscripted, World
from headgate.upstream.destination import Destination, redirected


class ClientGone(Exception):
    """The client hung up while something was awaited."""


class Served:
    """One call."""

    call: Call

    def __init__(self, world: World, asked: Asked, *, number: int, outcome: Outcome) -> None:
        self.world = world
        self.asked = asked
        self.number = number
        """Counts all calls of the test, from 0."""
        self.outcome = outcome
        self.content = request_body(asked)
        self.arriving: list[bytes] = []
        """Chunks of the answer that the upstream has still to send."""
        self.answer = Answer()

    def serve(self) -> Turns[None]:
        """Serve the request from its head to the end of its account."""
        world = self.world
        began = world.timeline.now()
        call = self.call = begin(
            world.snapshot,
            request_of(world, self.asked, content=self.content),
            clock=world.timeline,
            request_id=f"request-{self.number}",
            entropy=random.Random(self.number),
        )
        for name, value in (world.script.variables | self.asked.variables).items():
            call.context.variables[name] = net_value(value)
        steps = respond(call)
        try:
            yield from self.drive(steps)
            ending = yield from self.deliver()
        except ClientGone:
            ending = Ending.CLIENT_GONE
        except Unscripted as problem:
            self.outcome.unscripted = problem.sent
            ending = Ending.UPSTREAM_BROKEN
        self.outcome.duration = world.timeline.now() - began
        call.context.received = len(self.content or b"")
        call.context.sent = len(self.outcome.body)
        yield from self.drive(conclude(call, ending))
        self.outcome.note_context(call.context)
        trail: Trail | None = call.context.owners.get(Trail)
        self.outcome.answered = None if trail is None else trail.ended_by(call.context)

    def drive(self, steps: Steps[Any], *, beside: bool = False) -> Turns[Any]:
        """Perform the effects of a computation until it ends, and return what it returns.

        `beside` others it neither forwards nor waits for the bodies of the call.
        """
        try:
            effect = next(steps)
            while True:
                if beside and isinstance(effect, ALONE):
                    effect = steps.throw(not_beside(effect))
                else:
                    effect = steps.send((yield from PERFORM[type(effect)](self, effect)))
        except StopIteration as end:
            return end.value
        finally:
            steps.close()

    def wait(self, duration: int) -> Turns[None]:
        """Let microseconds pass. Raises ClientGone when the client goes meanwhile."""
        hang_up_at = self.asked.hang_up_at
        if hang_up_at is not None:
            timeline = self.world.timeline
            left = timeline.start + micros(hang_up_at) - timeline.now()
            if left <= duration:
                yield max(0, left)
                raise ClientGone
        if duration:
            yield duration

    # Effects.

    def read_request_body(self, _: ReadRequestBody) -> Turns[None]:
        """Complete the request's body."""
        body = self.call.context.request.body
        assert body is not None
        body.content = self.content or b""
        body.complete = True
        yield from ()

    def read_response_body(self, _: ReadResponseBody) -> Turns[BodyFailed | None]:
        """Complete the answer's body."""
        response = self.call.context.response
        assert response is not None
        assert response.body is not None
        content = b""
        for chunk in self.arriving:
            yield from self.wait(micros(self.answer.interval))
            content += chunk
        if self.answer.fault == "broken":
            return BodyFailed("peer-gone", "The upstream broke off.")
        response.body.content = content
        response.body.complete = True
        return None

    def sleep(self, effect: Sleep) -> Turns[None]:
        """Wait."""
        yield from self.wait(effect.duration)

    def together(self, effect: Together) -> Turns[tuple[Any, ...]]:
        """Run computations side by side."""
        branches = [self.drive(steps, beside=True) for steps in effect.branches]
        return (yield from side_by_side(self.world.timeline, branches, until=effect.until))

    def forward(self, effect: Forward) -> Turns[ForwardFailed | None]:
        """Get an answer of the script, and those to which it redirects."""
        context = self.call.context
        if context.base is None:
            return ForwardFailed("no-backend", "The API has no service URL and no backend.")
        destination = Destination(context.base, context.request.url, context.request.method)
        while True:
            failed = yield from self.attempt(destination, effect.timeout)
            if failed is not None:
                return failed
            assert context.response is not None
            onward = redirected(context.response, destination) if effect.follow_redirects else None
            if onward is None:
                return None
            destination = onward

    def attempt(self, destination: Destination, timeout: int) -> Turns[ForwardFailed | None]:
        """Send once."""
        context = self.call.context
        body = context.request.body if destination.with_body else None
        content = None if body is None else body.outgoing if body.complete else self.content
        sent = Sent(
            destination.method,
            str(destination.url),
            dict(context.request.headers),
            content,
            destination.base.host if context.backend is None else context.backend.id,
        )
        self.outcome.sent.append(sent)
        answer = self.answer = self.world.servers.answer(sent, forwarded=True)
        if answer.fault == "timeout" or micros(answer.delay) > timeout:
            yield from self.wait(timeout)
            return ForwardFailed("timeout", "The upstream did not answer in time.")
        yield from self.wait(micros(answer.delay))
        self.arriving = chunks(answer)
        if answer.fault is not None and not self.arriving:
            return ForwardFailed(answer.fault, f"The upstream is {answer.fault}.")
        context.response = response_of(answer, Body(complete=False))
        return None

    def send(self, effect: Send) -> Turns[Response | ForwardFailed]:
        """Get the whole answer to a request of the gateway's own."""
        sent = self.note_errand(effect.request)
        answer = self.world.servers.answer(sent, forwarded=False)
        arriving = chunks(answer)
        takes = micros(answer.delay) + micros(answer.interval) * len(arriving)
        if answer.fault == "timeout" or takes > effect.timeout:
            yield from self.wait(effect.timeout)
            return ForwardFailed("timeout", "The server did not answer in time.")
        yield from self.wait(takes)
        if answer.fault is not None:
            return ForwardFailed(answer.fault, f"The server is {answer.fault}.")
        return response_of(answer, Body(b"".join(arriving)))

    def dispatch(self, effect: Dispatch) -> Turns[None]:
        """Send a request of the gateway's own that nobody waits for."""
        self.note_errand(effect.request)
        yield from ()

    def note_errand(self, request: Outgoing) -> Sent:
        """Note a request of the gateway's own."""
        url = request.url
        sent = Sent(request.method, str(url), joined(request.headers), request.body, url.host)
        self.outcome.errands.append(sent)
        return sent

    # The answer on its way to the client.

    def deliver(self) -> Turns[Ending]:
        """Pass the answer to the client."""
        response, tap = self.call.context.response, self.call.tap
        assert response is not None
        self.outcome.note_head(response)
        if response.body is None or response.body.complete:
            if self.asked.hang_up_after is not None:
                return Ending.CLIENT_GONE
            self.outcome.body = b"" if response.body is None else response.body.outgoing
            return Ending.COMPLETE
        for number, chunk in enumerate(self.arriving):
            if number == self.asked.hang_up_after:
                return Ending.CLIENT_GONE
            yield from self.wait(micros(self.answer.interval))
            self.outcome.body += tap.feed(chunk) if tap is not None else chunk
            yield from self.clear(tap, final=False)
            if tap is not None and tap.ended:
                return Ending.COMPLETE
        if self.answer.fault is not None:
            return Ending.UPSTREAM_BROKEN
        if tap is not None:
            self.outcome.body += tap.finish()
        yield from self.clear(tap, final=True)
        return Ending.COMPLETE

    def clear(self, tap: object, *, final: bool) -> Turns[None]:
        """Look at what a tap holds back until somebody has."""
        if isinstance(tap, ScreeningTap) and (steps := tap.check(final=final)) is not None:
            self.outcome.body += yield from self.drive(steps)


ALONE = (Forward, ReadRequestBody, ReadResponseBody)
"""What computations that run side by side may not ask for."""


def at_once(perform: Callable[[World, Any], Any]) -> Callable[[Served, Any], Turns[Any]]:
    """Return the performance of an effect that takes no time."""

    def performed(served: Served, effect: Effect[Any]) -> Turns[Any]:
        yield from ()
        return perform(served.world, effect)

    return performed


PERFORM: dict[type[Effect[Any]], Callable[[Served, Any], Turns[Any]]] = {
    Apply: at_once(lambda world, effect: world.store.apply(effect.operation)),
    CacheLookup: at_once(lambda world, effect: world.cache.lookup(effect.key)),
    CacheRemove: at_once(lambda world, effect: world.cache.remove(effect.key)),
    CacheStore: at_once(
        lambda world, effect: world.cache.store(effect.key, effect.value, duration=effect.duration)
    ),
    SimilarLookup: at_once(
        lambda world, effect: world.similar.lookup(
            effect.partition, effect.vector, distance=effect.distance
        )
    ),
    SimilarStore: at_once(
        lambda world, effect: world.similar.store(
            effect.partition, effect.vector, value=effect.value, duration=effect.duration
        )
    ),
    CountPrompt: at_once(lambda world, effect: world.counter.count(effect.parts, effect.model)),
    CountText: at_once(lambda world, effect: world.counter.count(effect.text, effect.model)),
    Dispatch: Served.dispatch,
    FetchSigningKeys: at_once(World.signing_keys),
    FetchToken: at_once(World.token),
    Forward: Served.forward,
    ReadRequestBody: Served.read_request_body,
    ReadResponseBody: Served.read_response_body,
    Send: Served.send,
    Sleep: Served.sleep,
    Together: Served.together,
}


def response_of(answer: Answer, body: Body) -> Response:
    """Return the head of an answer, with a body that it will have."""
    return Response(answer.status, answer.reason or "OK", headers_of(answer), body)


def chunks(answer: Answer) -> list[bytes]:
    """Return the chunks in which the body of an answer comes."""
    if answer.sse is not None:
        return [
            b"data: "
            + (event.encode() if isinstance(event, str) else orjson.dumps(event))
            + b"\n\n"
            for event in answer.sse
        ]
    if answer.json is not UNSET:
        return [orjson.dumps(answer.json)]
    return [] if answer.body is None else [answer.body.encode()]


def schedule(world: World) -> list[Outcome]:
    """Let all requests of a test begin when they do; return where it is noted what becomes of them.

    That is known when the timeline has run.
    """
    outcomes: list[Outcome] = []
    for index, asked in enumerate(world.script.requests):
        for turn in range(asked.times):
            outcome = Outcome(index, turn)
            served = Served(world, asked, number=len(outcomes), outcome=outcome)
            outcomes.append(outcome)
            after = micros(asked.at) + turn * micros(asked.every)
            world.timeline.at(world.timeline.start + after, served.serve())
    return outcomes
