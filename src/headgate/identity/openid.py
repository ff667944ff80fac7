"""Signing keys of OpenID providers: fetched by discovery, held, renewed when they rotate.

OpenID Connect Discovery 1.0, section 4, and RFC 7517. Calls that need the same keys wait for one
request. While a provider cannot be reached, keys that are stale are still good for a day: what was
signed with them stays checkable, and no outage of a provider takes the gateway down with it.
"""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import msgspec
import orjson

from headgate.model.clock import SECOND, Clock, Micros
from headgate.model.messages import Headers, Response, Url
from headgate.policy.effects import ForwardFailed, Outgoing, SigningKeys, TokenFailed

FRESH = 3600 * SECOND
"""Microseconds for which keys are held before they are fetched again."""
EXPIRED = 24 * 3600 * SECOND
"""Microseconds after which keys that could not be renewed are given up."""
ROTATED = 60 * SECOND
"""Microseconds between two fetches for a key id that was not among the keys, or after a failure."""
FAILED = 5 * SECOND
"""Microseconds for which a failure is told again to calls for which there are no keys at all."""
TIMEOUT = 10 * SECOND
PROVIDERS_MAX = 1000
KEYS_MAX = 100


class Ask(Protocol):
    """Sends a request of the gateway's own."""

    async def __call__(self, request: Outgoing, *, within: int) -> Response | ForwardFailed:
        """Return the answer."""
        ...


class Held(msgspec.Struct):
    """Keys, when they came, and when they were last sought."""

    keys: SigningKeys
    since: Micros
    sought: Micros

    def has(self, key: str) -> bool:
        """Whether a key id is among the keys."""
        return any(one.get("kid") == key for one in self.keys.keys)


class OpenIdError(Exception):
    """A provider gave no keys."""


class OpenIdProviders:
    """The keys of all providers that policies name."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, Held] = {}
        self._flights: dict[str, asyncio.Task[SigningKeys | TokenFailed]] = {}
        self._failed: dict[str, tuple[TokenFailed, Micros]] = {}
        """Why there are no keys, and since when."""

    def held(self, url: str, unknown_key: str | None) -> SigningKeys | None:
        """Return keys that are at hand and fresh; with `unknown_key`, only ones worth a look."""
        held = self._held.get(url)
        if held is None:
            return None
        now = self._clock.now()
        sought_lately = now - held.sought < ROTATED
        if unknown_key is not None and not held.has(unknown_key):
            return held.keys if sought_lately else None
        return held.keys if now - held.since < FRESH or sought_lately else None

    async def fetch(
        self, url: str, unknown_key: str | None, *, ask: Ask
    ) -> SigningKeys | TokenFailed:
        """Get the keys; whoever asks for the same ones meanwhile waits for the same answer.

        So do those who come soon after a failure: calls do not queue for a provider that is down.
        """
        failed = self._failed.get(url)
        if failed is not None and self._clock.now() - failed[1] < FAILED:
            return failed[0]
        flight = self._flights.get(url)
        if flight is None:
            flight = asyncio.create_task(self._refresh(url, ask))
            self._flights[url] = flight
            flight.add_done_callback(lambda _: self._flights.pop(url, None))
        # A caller who hangs up must not take the keys away from the others.
        return await asyncio.shield(flight)

    async def _refresh(self, url: str, ask: Ask) -> SigningKeys | TokenFailed:
        try:
            keys = await discover_keys(url, ask)
        except OpenIdError as error:
            return self._without(url, TokenFailed(str(error)))
        self._failed.pop(url, None)
        now = self._clock.now()
        old = self._held.get(url)
        if old is not None and old.keys == keys:
            # What was made of these keys stays good.
            keys = old.keys
        make_room(self._held, url)
        self._held[url] = Held(keys, now, now)
        return keys

    def _without(self, url: str, failed: TokenFailed) -> SigningKeys | TokenFailed:
        """Return the keys that are still good after a failure, if there are any."""
        now = self._clock.now()
        old = self._held.get(url)
        if old is not None and now - old.since < EXPIRED:
            old.sought = now
            return old.keys
        make_room(self._failed, url)
        self._failed[url] = (failed, now)
        return failed


def make_room(table: dict[str, Any], url: str) -> None:
    """Forget the oldest entry where one more would be too many."""
    if len(table) >= PROVIDERS_MAX and url not in table:
        del table[next(iter(table))]


async def discover_keys(url: str, ask: Ask) -> SigningKeys:
    """Read the configuration document, then the key set that it names. Raises OpenIdError."""
    configuration = await get_object(url, ask)
    location = configuration.get("jwks_uri")
    if not isinstance(location, str):
        raise OpenIdError(f"{url} names no jwks_uri")
    found = (await get_object(location, ask)).get("keys")
    if not isinstance(found, list):
        raise OpenIdError(f"{location} holds no keys")
    keys = tuple(key for key in found if isinstance(key, dict))[:KEYS_MAX]
    issuer = configuration.get("issuer")
    return SigningKeys(issuer if isinstance(issuer, str) else "", keys)


async def get_object(url: str, ask: Ask) -> dict[str, Any]:
    """Return the JSON object at a URL. Raises OpenIdError."""
    try:
        target = Url.parse(url)
    except ValueError as error:
        raise OpenIdError(str(error)) from error
    headers = Headers.of(("Accept", "application/json"), ("User-Agent", "headgate"))
    answer = await ask(Outgoing(method="GET", url=target, headers=headers), within=TIMEOUT)
    if isinstance(answer, ForwardFailed):
        raise OpenIdError(f"{url} gave no answer: {answer.message}")
    if answer.status != 200 or answer.body is None:
        raise OpenIdError(f"{url} answered {answer.status}")
    try:
        document = orjson.loads(answer.body.content)
    except orjson.JSONDecodeError as error:
        raise OpenIdError(f"{url} is not JSON") from error
    if not isinstance(document, dict):
        raise OpenIdError(f"{url} is no JSON object")
    return document
