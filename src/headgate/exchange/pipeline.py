"""The way of one call: match, key, inbound, backend, outbound, on-error (policy language, 4).

Two generators of effects. `respond` ends when `context.response` is what the caller shall get; its
body may still be on its way. `conclude` runs when the exchange has ended, however it ended.
"""

from __future__ import annotations

from headgate.exchange.answers import error_response
from headgate.exchange.arrival import admit, match
from headgate.exchange.call import Call, Ending
from headgate.exchange.preflight import answer_preflight
from headgate.model.context import Context
from headgate.model.errors import CallError, LastError
from headgate.model.messages import Body, Headers, Response
from headgate.policy import settling
from headgate.policy.answer_headers import write_owed
from headgate.policy.call_quota import charge_bytes
from headgate.policy.cross_origin import write_cross_origin
from headgate.policy.deferred import run_deferred
from headgate.policy.effects import Steps
from headgate.policy.plan import AnswerFound, Block, Plan, ResponseReturned
from headgate.policy.recording import keep_recorded
from headgate.policy.screening import screened


def respond(call: Call) -> Steps[None]:
    """Bring a call to its answer. On-error sections have run when it returns."""
    context = call.context
    plan = call.snapshot.unrouted
    try:
        if context.request.method == "OPTIONS" and answer_preflight(call):
            return
        api_id, operation_id = match(call)
        plan = call.snapshot.plan(api_id, operation_id, product=None)
        admit(call)
        tracer = call.snapshot.tracer
        if tracer is not None and tracer.begin(context):
            product = None if context.product is None else context.product.id
            plan = tracer.plan(api_id, operation_id, product=product)
        else:
            plan = call.snapshot.plan(api_id, operation_id, product=context.product)
        yield from run_sections(plan, context)
    except ResponseReturned:
        pass
    except CallError as error:
        yield from fail(plan, context, error=error)
    write_cross_origin(context)
    if call.snapshot.tracer is not None:
        call.snapshot.tracer.end(context)


def run_sections(plan: Plan, context: Context) -> Steps[None]:
    """Run inbound, backend and outbound, and settle before outbound what is known by then.

    A call that nothing forwarded has an empty answer; one that a cache answers is charged nothing.
    """
    try:
        yield from run(plan.inbound, context)
        yield from run(plan.backend, context)
    except AnswerFound:
        yield from settling.take_back(context)
    yield from settling.absorb(context)
    yield from settling.settle_buffered(context)
    if context.response is None:
        context.response = Response(200, "OK", Headers(), Body())
    write_owed(context)
    yield from run(plan.outbound, context)
    yield from run_deferred(context)
    yield from settling.absorb(context)
    yield from screened(context)
    yield from keep_recorded(context)
    # What has been gathered to be kept is no stream any more, so that no tap looks at it.
    yield from screened(context)


def run(section: Block, context: Context) -> Steps[None]:
    """Run a section, as plain calls where none of its steps has effects."""
    if section.plain:
        section.apply(context)
    else:
        yield from section.drive(context)


def fail(plan: Plan, context: Context, *, error: CallError) -> Steps[None]:
    """Answer with an error after on-error had its say (apim.md 7.5)."""
    yield from settling.take_back(context)
    yield from settling.settle_buffered(context)
    answer(context, error)
    try:
        yield from run(plan.on_error, context)
    except ResponseReturned:
        pass
    except CallError as second:
        answer(context, second)


def answer(context: Context, error: CallError) -> None:
    """Put an error into the context: LastError and the standard answer."""
    where = error.where
    context.last_error = LastError(
        source=error.source,
        reason=error.reason,
        message=error.detail,
        scope=where.scope if where else "",
        section=where.section if where else "",
        path=where.path if where else "",
        policy_id=where.policy_id if where else None,
    )
    context.response = error_response(error, context.request_id)
    write_owed(context)


def conclude(call: Call, ending: Ending) -> Steps[None]:
    """Settle what the call used and gather the facts of it. Runs once per call."""
    assert not call.finished, "a call is concluded once"
    call.finished = True
    call.ending = ending
    yield from settling.close(call.context)
    yield from keep_recorded(call.context)
    yield from charge_bytes(call.context)
