"""What becomes of a call's token account as it is sent, answered and ended.

Answers are read, attempts summed, streams followed; at the end the difference between what was
charged and what was used is booked, exactly once (design: limits, section 2).
"""

from __future__ import annotations

from headgate.limits.operations import Release, Settle, Settled
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.facts import TokensMetered
from headgate.model.messages import Response
from headgate.model.usage import TokenUsage
from headgate.policy.effects import Apply, CountText, ReadResponseBody, Steps
from headgate.policy.metering import Metering, Tap
from headgate.tokens.answer import completion_text, estimated, read_usage, readable, truncated
from headgate.tokens.following import tap_for
from headgate.tokens.inflate import inflate

IDENTITY = (b"accept-encoding", b"accept-encoding", b"identity")


def has_used(context: Context) -> bool:
    """Tell whether an earlier attempt of the call used tokens, as a retry's first one may."""
    metering: Metering | None = context.owners.get(Metering)
    return metering is not None and (metering.usage is not None or metering.tap is not None)


def before_attempt(context: Context) -> Steps[None]:
    """Close the books of an earlier attempt, and in `strict` ask for room for another.

    A streamed answer that is given up is charged what passed of it. Raises CallError 429 or 403
    where the limits have no room for what was used, the prompt once more and a completion.
    """
    metering: Metering | None = context.owners.get(Metering)
    if metering is None:
        return
    if metering.tap is not None:
        tap, metering.tap = metering.tap, None
        yield from add_stream(context, metering, tap=tap)
    if metering.usage is not None and metering.usage.total_tokens:
        for again in metering.readmissions:
            yield from again()


def before_forward(context: Context) -> None:
    """Make the outgoing request one whose answer can be metered.

    An answer that an earlier attempt got is dropped, its stream included.
    """
    metering: Metering | None = context.owners.get(Metering)
    if metering is None:
        return
    metering.tap = None
    request = context.request
    metering.prepare(context)
    if request.headers.first(b"accept-encoding") is not None:
        request.headers.replace(b"accept-encoding", [IDENTITY])
    metering.sent = metering.unanswered = True


def not_forwarded(context: Context) -> None:
    """Note that the request brought no answer, so that it is charged nothing."""
    metering: Metering | None = context.owners.get(Metering)
    if metering is not None:
        metering.sent = metering.usage is not None
        metering.unanswered = False


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
            metering.streamed = response.body
            return
    if not response.body.complete:
        yield from gather_answer()
    content = inflate(response.body.content, encoding)
    usage = yield from answer_usage(metering, response, body=content)
    metering.add(usage)
    metering.learn(context, usage, cut=truncated(metering.llm.dialect, content))


def gather_answer() -> Steps[None]:
    """Wait for all of the answer's body. Raises CallError 502."""
    failed = yield from ReadResponseBody()
    if failed is not None:
        raise CallError(
            502,
            "The backend's answer could not be read.",
            source="forward-request",
            reason="BackendConnectionFailure",
            fault=Fault.UPSTREAM,
        )


def absorb(context: Context) -> Steps[None]:
    """Meter a streamed answer whose bytes are all here, as a buffered one.

    It came faster than the policies ran, or a policy waited for it; nobody will pass it on in
    chunks. The usage that only the gateway asked for is taken out of it. What a policy has put in
    its place tells nothing of what was used: then what came of the stream is charged at the end.
    """
    metering: Metering | None = context.owners.get(Metering)
    body = context.response.body if context.response is not None else None
    if metering is None or metering.tap is None or body is None or not body.complete:
        return
    if body is not metering.streamed or body.replaced:
        return
    tap, metering.tap = metering.tap, None
    body.content = tap.feed(body.content) + tap.finish()
    yield from add_stream(context, metering, tap=tap)


def add_stream(context: Context, metering: Metering, *, tap: Tap) -> Steps[None]:
    """Add what a stream used, and learn from one that came to its end."""
    usage = yield from stream_usage(metering, tap)
    metering.add(usage)
    metering.learn(context, usage, cut=tap.truncated or not tap.complete)


def stream_usage(metering: Metering, tap: Tap) -> Steps[TokenUsage]:
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
    cost = 0
    if metering.price is not None:
        # The answer may name a model that has no price; the one that was asked for has.
        found = metering.cost(usage)
        cost = metering.price.cost(usage) if found is None else found
    operation = Settle(context.request_id, usage.input_tokens, usage.output_tokens, cost)
    decision = yield from Apply(operation)
    assert isinstance(decision, Settled)
    metering.debt += decision.debt
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
        yield from add_stream(context, metering, tap=metering.tap)
    elif metering.unanswered:
        # The provider has read the prompt, whether or not anybody counted it before.
        prompt = yield from metering.count_prompt()
        metering.add(TokenUsage(input_tokens=prompt, model=metering.llm.model, reported=False))
    else:
        charged = bool(metering.limits)
    yield from settle(context, metering)
    usage = metering.usage
    assert usage is not None, "what was sent has a usage"
    for metric in metering.metrics:
        metric.used(context, usage)
    context.facts.append(
        TokensMetered(
            usage,
            metering.llm.dialect.name,
            charged,
            cost=metering.cost(usage),
            debt=metering.debt,
        )
    )
