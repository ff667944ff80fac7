"""One attempt at a backend: which one, with whose credentials, and what its breaker learns.

`forward-request` yields from `forwarded`; each call of it is an attempt of its own, so a retry goes
to the next member of a pool (apim.md 6.1 to 6.5).
"""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from headgate.model.clock import SECOND, Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import BackendCredentials, ManagedIdentity
from headgate.model.errors import CallError, Fault, internal_error
from headgate.model.facts import BreakerTurned
from headgate.model.messages import Request, Response
from headgate.policy.backends import NO_BACKENDS, Backends, Chosen, Pool, Target
from headgate.policy.effects import FetchToken, Forward, ForwardFailed, Steps, TokenFailed
from headgate.policy.query_strings import with_set
from headgate.routing.breaker import Outcome

NO_CREDENTIALS = BackendCredentials()

RETRY_AFTER_MAX = 24 * 60 * 60 * SECOND
"""Azure OpenAI has been seen to ask for a day (apim.md 6.2); nobody gets more."""

FAILURES = {
    "refused": (502, "BackendConnectionFailure", Fault.UPSTREAM),
    "tls": (502, "BackendConnectionFailure", Fault.UPSTREAM),
    "broken": (502, "BackendConnectionFailure", Fault.UPSTREAM),
    "malformed": (502, "BackendConnectionFailure", Fault.UPSTREAM),
    "timeout": (504, "Timeout", Fault.UPSTREAM),
    "no-backend": (500, "BackendNotConfigured", Fault.OPERATOR),
    "denied": (500, "BackendDenied", Fault.OPERATOR),
    "unsent": (500, "RequestNotSendable", Fault.OPERATOR),
}
"""Status, reason and whose fault it is, by kind of failure."""

TOLD = {
    500: "Internal server error",
    502: "The backend cannot be reached.",
    504: "The backend did not answer in time.",
}
"""What the caller is told. Where the backend is and why it fails is for policies and logs, all the
more where the caller can choose it: the answers would map the network behind the gateway."""


def failure(failed: ForwardFailed) -> CallError:
    """Return the error of a request that got no answer."""
    status, reason, fault = FAILURES[failed.kind]
    error = CallError(status, TOLD[status], source="forward-request", reason=reason, fault=fault)
    error.detail = failed.message
    return error


def forwarded(context: Context, effect: Forward) -> Steps[ForwardFailed | None]:
    """Forward to the backend that was chosen, or to the member of a pool whose turn it is.

    `context.backend` is then the one that the request went to. Raises CallError: 503 where breakers
    let no call through, 500 for credentials that cannot be had or that no header can carry.
    """
    chosen: Chosen | None = context.owners.get(Chosen)
    if chosen is None:
        target = unchosen(context)
    elif isinstance(chosen.target, Pool):
        return (yield from balanced(context, chosen.target, chosen=chosen, effect=effect))
    else:
        target = chosen.target
    if target is None:
        return (yield from effect)
    return (yield from guarded(context, target, effect=effect))


def unchosen(context: Context) -> Target | None:
    """Return the backend entity that has the URL which the request goes to (apim.md 6.1)."""
    if context.base is None:
        return None
    backends: Backends = context.owners.get(Backends, NO_BACKENDS)
    return backends.at(context.base)


def balanced(
    context: Context, pool: Pool, *, chosen: Chosen, effect: Forward
) -> Steps[ForwardFailed | None]:
    """Forward to a member of a pool, and keep the client there if the pool has sessions."""
    asked = None
    if pool.session_cookie is not None:
        asked = cookie(context.request, pool.session_cookie)
    index = member_of(context, pool, chosen=chosen, session=asked)
    member, session = pool.members[index], pool.sessions[index]
    context.aim(member.url)
    failed = yield from guarded(context, member, effect=effect)
    response = context.response
    if pool.session_cookie is not None and failed is None and asked != session and response:
        secure = "; Secure" if context.request.original_url.scheme == "https" else ""
        line = f"{pool.session_cookie}={session}; Path=/; HttpOnly{secure}"
        response.headers.append("Set-Cookie", line)
    return failed


def member_of(context: Context, pool: Pool, *, chosen: Chosen, session: str | None) -> int:
    """Return whose turn it is. Raises CallError 503 when nobody is available.

    The member of the client's session goes first, on retries too: no other one knows the client.
    """
    now, members = context.clock.monotonic(), pool.members
    if session in pool.sessions:
        index = pool.sessions.index(session)
        if not members[index].wait(now):
            return index
    turn = pool.balance.choose(
        lambda index: not members[index].wait(now), tried=chosen.tried, entropy=context.entropy
    )
    if turn is None:
        raise unavailable(context, pool, now=now)
    chosen.tried.add(turn)
    return turn


