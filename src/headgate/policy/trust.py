"""Whose tokens an element trusts: keys from its document, and those of OpenID providers.

Verifying a signature costs 30 to 90 microseconds, and callers show the same token on every call:
what has been verified is remembered by its digest, for as long as the key set that vouched for it
is the current one. When a token was valid, and for whom, is looked at on each call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

import msgspec

from headgate.policy.effects import FetchSigningKeys, SigningKeys, Steps, TokenFailed
from headgate.policy.signatures import (
    Key,
    KeySet,
    Token,
    TokenRefused,
    is_unsigned,
    json_web_key,
    take_apart,
    verify,
)

VOUCHED_MAX = 4096
PROVIDERS_MAX = 100
"""Providers whose keys are held parsed; expressions may name any number."""


class KeysUnavailable(Exception):
    """A provider gave no keys, so that nothing can be said about a token."""


class Verified(msgspec.Struct, frozen=True):
    """A token whose signature is good, and the issuers whose keys vouch for it."""

    token: Token
    issuers: tuple[str, ...]


class Trust:
    """The keys that one element trusts, and the tokens that they have vouched for."""

    __slots__ = ("_published", "_vouched")

    def __init__(self) -> None:
        self._published: dict[str, tuple[SigningKeys, KeySet]] = {}
        """The keys of providers by URL, parsed once."""
        self._vouched: dict[bytes, tuple[Token, KeySet]] = {}
        """Tokens by digest, and whose keys were good for them."""

    def verified(
        self, text: str, urls: tuple[str, ...], *, configured: KeySet, unsigned: bool
    ) -> Steps[Verified]:
        """Return a token whose signature is good; `unsigned` tokens may be let through.

        Raises TokenRefused, and KeysUnavailable when a provider that might know the key is silent.
        """
        found = yield from self._providers(urls, unknown_key=None)
        sets = [configured, *(one for one in found if isinstance(one, KeySet))]
        digest = sha256(text.encode("utf-8", "replace")).digest()
        vouched = self._vouched.get(digest)
        if vouched is not None and any(vouched[1] is one for one in sets):
            return Verified(vouched[0], issuers_of(vouched[1], sets))
        token = take_apart(text)
        if unsigned and is_unsigned(token):
            return Verified(token, issuers_of(configured, sets))
        key_id = token.key_id
        if key_id is not None and urls and not any(one.named(key_id) for one in sets):
            found = yield from self._providers(urls, unknown_key=key_id)
            sets = [configured, *(one for one in found if isinstance(one, KeySet))]
        try:
            keys = vouching(token, sets)
        except TokenRefused as refused:
            silent = next((one for one in found if isinstance(one, TokenFailed)), None)
            if silent is not None and refused.reason == "TokenSignatureKeyNotFound":
                raise KeysUnavailable(silent.message) from refused
            raise
        # What was signed has done its duty and is most of what a token takes.
        token = Token(token.header, token.claims, b"", b"")
        if len(self._vouched) >= VOUCHED_MAX and digest not in self._vouched:
            del self._vouched[next(iter(self._vouched))]
        self._vouched[digest] = (token, keys)
        return Verified(token, issuers_of(keys, sets))

    def _providers(
        self, urls: tuple[str, ...], *, unknown_key: str | None
    ) -> Steps[list[KeySet | TokenFailed]]:
        """Return what each provider published, or why it gave no keys."""
        found: list[KeySet | TokenFailed] = []
        for url in urls:
            said = yield from FetchSigningKeys(url, unknown_key)
            if isinstance(said, TokenFailed):
                found.append(said)
                continue
            known = self._published.get(url)
            if known is None or known[0] is not said:
                if len(self._published) >= PROVIDERS_MAX and known is None:
                    del self._published[next(iter(self._published))]
                keys = (json_web_key(one) for one in said.keys)
                published = KeySet([key for key in keys if key is not None], said.issuer)
                known = self._published[url] = (said, published)
            found.append(known[1])
        return found


def issuers_of(keys: KeySet, sets: Iterable[KeySet]) -> tuple[str, ...]:
    """Return the issuers that keys speak for: their own, those of the document for all.

    So one provider cannot issue tokens in the name of another.
    """
    if keys.issuer:
        return (keys.issuer,)
    return tuple(one.issuer for one in sets if one.issuer)


def vouching(token: Token, sets: Iterable[KeySet]) -> KeySet:
    """Return the keys one of which signed a token. Raises TokenRefused.

    A key that has the id which the token names decides. Where there is none, each key of the
    document is tried, as in Azure; those of providers only where the token or the key has no name.
    The provider that the token says it is from goes first: several may publish the same keys.
    """
    issuer, key_id = token.claims.get("iss"), token.key_id
    ordered = sorted(sets, key=lambda one: one.issuer != issuer)
    tried: list[tuple[KeySet, Sequence[Key]]] = []
    if key_id is not None:
        tried = [(one, keys) for one in ordered if (keys := one.named(key_id))]
    if not tried:
        tried = [
            (one, [key for key in one.keys if key_id is None or key.id is None or not one.issuer])
            for one in ordered
        ]
    refusals: list[TokenRefused] = []
    for one, candidates in tried:
        try:
            verify(token, candidates)
        except TokenRefused as refused:
            refusals.append(refused)
        else:
            return one
    # A signature that is wrong says more than a key that is not there.
    refusals.sort(key=lambda refused: refused.reason == "TokenSignatureKeyNotFound")
    if not refusals:
        raise TokenRefused("TokenSignatureKeyNotFound", "There is no key for the token.")
    raise refusals[0]
