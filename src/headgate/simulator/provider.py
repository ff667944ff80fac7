"""One request in, one reply out: all that the simulator decides, without a socket."""

from __future__ import annotations

from random import Random
from uuid import UUID

import msgspec

from headgate.model.clock import SECOND, Clock
from headgate.simulator import content_safety, model_lists, refusals
from headgate.simulator.allowance import Allowance
from headgate.simulator.behaviour import PREFIX, TAG, Behaviour, Chance, behaviour_of, draw
from headgate.simulator.bodies import Incoming
from headgate.simulator.disturbance import disturb
from headgate.simulator.faults import Fault
from headgate.simulator.generation import CountAsk, Extent, Generation, billed, pace, stated
from headgate.simulator.ledger import Call, Entry, Ledger
from headgate.simulator.limit_headers import limit_headers
from headgate.simulator.options import SimulatorOptions
from headgate.simulator.readers import COUNT_READERS, READERS
from headgate.simulator.refusals import Refused
from headgate.simulator.reply import Headers, Reply, document
from headgate.simulator.routes import Kind, Route, route_of
from headgate.simulator.vendors import Vendor, credential, vendor_of

LEDGER = "/_ledger"
LEDGER_RESET = "/_ledger/reset"


class Provider:
    """The model's side of an LLM API. Not thread-safe: it belongs to one event loop."""

    def __init__(self, options: SimulatorOptions, *, clock: Clock, rng: Random) -> None:
        self.options = options
        self.ledger = Ledger(clock, keep_calls=options.ledger_calls)
        self._clock = clock
        self._rng = rng
        now = clock.now()
        self._tokens = Allowance(options.tokens_per_minute, now)
        self._requests = Allowance(options.requests_per_minute, now)

    def answer(self, incoming: Incoming) -> Reply:
        """Return how to answer. Whoever sends the reply tells its entry what was sent."""
        if incoming.path in (LEDGER, LEDGER_RESET):
            return self._show_ledger(incoming)
        entry = self.ledger.open(
            key=credential(incoming.headers, incoming.query),
            tag=incoming.headers.get(TAG, ""),
            path=incoming.path,
        )
        chance = draw(self.options, self._rng)
        vendor = vendor_of(incoming.path, incoming.headers)
        try:
            reply = self._serve(incoming, chance, entry=entry)
        except Refused as refused:
            refusal = refused.refusal
            reply = document(refusal.body(vendor), refusal.headers, status=refusal.status)
        reply.headers += self._identity(entry.call, chance, vendor=vendor)
        reply.entry = entry
        return reply

    def _show_ledger(self, incoming: Incoming) -> Reply:
        if incoming.method != ("GET" if incoming.path == LEDGER else "POST"):
            return document(refusals.WRONG_METHOD.body(Vendor.OPENAI), status=405)
        if incoming.path == LEDGER_RESET:
            self.ledger.reset()
        return document(msgspec.json.encode(self.ledger.view(incoming.query.get("tag"))))

    def _identity(self, call: Call, chance: Chance, *, vendor: Vendor) -> Headers:
        """Return the headers by which the vendor names a request, and ours."""
        request_id = str(UUID(int=chance.request_id))
        order = ("x-simulator-order", str(call.order))
        if vendor is Vendor.GOOGLE:
            return [order]
        if vendor is Vendor.ANTHROPIC:
            return [("request-id", f"req_{chance.request_id:032x}"), order]
        names = [("x-request-id", request_id), ("apim-request-id", request_id)]
        return [*names, ("x-ms-region", self.options.region), order]

    def _serve(self, incoming: Incoming, chance: Chance, *, entry: Entry) -> Reply:
        overrides = {n: v for n, v in incoming.headers.items() if n.startswith(PREFIX)}
        try:
            behaviour = behaviour_of(self.options, chance, overrides=overrides)
        except ValueError as error:
            raise refusals.bad_override(str(error)) from None
        entry.call.faults = tuple(sorted(behaviour.faults))
        if self.options.keys and entry.call.key not in self.options.keys:
            raise Refused(refusals.BAD_KEY)
        _fail_on_purpose(behaviour)
        route = route_of(incoming.path, incoming.headers)
        if route is None:
            raise Refused(refusals.NO_RESOURCE)
        if incoming.method != ("GET" if route.kind is Kind.MODELS else "POST"):
            raise Refused(refusals.WRONG_METHOD)
        if route.kind is Kind.MODELS:
            reply = self._models(route)
        elif route.kind in content_safety.ANSWERS:
            reply = content_safety.ANSWERS[route.kind](incoming)
        elif route.kind in COUNT_READERS:
            reply = self._count(route, COUNT_READERS[route.kind](incoming), behaviour=behaviour)
        else:
            reply = self._generate(route, incoming, chance=chance, behaviour=behaviour, entry=entry)
        disturb(reply, behaviour.faults, slow_head_ms=self.options.slow_head_ms)
        return reply

    def _models(self, route: Route) -> Reply:
        if not route.name:
            names = tuple(self.options.deployments)
            return document(msgspec.json.encode(model_lists.listed(names, route.vendor)))
        self._model_of(route.name)
        return document(msgspec.json.encode(model_lists.model(route.name, route.vendor)))

    def _count(self, route: Route, ask: CountAsk, *, behaviour: Behaviour) -> Reply:
        """Tell the tokens of a prompt as they would be billed; that is free."""
        counted = ask.usage(self._model_of(route.name or ask.model))
        return ask.count(billed(counted, behaviour, extent=Extent(0), choices=1))

    def _generate(
        self,
        route: Route,
        incoming: Incoming,
        *,
        chance: Chance,
        behaviour: Behaviour,
        entry: Entry,
    ) -> Reply:
        ask = READERS[route.kind](incoming)
        name = route.name or ask.model
        entry.call.model, entry.call.stream = name, ask.stream
        model = self._model_of(name)
        extent = ask.extent(behaviour)
        usage = billed(ask.usage(model), behaviour, extent=extent, choices=ask.choices)
        headers = self._charge(usage.total, route.vendor)
        entry.accepted(usage, stream=ask.stream)
        reply = ask.answer(
            Generation(
                model=model,
                vendor=route.vendor,
                order=entry.call.order,
                created=self._clock.now() // SECOND,
                start=chance.start,
                extent=extent,
                usage=stated(usage, behaviour),
                unasked=Fault.USAGE_ALWAYS in behaviour.faults,
            )
        )
        pace(reply, behaviour, extent=extent)
        reply.headers += headers
        return reply

    def _model_of(self, name: str) -> str:
        """Return the model of a deployment; raises Refused 400 for no name, 404 for a wrong one."""
        if not name:
            raise refusals.bad_body("you must provide a model parameter", param="model")
        if not self.options.deployments:
            return name
        if name not in self.options.deployments:
            raise refusals.unknown_model(name)
        return self.options.deployments[name]

    def _charge(self, tokens: int, vendor: Vendor) -> Headers:
        """Take a call from the provider's own limits; returns the headers about them.

        Raises Refused 429, which takes nothing.
        """
        now = self._clock.now()
        books = {"requests": self._requests, "tokens": self._tokens}
        costs = {"requests": 1, "tokens": tokens}
        waits = {kind: book.wait(costs[kind], now) for kind, book in books.items()}
        for kind, wait in waits.items():
            if wait:
                limits = tuple(limit_headers(books, vendor, now=now))
                raise refusals.rate_limited(-(-wait // 1000), kind=kind, limits=limits)
        for kind, book in books.items():
            book.take(costs[kind])
        return limit_headers(books, vendor, now=now)


def _fail_on_purpose(behaviour: Behaviour) -> None:
    """Raise what the faults 429, 500 and 503 stand for."""
    if Fault.STATUS_429 in behaviour.faults:
        raise refusals.rate_limited(behaviour.retry_after_ms)
    if Fault.STATUS_500 in behaviour.faults:
        raise Refused(refusals.SERVER_ERROR)
    if Fault.STATUS_503 in behaviour.faults:
        raise refusals.unavailable(behaviour.retry_after_ms)
