"""Makes the usage record of a finished call. Costs about 2 µs, once per call."""

from __future__ import annotations

from typing import cast

from headgate.exchange.call import Call, Ending
from headgate.model.context import Context
from headgate.model.facts import TokensMetered
from headgate.model.record import Admission, UsageRecord
from headgate.policy.metering import Metering


def usage_record(call: Call, *, currency: str = "") -> UsageRecord:
    """Return the record of a call that has been concluded; costs are in `currency`."""
    context = call.context
    api, operation, product = context.api, context.operation, context.product
    subscription, user, response = context.subscription, context.user, context.response
    error = context.last_error
    status = 0 if response is None else response.status
    usage = cost = None
    model = dialect = ""
    admissions: list[Admission] = []
    for fact in context.facts:
        kind = type(fact)
        if kind is Admission:
            admissions.append(cast(Admission, fact))
        elif kind is TokensMetered:
            metered = cast(TokensMetered, fact)
            usage, dialect, model = metered.usage, metered.dialect, metered.usage.model
            cost = metered.cost
    if usage is None:
        metering: Metering | None = context.owners.get(Metering)
        if metering is not None:
            model, dialect = metering.llm.model, metering.llm.dialect.name
    first = context.first_token
    return UsageRecord(
        id=context.request_id,
        time=context.timestamp,
        duration=context.clock.monotonic() - context.started,
        first_token=None if first is None else first - context.started,
        api="" if api is None else api.id,
        operation="" if operation is None else operation.id,
        product="" if product is None else product.id,
        subscription="" if subscription is None else subscription.id,
        user="" if user is None else user.id,
        model=model,
        backend=backend_of(context) if context.attempts else "",
        dialect=dialect,
        usage=usage,
        cost=cost,
        currency="" if cost is None else currency,
        status=status,
        ending=ending_of(call, status),
        source="" if error is None else error.source,
        reason="" if error is None else error.reason,
        attempts=context.attempts,
        retry_after=retry_after(context) if status >= 400 else None,
        admissions=tuple(admissions),
    )


def ending_of(call: Call, status: int) -> str:
    """Return how a call ended, as records tell it.

    A call that the gateway itself answered with a 4xx is `refused`; one that ended in an error of
    the gateway or of a backend that gave no answer is `failed`. What a backend answers, errors
    included, is passed on: `complete`.
    """
    ending = call.ending
    if ending is not None and ending is not Ending.COMPLETE:
        return ending.value
    if status < 400:
        return "complete"
    if call.context.attempts == 0:
        return "refused" if status < 500 else "failed"
    return "complete" if call.context.last_error is None else "failed"


def backend_of(context: Context) -> str:
    """Return the id of the backend that was called, else its host."""
    if context.backend is not None:
        return context.backend.id
    return "" if context.base is None else context.base.host


def retry_after(context: Context) -> int | None:
    """Return the seconds that the caller was told to wait; None without a number."""
    response = context.response
    value = None if response is None else response.headers.first(b"retry-after")
    return int(value) if value is not None and value.isdigit() and len(value) < 10 else None
