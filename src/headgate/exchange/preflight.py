"""Preflights: what a browser asks before a script may call across origins (apim.md 7.6, 9.7).

A preflight carries no key and runs no policy but `cors`, that of the operation that the script is
about to call. An operation whose method is OPTIONS gets its preflights itself.
"""

from __future__ import annotations

from headgate.exchange.arrival import admit, enter, find
from headgate.exchange.call import Call
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response
from headgate.routing.router import Match


def answer_preflight(call: Call) -> bool:
    """Answer an OPTIONS request that is a preflight for an operation with a `cors` policy.

    Tells whether it is one. Raises CallError when a `cors` policy fails.
    """
    found = _wanted(call)
    if found is None or not _has_cors(call, found):
        return False
    context = call.context
    enter(call, found)
    try:
        # With a key in the query, or in an open product, that product's document applies too.
        admit(call)
    except CallError:
        context.product = None
    plan = call.snapshot.plan(found.api.id, found.operation.id, product=context.product)
    context.response = plan.preflight(context) or Response(200, "OK", Headers(), Body())
    return True


def _wanted(call: Call) -> Match | None:
    """Return the operation that a preflight asks about."""
    headers = call.context.request.headers
    method = headers.first(b"access-control-request-method")
    if method is None or headers.first(b"origin") is None:
        return None
    own = find(call, "OPTIONS")
    if own is not None and own.operation.method == "OPTIONS":
        return None
    return find(call, method.decode("latin-1"))


def _has_cors(call: Call, found: Match) -> bool:
    """Tell whether a `cors` policy stands in the document of an operation, in any product."""
    plans, api, operation = call.snapshot.plans, found.api.id, found.operation.id
    if plans[api, operation, None].preflights:
        return True
    return any(
        plan.preflights for key, plan in plans.items() if key[0] == api and key[1] == operation
    )
