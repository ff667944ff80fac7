"""Runs a case: real compiler, exchange, limits and counting; the clock and both peers are scripted.

Calls take turns under virtual time. Whatever takes time yields how long, in microseconds; a call
between two yields runs alone, as it does in the gateway's event loop.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

import orjson
from msgspec import UNSET

from headgate.exchange.call import Call, Ending, begin
from headgate.exchange.pipeline import conclude, respond
from headgate.model.clock import SECOND
from headgate.model.messages import Body, Headers, Request, Response, Url
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
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.virtual_clock import VirtualClock
from headgate.tokenizers.model_counter import ModelCounter
from headgate.upstream.destination import Destination, redirected
from tests.conformance.case import Answer, Asked, Case, Pairs, load_case
from tests.conformance.outcome import Outcome, Sent
from tests.conformance.service import KEY_HEADER, snapshot_of, start_of

T = TypeVar("T")
Turns = Generator[int, None, T]
"""A computation that yields how long it waits, in microseconds, and returns T."""


class ClientGone(Exception):
    """The client hung up while something was awaited."""


class World:
    """What the calls of a case share."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.start = start_of(case)
        self.clock = VirtualClock(self.start)
        self.snapshot = snapshot_of(case, folder)
        self.store = MemoryCounterStore(self.clock)
        self.counter = ModelCounter()
        self.answers = list(case.upstream)

    def run(self) -> list[Outcome]:
        """Serve all requests; return what each client saw and what was noted of its call."""
        served = [Served(self, asked, index) for index, asked in enumerate(self.case.requests)]
        agenda: list[tuple[int, int, Turns[None]]] = []
        for index, one in enumerate(served):
            heapq.heappush(agenda, (self.start + micros(one.asked.at), index, one.serve()))
        turn = len(served)
        while agenda:
            at, _, process = heapq.heappop(agenda)
            self.clock.advance(at - self.clock.now())
            for pause in process:
                heapq.heappush(agenda, (at + pause, turn, process))
                turn += 1
                break
        return [one.outcome for one in served]


def run_case(folder: Path) -> tuple[Case, list[Outcome]]:
    """Run the case of a folder."""
    case = load_case(folder)
    return case, World(case, folder).run()


def micros(seconds: float) -> int:
    """Return seconds as microseconds."""
    return round(seconds * SECOND)


