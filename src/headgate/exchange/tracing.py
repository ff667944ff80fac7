"""Which calls are traced, and what the exchange itself records of them (apim.md 10.2).

A call is traced when its subscription may trace and it says `Ocp-Apim-Trace: true`, or when it
carries a debug token for its API in `Apim-Debug-Authorization`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Literal, Protocol
from urllib.parse import quote

from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.errors import Where
from headgate.model.messages import HeaderItem, Headers
from headgate.policy.plan import Plan
from headgate.policy.tracing import MASK, SECRET_HEADERS, CallTrace

TRACE = b"ocp-apim-trace"
TOKEN = b"apim-debug-authorization"
TOKEN_MAX = 500
"""Characters of a debug token."""
LIFETIME_MAX = 3600 * SECOND
"""Microseconds for which a debug token is good at most (apim.md 10.2)."""

Verdict = Literal["valid", "expired", "wrong-api", "invalid"]


def debug_token(secret: bytes, *, api: str, expires: Micros) -> str:
    """Return a token that lets calls of an API be traced until `expires`."""
    said = f"{expires // SECOND}.{api}".encode()
    return _text(said) + "." + _text(_seal(secret, said))


def verdict(secret: bytes, token: bytes, *, api: str, now: Micros) -> Verdict:
    """Tell what a debug token is worth for a call of an API."""
    said, dot, seal = token.partition(b".")
    if not dot or len(token) > TOKEN_MAX:
        return "invalid"
    try:
        content, sealed = _bytes(said), _bytes(seal)
    except ValueError:
        return "invalid"
    if not hmac.compare_digest(sealed, _seal(secret, content)):
        return "invalid"
    expires, _, of = content.decode().partition(".")
    if int(expires) * SECOND <= now:
        return "expired"
    return "valid" if of == api else "wrong-api"


def _seal(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, b"debug token\0" + said, hashlib.sha256)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


class MakePlan(Protocol):
    """Makes the recording plan of an operation, in a product or in none."""

    def __call__(self, api: str, operation: str, *, product: str | None) -> Plan:
        """Return the plan, which is made once."""
        ...


class Tracer:
    """Decides which calls are traced, and has the plans that record."""

    __slots__ = ("location", "plan", "secret", "secrets")

    def __init__(
        self,
        plan: MakePlan,
        *,
        secret: bytes,
        secrets: tuple[str, ...] = (),
        location: str = "/traces/",
    ) -> None:
        self.plan = plan
        self.secret = secret
        """What debug tokens are sealed with."""
        self.secrets = secrets
        """Texts that no trace shows."""
        self.location = location
        """Where traces are read: an address that ends where the id of one begins."""

    def begin(self, context: Context) -> bool:
        """Decide on a call, and begin its trace if it is to have one.

        The headers that ask for it stay here: no backend gets them.
        """
        headers = context.request.headers
        asked, token = headers.first(TRACE), headers.first(TOKEN)
        if asked is None and token is None:
            return False
        headers.remove(TRACE)
        headers.remove(TOKEN)
        subscription, api = context.subscription, context.api
        assert api is not None, "a call is traced from the moment that its API is known"
        allowed = subscription is not None and subscription.allow_tracing
        context.tracing = asked is not None and asked.lower() == b"true" and allowed
        if token is not None:
            found = verdict(self.secret, token, api=api.id, now=context.timestamp)
            context.tracing = context.tracing or found == "valid"
            context.owners[DebugVerdict] = DebugVerdict(found)
        if context.tracing:
            keys = [line[2].decode("latin-1") for line in context.request.caller_key]
            if subscription is not None:
                # In a query the key may stand in another writing.
                own = (subscription.primary_key, subscription.secondary_key)
                keys += [form for key in own for form in (key, quote(key, safe=""))]
            trace = CallTrace(context.started, (*self.secrets, *keys))
            context.owners[CallTrace] = trace
            note_request(context, trace)
        return context.tracing

    def end(self, context: Context) -> None:
        """Tell the caller where its trace is, or why there is none."""
        response = context.response
        if response is None:
            return
        found: DebugVerdict | None = context.owners.get(DebugVerdict)
        if found is not None and found.verdict == "expired":
            response.headers.set("Apim-Debug-Authorization-Expired", "true")
        elif found is not None and found.verdict == "wrong-api":
            response.headers.set("Apim-Debug-Authorization-WrongAPI", "true")
        if context.tracing:
            response.headers.set("Apim-Trace-Id", context.request_id)
            response.headers.set("Ocp-Apim-Trace-Location", self.location + context.request_id)
            note_response(context, context.owners[CallTrace])


class DebugVerdict:
    """What became of a call's debug token."""

    __slots__ = ("verdict",)

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict


def note_request(context: Context, trace: CallTrace) -> None:
    """Record what the caller asked for, and what the gateway made of it."""
    request, api, operation = context.request, context.api, context.operation
    product, subscription = context.product, context.subscription
    step = trace.begin(context, "api-inspector", where=Where(section="inbound"))
    step.inputs = [
        ("method", request.method),
        ("url", trace.masked(str(request.original_url))),
        *header_inputs(trace, request.headers, keys=request.caller_key),
        ("api", "" if api is None else api.id),
        ("operation", "" if operation is None else operation.id),
        ("product", "" if product is None else product.id),
        ("subscription", "" if subscription is None else subscription.id),
    ]
    step.elapsed, step.outcome = 0, "done"


def note_response(context: Context, trace: CallTrace) -> None:
    """Record the head of the answer that goes out, and what went wrong."""
    response, error = context.response, context.last_error
    assert response is not None
    step = trace.begin(context, "transfer-response", where=Where(section="outbound"))
    step.inputs = [("status", f"{response.status} {response.reason}")]
    step.inputs += header_inputs(trace, response.headers)
    step.elapsed, step.outcome = 0, "done"
    if error is not None:
        step.outcome = trace.masked(f"{error.source} {error.reason}: {error.message}")


def header_inputs(
    trace: CallTrace, headers: Headers, *, keys: list[HeaderItem] | None = None
) -> list[tuple[str, str]]:
    """Return headers as a trace shows them."""
    secret = SECRET_HEADERS | {line[0].decode("latin-1") for line in keys or ()}
    return [
        (f"header {name}", MASK if name.lower() in secret else trace.masked(value))
        for name, value in headers
    ]
