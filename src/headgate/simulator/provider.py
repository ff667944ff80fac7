"""One request in, one reply out: all that the simulator decides, without a socket."""

from __future__ import annotations

from random import Random
from uuid import UUID

import msgspec

from headgate.model.clock import SECOND, Clock
from headgate.simulator import answers, refusals
from headgate.simulator.allowance import Allowance
from headgate.simulator.behaviour import PREFIX, TAG, Behaviour, Chance, behaviour_of, draw
from headgate.simulator.disturbance import disturb
from headgate.simulator.faults import Fault
from headgate.simulator.generation import Generation, generate
from headgate.simulator.ledger import Call, Entry, Ledger
from headgate.simulator.options import SimulatorOptions
from headgate.simulator.refusals import Refused
from headgate.simulator.reply import Headers, Reply, document
from headgate.simulator.requests import read
from headgate.simulator.routes import Kind, Route, is_azure, route_of

LEDGER = "/_ledger"
LEDGER_RESET = "/_ledger/reset"
SOME_MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "text-embedding-3-small")
"""What is listed where every model exists."""


class Incoming(msgspec.Struct, frozen=True):
    """A request off the wire; header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


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
        entry = self._enter(incoming)
        chance = draw(self.options, self._rng)
        try:
            reply = self._serve(incoming, chance, entry=entry)
        except Refused as refused:
            refusal = refused.refusal
            body = refusal.body(azure=is_azure(incoming.path))
            reply = document(body, refusal.headers, status=refusal.status)
        reply.headers += self._identity(entry.call, chance)
        reply.entry = entry
        return reply

    def _show_ledger(self, incoming: Incoming) -> Reply:
        if incoming.method != ("GET" if incoming.path == LEDGER else "POST"):
            return document(refusals.WRONG_METHOD.body(azure=False), [], status=405)
        if incoming.path == LEDGER_RESET:
            self.ledger.reset()
        return document(msgspec.json.encode(self.ledger.view(incoming.query.get("tag"))), [])

    def _enter(self, incoming: Incoming) -> Entry:
        headers = incoming.headers
        key = headers.get("api-key") or headers.get("authorization", "")
        if key[:7].lower() == "bearer ":
            key = key[7:].strip()
        return self.ledger.open(key=key, tag=headers.get(TAG, ""), path=incoming.path)

    def _identity(self, call: Call, chance: Chance) -> Headers:
        """Return the headers by which providers name a request, and ours."""
        request_id = str(UUID(int=chance.request_id))
        return [
            ("x-request-id", request_id),
            ("apim-request-id", request_id),
            ("x-ms-region", self.options.region),
            ("x-simulator-order", str(call.order)),
        ]

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
        route = route_of(incoming.path)
        if route is None:
            raise Refused(refusals.NO_RESOURCE)
        if incoming.method != ("GET" if route.kind is Kind.MODELS else "POST"):
            raise Refused(refusals.WRONG_METHOD)
        if route.kind is Kind.MODELS:
            reply = self._models(route)
        else:
            reply = self._generate(route, incoming, chance=chance, behaviour=behaviour, entry=entry)
        disturb(reply, behaviour.faults, slow_head_ms=self.options.slow_head_ms)
        return reply

    def _models(self, route: Route) -> Reply:
        names = tuple(self.options.deployments) or SOME_MODELS
        if not route.name:
            listed = [answers.model(name, azure=route.azure) for name in names]
            return document(msgspec.json.encode({"object": "list", "data": listed}), [])
        self._model_of(route.name)
        return document(msgspec.json.encode(answers.model(route.name, azure=route.azure)), [])

    def _generate(
        self,
        route: Route,
        incoming: Incoming,
        *,
        chance: Chance,
        behaviour: Behaviour,
        entry: Entry,
    ) -> Reply:
        ask = read(route.kind, incoming.body)
        name = route.name or ask.model
        entry.call.model, entry.call.stream = name, ask.stream
        model = self._model_of(name)
        generation = Generation(
            ask=ask,
            model=model,
            azure=route.azure,
            prompt_tokens=ask.prompt_tokens(model),
            behaviour=behaviour,
            order=entry.call.order,
            created=self._clock.now() // SECOND,
            start=chance.start,
        )
        headers = self._charge(generation.prompt_tokens + generation.completion_tokens)
        entry.accepted(prompt_tokens=generation.prompt_tokens)
        return generate(generation, headers)

    def _model_of(self, name: str) -> str:
        """Return the model of a deployment; raises Refused 400 for no name, 404 for a wrong one."""
        if not name:
            raise refusals.bad_body("you must provide a model parameter", param="model")
        if not self.options.deployments:
            return name
        if name not in self.options.deployments:
            raise refusals.unknown_model(name)
        return self.options.deployments[name]

    def _charge(self, tokens: int) -> Headers:
        """Take a call from the provider's own limits; returns the headers about them.

        Raises Refused 429, which takes nothing.
        """
        now = self._clock.now()
        costs = ((self._requests, 1, "requests"), (self._tokens, tokens, "tokens"))
        for allowance, units, kind in costs:
            wait = allowance.wait(units, now)
            if wait:
                raise refusals.rate_limited(-(-wait // 1000), kind=kind)
        headers: Headers = []
        for allowance, units, kind in costs:
            allowance.take(units)
            headers.append((f"x-ratelimit-limit-{kind}", str(allowance.limit)))
            headers.append((f"x-ratelimit-remaining-{kind}", str(allowance.remaining)))
        return headers


def _fail_on_purpose(behaviour: Behaviour) -> None:
    """Raise what the faults 429, 500 and 503 stand for."""
    if Fault.STATUS_429 in behaviour.faults:
        raise refusals.rate_limited(behaviour.retry_after_ms)
    if Fault.STATUS_500 in behaviour.faults:
        raise Refused(refusals.SERVER_ERROR)
    if Fault.STATUS_503 in behaviour.faults:
        raise refusals.unavailable(behaviour.retry_after_ms)
