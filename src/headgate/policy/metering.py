"""What token policies know of one call, from the request's prompt to the answer's usage.

Several elements of one document may watch the same call (a global limit, a class limit, a metric):
they share one `Metering`, so that the request is read once, the prompt counted once, one
reservation held, and the answer's usage settled exactly once (design: limits, section 2). What
becomes of an account as its answers come is in `headgate.policy.settling`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Protocol

import msgspec

from headgate.limits.completions import Completions
from headgate.limits.operations import (
    AdmissionMode,
    CounterId,
    Seen,
)
from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.messages import Body
from headgate.model.usage import TokenUsage
from headgate.policy.effects import CountPrompt, Steps
from headgate.tokens.by_model import ByModel
from headgate.tokens.cutting import CuttingTap
from headgate.tokens.dialect import Dialect
from headgate.tokens.factors import LearnedFactors
from headgate.tokens.inflate import InflatingTap
from headgate.tokens.prices import Price, PriceTable
from headgate.tokens.request import (
    LlmRequest,
    RequestUnreadable,
    ask_for_usage,
    read_request,
    with_completion_cap,
)
from headgate.tokens.stream import StreamTap

Tap = StreamTap | InflatingTap
Overrun = Literal["grace", "cut"]


class Learned:
    """What the process learns from answers; reloads hand it on."""

    __slots__ = ("completions", "factors")

    def __init__(self) -> None:
        self.completions = Completions()
        """How long the completions of a route are."""
        self.factors = LearnedFactors()
        """How far the estimates of prompts are off."""


class TokenTerms(msgspec.Struct, frozen=True):
    """How the service wants tokens to be limited; from `headgate.toml`, the same for all calls."""

    admission: AdmissionMode = "bounded"
    ask_for_usage: bool = True
    """Whether streams are asked for `stream_options.include_usage`."""
    hold_lifetime: int = 15 * 60 * SECOND
    """Microseconds after which a reservation that nobody settled settles itself."""
    declared: Mapping[str, Dialect] = {}
    """How to read the usage of APIs that say so themselves, by API id."""
    prices: PriceTable | None = None
    """What tokens cost; None: nothing has a price."""
    strict_max_completion: int = 4096
    """The completion that `strict` grants at most where the caller names no cap."""
    overrun: Overrun = "grace"
    """What happens to a stream that outgrows what was held for it."""
    completion_caps: ByModel[int] = msgspec.field(default_factory=lambda: ByModel[int](()))
    """What models complete at most."""
    learned: Learned = msgspec.field(default_factory=Learned)


class LimitListener(Protocol):
    """A limit that publishes what is left once the answer is known."""

    def settled(
        self, context: Context, remaining: Mapping[CounterId, int], *, usage: TokenUsage
    ) -> None:
        """Publish what is left after the answer; `remaining` is by counter."""
        ...


class UsageListener(Protocol):
    """A metric that wants the usage of the call when it has ended."""

    def used(self, context: Context, usage: TokenUsage) -> None:
        """Append the metric's facts to the context."""
        ...


