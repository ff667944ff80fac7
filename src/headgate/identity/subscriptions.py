"""Who may call: subscription keys, checked before any policy runs (apim.md 10.1).

Keys are found by a keyed hash with a secret of this process (BLAKE2s, RFC 7693, 2.9), so that how
long a look-up takes says nothing about keys, and compared in constant time. Everything that does
not depend on the call is decided when the ring is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from hashlib import blake2s
from hmac import compare_digest
from typing import Final
from urllib.parse import unquote, unquote_plus

from headgate.model.access import Access
from headgate.model.clock import SECOND, Micros
from headgate.model.entities import Api, Product, Subscription
from headgate.model.errors import CallError, Where
from headgate.model.messages import Request, Url

KEY_MAX = 1024
"""Bytes; APIM's keys have at most 256 characters. What is longer is no key."""

_ALWAYS: Final = 1 << 62


class KeyProblem(Enum):
    """Why a call is refused: the reason of `context.LastError`."""

    MISSING = "SubscriptionKeyNotFound"
    INVALID = "SubscriptionKeyInvalid"


_MESSAGES = {
    KeyProblem.MISSING: "Access denied due to missing subscription key. Make sure to include "
    "subscription key when making requests to an API.",
    KeyProblem.INVALID: "Access denied due to invalid subscription key. Make sure to provide a "
    "valid key for an active subscription.",
}


class _Grant:
    """What one key opens."""

    __slots__ = ("access", "api_ids", "end", "key", "start")

    def __init__(self, key: bytes, access: Access, *, api_ids: frozenset[str] | None) -> None:
        subscription = access.subscription
        assert subscription is not None
        self.key = key
        self.access = access
        self.api_ids = api_ids
        """None: all of them."""
        self.start = _instant(subscription.start_date, 0)
        self.end = _instant(subscription.end_date, _ALWAYS)


class _Gate:
    """What one API asks of its callers."""

    __slots__ = ("bearer", "header", "id", "keyless", "query")

    def __init__(self, api: Api, keyless: Access | None) -> None:
        self.id = _base_id(api.id)
        self.header = api.key_header.lower().encode("latin-1")
        self.query = api.key_query.lower()
        self.bearer = api.accept_bearer_key
        self.keyless = keyless
        """What a call without a key gets; None: it is refused."""


class KeyRing:
    """The keys of one version of a service; a `Doorkeeper`."""

    __slots__ = ("_gates", "_grants", "_keyed")

    def __init__(
        self,
        *,
        apis: Iterable[Api],
        products: Iterable[Product],
        subscriptions: Iterable[Subscription],
        secret: bytes,
    ) -> None:
        """`secret`: 16 to 32 random bytes of this process."""
        by_id = {product.id: product for product in products}
        open_to = {
            api_id: product
            for product in by_id.values()
            if not product.subscription_required
            for api_id in product.api_ids
        }
        # Copying a keyed state is half the price of keying one anew.
        self._keyed = blake2s(key=secret, digest_size=16)
        self._gates = {api.id: _Gate(api, _keyless(api, open_to)) for api in apis}
        self._grants: dict[bytes, _Grant] = {}
        for subscription in subscriptions:
            self._add(subscription, by_id)

    def _add(self, subscription: Subscription, products: dict[str, Product]) -> None:
        if subscription.state != "active":
            return
        product = products.get(subscription.scope_id) if subscription.scope == "product" else None
        api_ids: frozenset[str] | None = frozenset()
        if subscription.scope == "all":
            api_ids = None
        elif subscription.scope == "api":
            api_ids = frozenset({_base_id(subscription.scope_id)})
        elif product is not None:
            api_ids = frozenset(map(_base_id, product.api_ids))
        access = Access(subscription, product)
        for text in (subscription.primary_key, subscription.secondary_key):
            if text:
                key = text.encode()
                self._grants[self._digest(key)] = _Grant(key, access, api_ids=api_ids)

    def admit(self, api: Api, request: Request, *, now: Micros) -> Access:
        """Return what the request's key opens.

        A key in a header is marked, so that policies can still read it and the backend never
        sees it. The query is looked at only where the header is absent, but a key in it is taken
        off in any case. `Authorization: Bearer` comes last, and only stands for a key where it is
        one or where one is needed: else it is a token that policies or the service behind are to
        read. Raises CallError 401.
        """
        gate = self._gates[api.id]
        key = mark_header(request, gate.header)
        if request.url.query_string:
            in_query = take_query(request.url, gate.query)
            key = key or (in_query.encode() if in_query else None)
        if not key and gate.bearer:
            key = self._mark_bearer(gate, request)
        access = self._authorize(gate, key, now=now)
        if isinstance(access, KeyProblem):
            raise refusal(access, api, request=request)
        return access

    def authorize(self, api: Api, key: str | None, *, now: Micros) -> Access | KeyProblem:
        """Return what a key opens at an API, or why nothing."""
        return self._authorize(self._gates[api.id], key.encode() if key else None, now=now)

    def _authorize(self, gate: _Gate, key: bytes | None, *, now: Micros) -> Access | KeyProblem:
        if not key:
            return gate.keyless or KeyProblem.MISSING
        grant = self._find(key)
        if grant is None or not grant.start <= now < grant.end:
            return KeyProblem.INVALID
        if grant.api_ids is None or gate.id in grant.api_ids:
            return grant.access
        # Since November 2024 a key of another product is no hindrance in an open product.
        if gate.keyless is not None and gate.keyless.product is not None:
            return gate.keyless
        return KeyProblem.INVALID

    def _find(self, key: bytes) -> _Grant | None:
        if len(key) > KEY_MAX:
            return None
        grant = self._grants.get(self._digest(key))
        return grant if grant is not None and compare_digest(grant.key, key) else None

    def _digest(self, key: bytes) -> bytes:
        state = self._keyed.copy()
        state.update(key)
        return state.digest()

    def _mark_bearer(self, gate: _Gate, request: Request) -> bytes | None:
        value = request.headers.first(b"authorization")
        if value is None or value[:7].lower() != b"bearer ":
            return None
        key = value[7:].strip()
        if gate.keyless is not None and self._find(key) is None:
            return None
        mark_header(request, b"authorization")
        return key


