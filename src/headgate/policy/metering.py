"""What token policies know of one call, from the request's prompt to the answer's usage.

Several elements of one document may watch the same call (a global limit, a class limit, a metric):
they share one `Metering`, so that the request is read once, the prompt counted once, one
reservation held, and the answer's usage settled exactly once (design: limits, section 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from headgate.limits.operations import AdmissionMode, CounterId, Release, Settle, Settled
from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.facts import TokensMetered
from headgate.model.messages import Response
from headgate.model.usage import TokenUsage
from headgate.policy.effects import Apply, CountPrompt, CountText, ReadResponseBody, Steps
from headgate.tokens.answer import completion_text, estimated, read_usage, readable
from headgate.tokens.dialect import Dialect
from headgate.tokens.factors import LearnedFactors
from headgate.tokens.following import tap_for
from headgate.tokens.inflate import InflatingTap, inflate
from headgate.tokens.request import LlmRequest, RequestUnreadable, ask_for_usage, read_request
from headgate.tokens.stream import StreamTap

HOLD_DEFAULT = 1024
"""Completion tokens held for a call whose client names no cap (design: limits, section 2)."""


IDENTITY = (b"accept-encoding", b"accept-encoding", b"identity")


class TokenTerms(msgspec.Struct, frozen=True):
    """How the service wants tokens to be limited; from `headgate.toml`, the same for all calls."""

    admission: AdmissionMode = "bounded"
    ask_for_usage: bool = True
    """Whether streams are asked for `stream_options.include_usage`."""
    hold_lifetime: int = 15 * 60 * SECOND
    """Microseconds after which a reservation that nobody settled settles itself."""
    declared: Mapping[str, Dialect] = {}
    """How to read the usage of APIs that say so themselves, by API id."""
    factors: LearnedFactors = msgspec.field(default_factory=LearnedFactors)
    """How far estimates are off, learned by the process: reloads hand it on."""


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
        "_prompt",
        "hides_usage",
        "limits",
        "llm",
        "metrics",
        "reserved",
        "sent",
        "tap",
        "terms",
        "usage",
    )

    def __init__(self, terms: TokenTerms, *, llm: LlmRequest, body: bytes) -> None:
        self.terms = terms
        self.llm = llm
        self._body = body
        self._prompt: int | None = None
        self._counted = 0
        """The prompt's count before the learned factor; 0 where there is nothing to learn of it."""
        self.reserved = False
        """Whether the counter store holds an open reservation under the request id."""
        self.sent = False
        """Whether the prompt has left for a backend, which will charge for it."""
        self.tap: StreamTap | InflatingTap | None = None
        self.hides_usage = False
        self.usage: TokenUsage | None = None
        """Sum over the attempts whose answers have been read."""
        self.limits: list[LimitListener] = []
        self.metrics: list[UsageListener] = []

    @property
    def prompt(self) -> int:
        """Return the estimated prompt tokens; 0 while nobody had them counted."""
        return self._prompt or 0

    @property
    def hold(self) -> int:
        """Return the completion tokens to hold: the client's cap times the number of choices."""
        if not self.llm.has_completion:
            return 0
        cap = self.llm.completion_cap
        return (HOLD_DEFAULT if cap is None else cap) * self.llm.choices

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
                self._prompt = self.terms.factors.scaled(self.llm.model, self._counted)
        return self._prompt

    def learn(self, usage: TokenUsage) -> None:
        """Learn from what a provider reported of one answer."""
        if self._counted and usage.reported:
            self.terms.factors.observe(self.llm.model, self._counted, reported=usage.input_tokens)

    def add(self, usage: TokenUsage) -> None:
        """Add what one answer used to that of earlier attempts (design: limits, section 2)."""
        self.learn(usage)
        self.usage = usage if self.usage is None else self.usage.plus(usage)

    def ask_for_usage(self, context: Context) -> None:
        """Make a stream report its usage. Raises CallError 400 for a body that cannot be read.

        A policy may have replaced the body since it was read; a retry finds the body that asks
        already.
        """
        body = context.request.body
        if body is None or (self.hides_usage and body.content is self._body):
            return
        content = body.outgoing
        if content is not self._body:
            self.llm = read_llm(context, content)
            self._body = content
        self.hides_usage = False
        if self.terms.ask_for_usage:
            self._body = ask_for_usage(self.llm, content)
            if self._body is not content:
                body.replace(self._body)
                self.hides_usage = True


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
    return CallError(400, error.message, source="request", reason="RequestBodyInvalid")


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


def before_forward(context: Context) -> None:
    """Make the outgoing request one whose answer can be metered.

    An answer that an earlier attempt got is dropped, its stream included.
    """
    metering: Metering | None = context.owners.get(Metering)
    if metering is None:
        return
    metering.tap = None
    request = context.request
    metering.ask_for_usage(context)
    if request.headers.first(b"accept-encoding") is not None:
        request.headers.replace(b"accept-encoding", [IDENTITY])
    metering.sent = True


def not_forwarded(context: Context) -> None:
    """Note that the request brought no answer, so that it is charged nothing."""
    metering: Metering | None = context.owners.get(Metering)
    if metering is not None:
        metering.sent = metering.usage is not None


