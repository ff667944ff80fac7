"""Tokens of managed identities, held until they are stale (apim.md 6.7).

A policy names a resource and perhaps a client id; the operator says in `headgate.toml` where tokens
for it come from. Several calls that need the same token wait for one request. When a source
fails, a token that is stale but not expired is still good.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

import msgspec

from headgate.model.clock import SECOND, Clock, Micros
from headgate.model.errors import Fault
from headgate.policy.effects import TokenFailed

HELD_MAX = 1000
"""Tokens held; expressions may name any number of resources."""
RETRY_AFTER = 10 * SECOND
"""Microseconds for which a stale token is used after its source failed, before asking again."""

AUTHORIZATION = "authorization:"
"""How the resources of connections begin (`get-authorization-context`, apim.md 9.2). They are
somebody's own, so that no source for any resource serves them."""

Key = tuple[str, "str | None"]
"""Resource and client id, as the policy names them."""


class Token(msgspec.Struct, frozen=True):
    """An access token. From `stale` on a fresh one is sought, from `expires` on it is useless."""

    value: str
    stale: Micros
    expires: Micros


class TokenError(Exception):
    """A source gave no token; `fault` says who has to act: the operator, or the token's issuer."""

    def __init__(self, message: str, fault: Fault) -> None:
        super().__init__(message)
        self.fault = fault


class TokenSource(Protocol):
    """Where tokens come from."""

    async def token(self, resource: str, client_id: str | None) -> Token:
        """Return a fresh token. Raises TokenError."""
        ...


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A source and what it serves: one resource or `*`, one client id or None for any."""

    resource: str
    client_id: str | None
    source: TokenSource


class ManagedIdentities:
    """All token sources of a gateway, and the tokens that it holds."""

    __slots__ = ("_clock", "_flights", "_held", "_identities")

    def __init__(self, identities: Sequence[Identity], clock: Clock) -> None:
        self._identities = {
            (_comparable(identity.resource), identity.client_id): identity.source
            for identity in identities
        }
        self._clock = clock
        self._held: dict[Key, Token] = {}
        self._flights: dict[Key, asyncio.Task[str | TokenFailed]] = {}

    def held(self, resource: str, client_id: str | None) -> str | None:
        """Return a token that is at hand and not stale, so that a call need not wait."""
        token = self._held.get((resource, client_id))
        return token.value if token is not None and self._clock.now() < token.stale else None

    async def fetch(self, resource: str, client_id: str | None) -> str | TokenFailed:
        """Get a token; whoever asks for the same one meanwhile waits for the same answer."""
        token = self.held(resource, client_id)
        if token is not None:
            return token
        key = (resource, client_id)
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._refresh(key))
            self._flights[key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        # A caller who hangs up must not take the token away from the others.
        return await asyncio.shield(flight)

    async def _refresh(self, key: Key) -> str | TokenFailed:
        source = self._source(*key)
        if source is None:
            hint = "add [[managed-identity]] to headgate.toml"
            return TokenFailed(f"no token source serves the resource {key[0]!r}: {hint}")
        try:
            token = await source.token(*key)
        except TokenError as error:
            old = self._held.get(key)
            now = self._clock.now()
            if old is None or now >= old.expires:
                return TokenFailed(f"{error} (to be mended by the {error.fault.value})")
            stale = Micros(min(now + RETRY_AFTER, old.expires))
            token = msgspec.structs.replace(old, stale=stale)
        if len(self._held) >= HELD_MAX and key not in self._held:
            del self._held[next(iter(self._held))]
        self._held[key] = token
        return token.value

    def _source(self, resource: str, client_id: str | None) -> TokenSource | None:
        """Return the source that fits best: the resource counts more than the client id."""
        own = _comparable(resource)
        for wanted in (own,) if own.startswith(AUTHORIZATION) else (own, "*"):
            for client in (client_id, None):
                source = self._identities.get((wanted, client))
                if source is not None:
                    return source
        return None


def _comparable(resource: str) -> str:
    """Return a resource without what callers write in two ways: case, and a slash at the end."""
    return resource.rstrip("/").lower()