def mark_header(request: Request, lower: bytes) -> bytes | None:
    """Mark all lines of a header as the caller's key and return the value of the first."""
    marked = [item for item in request.headers.items if item[0] == lower]
    if not marked:
        return None
    request.caller_key += marked
    return marked[0][2]


def take_query(url: Url, lower: str) -> str | None:
    """Remove a parameter and return its first value, decoded; all other bytes stay as they are."""
    query_string = url.query_string
    if lower not in query_string.lower() and "%" not in query_string:
        return None
    value: str | None = None
    kept = []
    for item in query_string[1:].split("&"):
        name, _, encoded = item.partition("=")
        if name.lower() != lower and ("%" not in name or unquote(name).lower() != lower):
            kept.append(item)
        elif value is None:
            value = unquote_plus(encoded)
    if value is not None:
        url.query_string = "?" + "&".join(kept) if kept else ""
    return value


def refusal(problem: KeyProblem, api: Api, *, request: Request) -> CallError:
    """Return the 401 of apim.md 10.1."""
    asked = request.original_url
    place = str(Url(asked.scheme, asked.host, asked.port, f"/{api.path}", ""))
    realm = place.replace("\\", "%5C").replace('"', "%22")
    challenge = f'AzureApiManagementKey realm="{realm}",name="{api.key_header}",type="header"'
    error = CallError(
        401,
        _MESSAGES[problem],
        source="authorization",
        reason=problem.value,
        headers=(("WWW-Authenticate", challenge),),
    )
    # Callers and policies are told nearly the same (apim.md 10.1, 7.5).
    error.detail = error.message.replace("to an API", "to this API")
    error.where = Where(section="inbound")
    return error


def _keyless(api: Api, open_to: dict[str, Product]) -> Access | None:
    """Return what a call without a key gets: the open product's context, else the API's."""
    product = open_to.get(_base_id(api.id))
    if product is not None:
        return Access(None, product)
    return None if api.subscription_required else Access()


def _base_id(api_id: str) -> str:
    """Return the id that all revisions of an API share."""
    return api_id.partition(";")[0]


def _instant(date: str | None, default: int) -> int:
    """Return an ISO 8601 date in microseconds since the epoch; without a zone it is UTC."""
    if not date:
        return default
    moment = datetime.fromisoformat(date)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * SECOND + moment.microsecond