class Metering:
    """The token account of one call."""

    __slots__ = (
        "_body",
        "_counted",
        "_prepared",
        "_prepared_for",
        "_prompt",
        "debt",
        "exact",
        "granted",
        "hides_usage",
        "limits",
        "llm",
        "metrics",
        "price",
        "readmissions",
        "reserved",
        "sent",
        "streamed",
        "tap",
        "terms",
        "unanswered",
        "usage",
    )

    def __init__(self, terms: TokenTerms, *, llm: LlmRequest, body: bytes) -> None:
        self.terms = terms
        self.exact = terms.admission == "strict"
        """Whether nothing may go over a limit, so that no prompt may be left uncounted."""
        self.llm = llm
        self._body = body
        self._prompt: int | None = None
        self._counted = 0
        """The prompt's count before the learned factor; 0 where there is nothing to learn of it."""
        self._prepared: bytes | None = None
        """The body as it was made ready for a backend; a retry finds it."""
        self._prepared_for = 0
        """What was granted then."""
        self.debt = 0
        """Tokens that went beyond what was charged and held, which the ledger has booked."""
        self.granted = 0
        """Completion tokens that all limits so far have room for."""
        self.price: Price | None = None
        """Set where a limit counts money."""
        self.reserved = False
        """Whether the counter store holds an open reservation under the request id."""
        self.sent = False
        """Whether the prompt has left for a backend, which will charge for it."""
        self.unanswered = False
        """Whether the last attempt's answer has not been read."""
        self.tap: Tap | None = None
        self.streamed: Body | None = None
        """The body that the tap follows."""
        self.hides_usage = False
        self.usage: TokenUsage | None = None
        """Sum over the attempts whose answers have been read."""
        self.limits: list[LimitListener] = []
        self.readmissions: list[Callable[[], Steps[None]]] = []
        """What asks each limit whether there is room for another attempt; only in `strict`."""
        self.metrics: list[UsageListener] = []

    @property
    def prompt(self) -> int:
        """Return the estimated prompt tokens; 0 while nobody had them counted."""
        return self._prompt or 0

    def hold(self, context: Context) -> int:
        """Return the completion tokens to hold for all choices (design: limits, section 2)."""
        llm, terms = self.llm, self.terms
        if not llm.has_completion:
            return 0
        cap, model_cap = llm.completion_cap, terms.completion_caps.find(llm.model)
        if self.exact and llm.dialect.can_cap:
            # The provider enforces it, so what is likely does not matter.
            if cap is None:
                cap = terms.strict_max_completion
            return min(cap, cap if model_cap is None else model_cap) * llm.choices
        return terms.learned.completions.hold(
            route(context, llm.model), cap=cap, model_cap=model_cap, choices=llm.choices
        )

    def count_prompt(self) -> Steps[int]:
        """Count the prompt, once per call. Raises CallError 400 when it cannot be read."""
        if self._prompt is None:
            try:
                parts = self.llm.prompt_parts()
            except RequestUnreadable as error:
                raise unreadable(error) from error
            self._counted = yield from CountPrompt(parts, self.llm.model)
            if parts.images:
                # How an image counts is no measure of how text does.
                self._prompt, self._counted = self._counted, 0
            else:
                self._prompt = self.terms.learned.factors.scaled(self.llm.model, self._counted)
        return self._prompt

    def learn(self, context: Context, usage: TokenUsage, *, cut: bool) -> None:
        """Learn from what a provider reported of one answer; `cut` says that it ended at a cap."""
        if not usage.reported:
            return
        llm, learned = self.llm, self.terms.learned
        if self._counted:
            learned.factors.observe(llm.model, self._counted, reported=usage.input_tokens)
        if usage.output_tokens:
            learned.completions.observe(
                route(context, llm.model), usage.output_tokens, choices=llm.choices, cut=cut
            )

    def add(self, usage: TokenUsage) -> None:
        """Add what one answer used to that of earlier attempts (design: limits, section 2)."""
        if not usage.model:
            # Answers with pictures or speech do not name their model.
            usage = msgspec.structs.replace(usage, model=self.llm.model)
        self.unanswered = False
        self.usage = usage if self.usage is None else self.usage.plus(usage)

    def prepare(self, context: Context) -> None:
        """Make the body one that tells its usage and keeps to what was granted.

        A policy may have replaced the body since it was read; a retry finds the one that was
        prepared. Raises CallError 400 for a body that cannot be read.
        """
        body = context.request.body
        if body is None:
            return
        content = body.outgoing
        if self._prepared is not None and body.content is self._prepared:
            if self.granted == self._prepared_for:
                return
            content = self._body
        elif content is not self._body:
            self.llm = read_llm(context, content)
            self._body = content
        try:
            capped = self._capped(content)
            asked = ask_for_usage(self.llm, capped) if self.terms.ask_for_usage else capped
        except RequestUnreadable as error:
            raise unreadable(error) from error
        self.hides_usage = asked is not capped
        if asked is not body.outgoing:
            body.replace(asked)
        self._prepared, self._prepared_for = asked, self.granted

    def _capped(self, content: bytes) -> bytes:
        """Return the body with the cap that `strict` relies on."""
        if not self.exact or not self.granted:
            return content
        return with_completion_cap(self.llm, content, cap=self.granted // self.llm.choices)

    def _capped_enough(self) -> bool:
        """Tell whether the provider was told a cap that keeps the answer within its hold.

        It counts its tokens better than we can on the way, so it is left to end the answer.
        """
        llm = self.llm
        if self.terms.admission == "strict" and llm.dialect.can_cap:
            return True
        return llm.completion_cap is not None and llm.completion_cap * llm.choices <= self.granted

    def cost(self, usage: TokenUsage) -> int | None:
        """Return what a call cost, in billionths; None where its model has no price."""
        prices = self.terms.prices
        return None if prices is None else prices.cost(usage, deployment=self.llm.model)

    def follower(self) -> Tap | CuttingTap | None:
        """Return what a streamed answer passes through on its way to the client."""
        tap, terms = self.tap, self.terms
        cuts = terms.overrun == "cut" and terms.admission != "apim" and self.reserved
        if not cuts or not self.granted or not isinstance(tap, StreamTap) or self._capped_enough():
            return tap
        return CuttingTap(
            tap, most=self.granted, prompt=self.prompt, shows_usage=self.llm.usage_asked
        )

    def seen(self, request_id: str) -> Seen | None:
        """Return what has passed of a stream that is on its way, for the ledger to charge."""
        if not self.reserved or self.tap is None or not (tokens := self.tap.seen_tokens()):
            return None
        return Seen(request_id, tokens, 0 if self.price is None else tokens * self.price.output)


def route(context: Context, model: str) -> tuple[str, str, str]:
    """Return what completions of alike length have in common."""
    api, operation = context.api, context.operation
    return ("" if api is None else api.id, "" if operation is None else operation.id, model)


def read_llm(context: Context, content: bytes) -> LlmRequest:
    """Return the LLM request in a body. Raises CallError 400 when it cannot be read."""
    terms: TokenTerms = context.owners[TokenTerms]
    declared = terms.declared.get(context.api.id) if context.api is not None else None
    try:
        return read_request(context.request.url.path, content, declared=declared)
    except RequestUnreadable as error:
        raise unreadable(error) from error


def unreadable(error: RequestUnreadable) -> CallError:
    """Return the 400 for a request that token policies cannot read."""
    return CallError(400, error.message, source="", reason="RequestBodyInvalid")


def meter(context: Context) -> Metering:
    """Return the call's metering, reading the request on first use.

    The request body has to be complete. Raises CallError 400 when it cannot be read.
    """
    metering: Metering | None = context.owners.get(Metering)
    if metering is None:
        body = context.request.body
        content = body.outgoing if body is not None else b""
        llm = read_llm(context, content)
        metering = Metering(context.owners[TokenTerms], llm=llm, body=content)
        context.owners[Metering] = metering
    return metering