class Served:
    """One call: a small driver, as the gateway has one for sockets."""

    call: Call

    def __init__(self, world: World, asked: Asked, index: int) -> None:
        self.world = world
        self.asked = asked
        self.index = index
        self.outcome = Outcome()
        self.content = request_body(asked)
        self.arriving: list[bytes] = []
        """Chunks of the answer that the upstream has still to send."""
        self.answer = Answer()

    def serve(self) -> Turns[None]:
        """Serve the request from its head to the end of its account."""
        self.call = begin(
            self.world.snapshot,
            request_of(self.world.case, self.asked, self.content),
            clock=self.world.clock,
            request_id=f"request-{self.index}",
            entropy=random.Random(self.index),
        )
        steps = respond(self.call)
        try:
            yield from self.drive(steps)
            ending = yield from self.deliver()
        except ClientGone:
            steps.close()
            ending = Ending.CLIENT_GONE
        yield from self.drive(conclude(self.call, ending))
        self.outcome.note_context(self.call.context)

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
        pause = micros(seconds)
        hang_up_at = self.asked.hang_up_at
        if hang_up_at is not None:
            left = self.world.start + micros(hang_up_at) - self.world.clock.now()
            if left <= pause:
                yield max(0, left)
                raise ClientGone
        if pause:
            yield pause

    # Effects.

    def read_request_body(self, _: Effect[Any]) -> Turns[None]:
        """Complete the request's body."""
        body = self.call.context.request.body
        assert body is not None
        body.content = self.content or b""
        body.complete = True
        yield from ()

    def read_response_body(self, _: Effect[Any]) -> Turns[BodyFailed | None]:
        """Complete the answer's body."""
        response = self.call.context.response
        assert response is not None
        assert response.body is not None
        content = b""
        for chunk in self.arriving:
            yield from self.wait(self.answer.interval)
            content += chunk
        if self.answer.fault == "broken":
            return BodyFailed("peer-gone", "The upstream broke off.")
        response.body.content = content
        response.body.complete = True
        return None

    def count(self, effect: CountPrompt | CountText) -> Turns[int]:
        """Count with the vocabulary of the model."""
        yield from ()
        text = effect.parts if isinstance(effect, CountPrompt) else effect.text
        return self.world.counter.count(text, effect.model)

    def apply(self, effect: Apply) -> Turns[Any]:
        """Perform an operation on the counters."""
        yield from ()
        return self.world.store.apply(effect.operation)

    def fetch_token(self, effect: FetchToken) -> Turns[str | TokenFailed]:
        """Give a token that tells what it is for and for whom; the resource `none` has none."""
        yield from ()
        if effect.resource == "none":
            return TokenFailed("No token source is configured for the resource none.")
        name = f"token-for-{effect.resource}"
        return name if effect.client_id is None else f"{name}-as-{effect.client_id}"

    def sleep(self, effect: Sleep) -> Turns[None]:
        """Wait."""
        yield from self.wait(effect.duration / SECOND)

    def forward(self, effect: Forward) -> Turns[ForwardFailed | None]:
        """Answer with the next answer of the script."""
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
        headers = context.request.headers
        self.outcome.sent.append(
            Sent(destination.method, str(destination.url), dict(headers), content)
        )
        assert self.world.answers, "the case has no answer left for this request"
        answer = self.answer = self.world.answers.pop(0)
        if answer.fault == "timeout" or micros(answer.delay) > timeout:
            yield from self.wait(timeout / SECOND)
            return ForwardFailed("timeout", "The upstream did not answer in time.")
        yield from self.wait(answer.delay)
        self.arriving = chunks(answer)
        if answer.fault is not None and not self.arriving:
            return ForwardFailed(answer.fault, f"The upstream is {answer.fault}.")
        context.response = Response(
            answer.status, answer.reason or "OK", headers_of(answer), Body(complete=False)
        )
        return None

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
            yield from self.wait(self.answer.interval)
            self.outcome.body += tap.feed(chunk) if tap is not None else chunk
            if tap is not None and tap.ended:
                return Ending.COMPLETE
        if self.answer.fault is not None:
            return Ending.UPSTREAM_BROKEN
        if tap is not None:
            self.outcome.body += tap.finish()
        return Ending.COMPLETE


PERFORM: dict[type[Effect[Any]], Callable[[Served, Any], Turns[Any]]] = {
    Apply: Served.apply,
    CountPrompt: Served.count,
    CountText: Served.count,
    FetchToken: Served.fetch_token,
    Forward: Served.forward,
    ReadRequestBody: Served.read_request_body,
    ReadResponseBody: Served.read_response_body,
    Sleep: Served.sleep,
}


def request_body(asked: Asked) -> bytes | None:
    """Return the body of a request, or None if it has none."""
    if asked.json is not UNSET:
        return orjson.dumps(asked.json)
    if isinstance(asked.body, list):
        return "".join(text * times for text, times in asked.body).encode()
    return None if asked.body is None else asked.body.encode()


def request_of(case: Case, asked: Asked, content: bytes | None) -> Request:
    """Return the head of a request; its body is still on its way."""
    path, mark, query = asked.path.partition("?")
    headers = listed(asked.headers)
    if asked.json is not UNSET and "content-type" not in headers:
        headers.set("Content-Type", "application/json")
    subscription = case.subscription if asked.subscription is UNSET else asked.subscription
    if subscription is not None:
        headers.append(KEY_HEADER.decode(), subscription)
    url = Url("https", "gateway.example", 443, path, mark + query)
    body = None if content is None else Body(complete=False)
    return Request(asked.method, url, headers, body, asked.ip)


def headers_of(answer: Answer) -> Headers:
    """Return the headers of an answer, with the content type that its body has."""
    headers = listed(answer.headers)
    if "content-type" not in headers:
        if answer.sse is not None:
            headers.set("Content-Type", "text/event-stream")
        elif answer.json is not UNSET:
            headers.set("Content-Type", "application/json")
    return headers


def listed(pairs: Pairs) -> Headers:
    """Return headers as they stand in a case."""
    headers = Headers()
    for name, values in pairs.items():
        for value in [values] if isinstance(values, str) else values:
            headers.append(name, value)
    return headers


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
