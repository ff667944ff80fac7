"""What a token has to say so that its bearer is let in (RFC 7519, 4.1; apim.md 7.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from headgate.csharp.library.jwt import claim_text
from headgate.model.clock import SECOND, Micros
from headgate.policy.signatures import TokenRefused

Claims = Mapping[str, Any]


class Wanted(msgspec.Struct, frozen=True):
    """A claim that has to be there, with all or any of some values."""

    name: str
    values: tuple[str, ...]
    every: bool
    separator: str | None = None


def check_lifetime(claims: Claims, now: Micros, *, skew: int, expiration_required: bool) -> None:
    """Check when a token is valid; `skew` in microseconds. Raises TokenRefused."""
    expires, begins = moment(claims, "exp"), moment(claims, "nbf")
    if expires is None and expiration_required:
        raise TokenRefused("JwtInvalid", "The token has no expiration time.")
    if expires is not None and now >= expires + skew:
        raise TokenRefused("TokenExpired", "The token is expired.")
    if begins is not None and now < begins - skew:
        raise TokenRefused("JwtInvalid", "The token is not valid yet.")


def moment(claims: Claims, name: str) -> int | None:
    """Return a claim that is a time, in microseconds since 1970. Raises TokenRefused."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        raise TokenRefused("JwtInvalid", f"The claim {name} is no time.")
    return int(value * SECOND)


def check_audience(claims: Claims, allowed: Collection[str]) -> None:
    """Check whom a token is for; a slash at the end does not count. Raises TokenRefused."""
    wanted = {one.removesuffix("/") for one in allowed}
    if not any(one.removesuffix("/") in wanted for one in texts(claims.get("aud"))):
        raise TokenRefused("TokenAudienceNotAllowed", "The token's audience is not allowed.")


def check_issuer(claims: Claims, allowed: Collection[str]) -> None:
    """Check who issued a token. Raises TokenRefused."""
    if claims.get("iss") not in allowed:
        raise TokenRefused("TokenIssuerNotAllowed", "The token's issuer is not allowed.")


def of_tenant(issuer: str, claims: Claims) -> str:
    """Return an issuer that stands for all tenants, as the one of the token's own tenant.

    Microsoft's endpoints `common` and `organizations` publish such a template.
    """
    tenant = claims.get("tid")
    return issuer.replace("{tenantid}", tenant) if isinstance(tenant, str) else issuer


def check_claims(claims: Claims, wanted: Iterable[Wanted]) -> None:
    """Check what else a token has to say. Raises TokenRefused."""
    wanted = tuple(wanted)
    missing = [one.name for one in wanted if claims.get(one.name) is None]
    if missing:
        listed = ", ".join(missing)
        message = f"JWT token is missing the following claims: {listed}."
        raise TokenRefused("TokenClaimNotFound", message)
    for one in wanted:
        found = texts(claims[one.name])
        if one.separator:
            found = [part.strip() for text in found for part in text.split(one.separator)]
        enough = all if one.every else any
        if one.values and not enough(value in found for value in one.values):
            message = f"Claim {one.name} value of {','.join(found)} is not allowed."
            raise TokenRefused("TokenClaimValueNotAllowed", message)


def texts(value: Any) -> list[str]:
    """Return the values of a claim as texts; none where it is absent."""
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    return [one if type(one) is str else claim_text(one) for one in values]
