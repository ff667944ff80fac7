"""A plane without sockets: attempts wait on a shelf, time stands still, clients are lists."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from headgate.exchange.call import Call, Ending
from headgate.gateway.driver import Driver
from headgate.gateway.inbound import Inbound, make_request
from headgate.gateway.plane import Exchange, Plane, Services
from headgate.identity.openid import OpenIdProviders
from headgate.limits.operations import Decision, Operation
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import Deployment
from headgate.model.messages import Body, Headers, Request, Response, Url
from headgate.policy.effects import Forward, ForwardFailed, Steps, TokenFailed
from headgate.stores.cache import MemoryCache
from headgate.stores.similar import SimilarAnswers
from headgate.tokens.request import PromptParts
from headgate.upstream.attempt import Attempt
from headgate.upstream.bounds import Bounds, Timeouts

Respond = Callable[[Call], Steps[None]]


class Handle:
    """A timer."""

    def __init__(self, seconds: float, call: Callable[..., None]) -> None:
        self.seconds = seconds
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class ManualLoop:
    """The part of a loop that drivers and connections use."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Handle] = []
        self.tasks: list[asyncio.Task[Any]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, call: Callable[..., None]) -> Handle:
        self.timers.append(Handle(seconds, call))
        return self.timers[-1]

    def create_task(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.append(task)
        return task


class Shelf:
    """A pool that keeps attempts until the test answers them."""

    def __init__(self, bounds: Bounds, timeouts: Timeouts) -> None:
        self.bounds = bounds
        self.timeouts = timeouts
        self.attempts: list[Attempt] = []

    def send(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)


class StillClock:
    """A clock that stands still."""

    def now(self) -> Micros:
        return Micros(0)

    def monotonic(self) -> MonotonicMicros:
        return MonotonicMicros(0)


class Adapters:
    """What performs effects."""

    def apply(self, operation: Operation) -> Decision:
        return ("applied", operation)  # type: ignore[return-value]  # an echo is enough

    def count(self, text: PromptParts | str, model: str) -> int:
        return len(text) if isinstance(text, str) else -1

    def held(self, resource: str, client_id: str | None) -> str | None:
        return "held" if resource == "held" else None

    async def fetch(self, resource: str, client_id: str | None) -> str | TokenFailed:
        if resource == "bug":
            raise ZeroDivisionError(resource)
        return TokenFailed("no") if resource == "bad" else "fetched"


class Wire:
    """A connection to an upstream."""

    def __init__(self) -> None:
        self.heard = False
        self.written: list[bytes] = []
        self.reading = True
        self.aborted = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def abort(self) -> None:
        self.aborted = True


class ListClient:
    """A client's connection that keeps what is written."""

    def __init__(self) -> None:
        self.full = False
        self.written: list[bytes] = []
        self.line = b""
        self.asked = 0
        self.reading = True
        self.closing = False
        self.broken = False
        self.done = 0

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def connection_line(self) -> bytes:
        return b"connection: close\r\n" if self.closing else self.line

    def ask_for_body(self) -> None:
        self.asked += 1

    def pause_body(self) -> None:
        self.reading = False

    def resume_body(self) -> None:
        self.reading = True

    def close_after_answer(self) -> None:
        self.closing = True

    def break_off(self) -> None:
        self.broken = True

    def on_call_done(self) -> None:
        self.done += 1


class Tapped(Call):
    """A call whose streamed answer is watched."""

    watch: Any

    @property
    def tap(self) -> Any:
        """Return the test's tap."""
        return self.watch


class Bench:
    """A plane, and calls on it."""

    def __init__(self, bounds: Bounds | None = None, timeouts: Timeouts | None = None) -> None:
        self.loop = ManualLoop()
        self.pool = Shelf(bounds or Bounds(), timeouts or Timeouts())
        self.respond: Respond = forward
        self.tap: Any = None
        self.base: Url | None = Url("http", "up.test", 80, "/", "")
        self.endings: list[Ending] = []
        self.published: list[Call] = []
        adapters = Adapters()
        self.plane = Plane(
            Services(
                store=adapters,
                counter=adapters,
                tokens=adapters,
                openid=OpenIdProviders(StillClock()),
                cache=MemoryCache(StillClock()),
                similar=SimilarAnswers(StillClock()),
                clock=StillClock(),
                entropy=random.Random(1),
                on_facts=self.published.append,
                exchange=Exchange(self.begin, lambda call: self.respond(call), self.conclude),
            ),
            None,  # type: ignore[arg-type]  # no test reads the snapshot
            pool=self.pool,  # type: ignore[arg-type]  # the part that is used
            loop=self.loop,  # type: ignore[arg-type]  # the part that is used
            secure=False,
        )
        self.client = ListClient()
        self.driver: Driver

    def begin(self, snapshot: object, request: Request, **facts: Any) -> Call:
        context = Context(
            request,
            clock=facts["clock"],
            request_id=facts["request_id"],
            deployment=Deployment(),
            entropy=facts["entropy"],
        )
        context.base = self.base
        call = Tapped(context, snapshot)  # type: ignore[arg-type]  # no test reads the snapshot
        call.watch = self.tap
        return call

    def conclude(self, call: Call, ending: Ending) -> Steps[None]:
        self.endings.append(ending)
        yield from ()

    def start(
        self, body: bytes | None = None, *, length: int | None = None, **head: Any
    ) -> Inbound:
        """Begin a call; with a `length`, more of the body than `body` is on its way."""
        inbound = Inbound()
        inbound.target = head.get("target", b"/a")
        inbound.method = head.get("method", b"GET" if body is None else b"POST")
        inbound.http_10 = head.get("http_10", False)
        inbound.host = b"gw"
        inbound.items = [(b"host", b"Host", inbound.host)]
        inbound.chunked = head.get("chunked", False)
        inbound.head_done = True
        if body is not None:
            if not inbound.chunked:
                inbound.length = len(body) if length is None else length
            inbound.complete = inbound.length == len(body)
            self.receive(inbound, body)
        else:
            inbound.complete = True
        request = make_request(inbound, secure=False, peer="192.0.2.9")
        assert isinstance(request, Request)
        self.driver = Driver(self.plane, self.client, inbound=inbound)
        self.driver.start(request)
        return inbound

    def receive(self, inbound: Inbound, body: bytes, *, last: bool = False) -> None:
        """Let a part of the body arrive; tell nobody."""
        inbound.pieces.append(body)
        inbound.size += len(body)
        inbound.held += len(body)
        inbound.complete = inbound.complete or last
        self.plane.budget.held += len(body)

    def attempt(self) -> Attempt:
        """Return the last attempt."""
        return self.pool.attempts[-1]

    def connect(self) -> Wire:
        """Give the last attempt a connection."""
        wire = Wire()
        self.attempt().attach(wire)
        self.attempt().receiver.on_attempt_ready()
        return wire

    def answer(self, body: Body | None, status: int = 200, *headers: tuple[str, str]) -> None:
        """Let the head of the answer come."""
        self.driver.on_answer(Response(status, "OK", Headers.of(*headers), body))

    @property
    def sent(self) -> bytes:
        """Return what the client was sent."""
        return b"".join(self.client.written)


def forward(call: Call) -> Steps[None]:
    """Send the request on."""
    failed = yield from Forward(10_000_000)
    if failed is not None:
        call.context.response = failed_response(failed)


def failed_response(failed: ForwardFailed) -> Response:
    """Return what the exchange makes of a failure, roughly."""
    return Response(502, "Failed", Headers(), Body(failed.kind.encode()))


@pytest.fixture
def bench() -> Bench:
    return Bench()