def after_forward(context: Context) -> Steps[None]:
    """Read the usage of a buffered answer, or tap a streamed one."""
    metering: Metering | None = context.owners.get(Metering)
    response = context.response
    if metering is None or response is None or response.body is None:
        return
    encoding = (response.headers.first(b"content-encoding") or b"").strip().lower() or b"identity"
    # An error is short, whatever its form, and its usage counts only if it names one.
    if response.status < 400:
        metering.tap = tap_for(
            metering.llm,
            response.headers.first(b"content-type") or b"",
            encoding=encoding,
            hide_usage=metering.hides_usage,
        )
        if metering.tap is not None:
            return
    if not response.body.complete:
        failed = yield from ReadResponseBody()
        if failed is not None:
            raise CallError(
                502,
                "The backend's answer could not be read.",
                source="forward-request",
                reason="BackendConnectionFailure",
                fault=Fault.UPSTREAM,
            )
    content = inflate(response.body.content, encoding)
    usage = yield from answer_usage(metering, response, body=content)
    metering.add(usage)


def absorb(context: Context) -> Steps[None]:
    """Meter a streamed answer whose bytes are all here, as a buffered one.

    It came faster than the policies ran, or a policy waited for it; nobody will pass it on in
    chunks. The usage that only the gateway asked for is taken out of it.
    """
    metering: Metering | None = context.owners.get(Metering)
    body = context.response.body if context.response is not None else None
    if metering is None or metering.tap is None or body is None or not body.complete:
        return
    tap, metering.tap = metering.tap, None
    body.content = tap.feed(body.content) + tap.finish()
    metering.add((yield from stream_usage(metering, tap)))


def stream_usage(metering: Metering, tap: StreamTap | InflatingTap) -> Steps[TokenUsage]:
    """Return what a stream used: reported at its end, else what passed of it."""
    usage = tap.usage()
    if usage is not None:
        return usage
    return (
        yield from estimated_usage(
            metering, tap.completion_text(), partial=tap.partial(), known=tap.readable
        )
    )


def answer_usage(metering: Metering, response: Response, *, body: bytes) -> Steps[TokenUsage]:
    """Return what a whole answer used: reported, else nothing for an error, else estimated."""
    dialect = metering.llm.dialect
    usage = read_usage(dialect, body)
    if usage is not None:
        return usage
    if response.status >= 400:
        return TokenUsage(model=metering.llm.model)
    return (
        yield from estimated_usage(
            metering, completion_text(dialect, body), known=readable(dialect, body)
        )
    )


def estimated_usage(
    metering: Metering, text: str, *, partial: TokenUsage | None = None, known: bool
) -> Steps[TokenUsage]:
    """Return the usage that the gateway counts itself where the provider reports none at the end.

    `partial` is what a stream reported on its way; `known` says that the answer had a shape of its
    dialect.
    """
    prompt = yield from metering.count_prompt()
    completion = 0
    if text:
        completion = yield from CountText(text, metering.llm.model)
    return estimated(
        partial, prompt, completion=completion, model=metering.llm.model, readable=known
    )


def settle(context: Context, metering: Metering) -> Steps[None]:
    """Book the usage of the call, once, and let the limits publish what is left."""
    usage = metering.usage
    if not metering.reserved or usage is None:
        return
    metering.reserved = False
    decision = yield from Apply(Settle(context.request_id, usage.input_tokens, usage.output_tokens))
    assert isinstance(decision, Settled)
    for limit in metering.limits:
        limit.settled(context, decision.remaining, usage=usage)


def settle_buffered(context: Context) -> Steps[None]:
    """Settle before outbound, so that its policies read what this call used (apim.md 1.8)."""
    metering: Metering | None = context.owners.get(Metering)
    if metering is not None and metering.tap is None and metering.usage is not None:
        yield from settle(context, metering)


def take_back(context: Context) -> Steps[None]:
    """Give back what a call reserved that ends without having reached a backend."""
    metering: Metering | None = context.owners.get(Metering)
    if metering is not None and metering.reserved and not metering.sent:
        metering.reserved = False
        yield from Apply(Release(context.request_id))


def close(context: Context) -> Steps[None]:
    """End the account of a call, however it ended; settles what is still open.

    A stream is charged what it reported, else the prompt and what passed; a call that was sent
    and never answered is charged its prompt (design: limits, section 2).
    """
    metering: Metering | None = context.owners.get(Metering)
    if metering is None:
        return
    yield from take_back(context)
    if not metering.sent:
        return
    charged = metering.reserved
    if metering.tap is not None:
        metering.add((yield from stream_usage(metering, metering.tap)))
    elif metering.usage is None:
        metering.add(
            TokenUsage(input_tokens=metering.prompt, model=metering.llm.model, reported=False)
        )
    else:
        charged = bool(metering.limits)
    yield from settle(context, metering)
    usage = metering.usage
    assert usage is not None, "what was sent has a usage"
    for metric in metering.metrics:
        metric.used(context, usage)
    context.facts.append(TokensMetered(usage, metering.llm.dialect.name, charged))
