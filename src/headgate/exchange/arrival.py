"""A call arrives: which operation it is for, and what its key opens (policy language, 4)."""

from __future__ import annotations

from headgate.exchange.call import Call
from headgate.model.errors import CallError, Where
from headgate.routing.router import Match


def find(call: Call, method: str) -> Match | None:
    """Return what the call would be for if it had this method."""
    url = call.context.request.url
    found = call.snapshot.router.match(method, url.path, query_string=url.query_string)
    return found if isinstance(found, Match) else None


def match(call: Call) -> tuple[str, str]:
    """Find API and operation; return their ids. Raises CallError 404."""
    found = find(call, call.context.request.method)
    if found is None:
        error = CallError(
            404, "Resource not found", source="configuration", reason="OperationNotFound"
        )
        error.detail = "Unable to match incoming request to an operation."
        # Azure's own logs file it under the section that would have needed the operation.
        error.where = Where(section="backend")
        raise error
    enter(call, found)
    return found.api.id, found.operation.id


def enter(call: Call, found: Match) -> None:
    """Let the call be for an operation, and aim it at the API's service."""
    context = call.context
    request = context.request
    context.api = found.api
    context.operation = found.operation
    request.matched_parameters = found.parameters
    request.original_url = request.url
    request.url = request.url.copy()
    context.remainder = found.remainder
    service_url = call.snapshot.service_urls.get(found.api.id)
    if service_url is not None:
        context.aim(service_url)


def admit(call: Call) -> None:
    """Check the subscription key. Raises CallError 401."""
    context = call.context
    assert context.api is not None
    access = call.snapshot.doorkeeper.admit(context.api, context.request, now=context.timestamp)
    context.subscription = access.subscription
    context.product = access.product
    if access.subscription is not None and access.subscription.owner_id is not None:
        context.user = call.snapshot.users.get(access.subscription.owner_id)