def unavailable(context: Context, found: Target | Pool, *, now: MonotonicMicros) -> CallError:
    """Return the error of a call that no breaker lets through; there is no answer any more."""
    context.response = None
    backend, wait = found.backend, found.wait(now)
    if backend.pool is not None:
        noun, reason, status = "Backend pool", "PoolIsInactive", backend.pool.refusal
    else:
        assert backend.breaker is not None, "only breakers keep calls away"
        noun, reason, status = "Backend", "BackendIsInactive", backend.breaker.refusal
    error = CallError(
        status,
        "The backend is temporarily unavailable.",
        source="forward-request",
        reason=reason,
        fault=Fault.UPSTREAM,
        headers=(("Retry-After", str(max(1, -(-wait // SECOND)))),),
    )
    error.detail = f"{noun} {backend.id} is temporarily unavailable."
    return error


def guarded(context: Context, target: Target, *, effect: Forward) -> Steps[ForwardFailed | None]:
    """Forward to a backend if its breaker lets the call through, and tell the breaker how it went.

    Of a call that ends without an outcome, because its client left, the breaker learns nothing.
    """
    context.backend = target.backend
    breaker = target.breaker
    if breaker is None:
        return (yield from authorized(context, target.backend.credentials, effect=effect))
    now = context.clock.monotonic()
    if breaker.wait(now):
        raise unavailable(context, target, now=now)
    trial = breaker.begin()
    outcome = None
    try:
        failed = yield from authorized(context, target.backend.credentials, effect=effect)
        outcome = outcome_of(context, failed)
    finally:
        if outcome is None:
            breaker.withdraw(trial=trial)
    if outcome is not None:
        turned = breaker.report(outcome, context.clock.monotonic(), trial=trial)
        if turned is not None:
            context.facts.append(BreakerTurned(target.backend.id, turned))
    return failed


def outcome_of(context: Context, failed: ForwardFailed | None) -> Outcome | None:
    """Return what a breaker is told of an attempt; None for what is not the backend's doing."""
    if failed is not None:
        status, reason, fault = FAILURES[failed.kind]
        return Outcome(status, reason) if fault is Fault.UPSTREAM else None
    response = context.response
    assert response is not None, "what has not failed has an answer"
    if response.status < 400:
        return Outcome(response.status)
    return Outcome(response.status, retry_after=retry_after(response, context.clock.now()))


def retry_after(response: Response, now: Micros) -> int | None:
    """Return how long a backend asks to be left alone, in microseconds (RFC 9110, 10.2.3)."""
    value = response.headers.first(b"retry-after")
    if value is None:
        return None
    text = value.decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        # Ten digits are more than a day, and a number of any length would cost time.
        return min(int(text[:10]) * SECOND, RETRY_AFTER_MAX)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0, min(int(at.timestamp()) * SECOND - now, RETRY_AFTER_MAX))


def cookie(request: Request, name: str) -> str | None:
    """Return the value of a cookie that the client sent (RFC 6265, 4.2)."""
    for line in request.headers.values("Cookie"):
        for pair in line.split(";"):
            key, _, value = pair.partition("=")
            if key.strip() == name:
                return value.strip()
    return None


def authorized(
    context: Context, credentials: BackendCredentials, *, effect: Forward
) -> Steps[ForwardFailed | None]:
    """Forward with the credentials of the backend, which policies never see.

    They come off again with the answer, so that a retry does not carry them to another backend.
    Raises CallError for credentials that no header can carry or that cannot be had; none of them
    stays on then either.
    """
    if credentials == NO_CREDENTIALS:
        return (yield from effect)
    request = context.request
    headers, query_string = request.headers, request.url.query_string
    request.headers = headers.copy()
    try:
        apply_credentials(request, credentials)
        if credentials.identity is not None:
            token = yield from token_of(credentials.identity)
            request.headers.set("Authorization", f"Bearer {token}")
        return (yield from effect)
    finally:
        request.headers, request.url.query_string = headers, query_string


def apply_credentials(request: Request, credentials: BackendCredentials) -> None:
    """Put a backend's credentials on a request, in place of what it has of the same names.

    Raises CallError for credentials that no header can carry.
    """
    for name, values in credentials.header:
        request.headers.set(name, *values)
    for name, values in credentials.query:
        request.url.query_string = with_set(request.url.query_string, name, values=values)
    fixed = credentials.authorization
    if fixed is not None:
        request.headers.set("Authorization", f"{fixed.scheme} {fixed.parameter}")


def token_of(identity: ManagedIdentity) -> Steps[str]:
    """Return the access token of a backend's identity. Raises CallError 500 without one."""
    token = yield from FetchToken(identity.resource, identity.client_id)
    if isinstance(token, TokenFailed):
        raise internal_error("forward-request", "TokenNotAcquired", detail=token.message)
    return token
