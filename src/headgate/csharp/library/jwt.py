"""`Jwt`, BasicAuthCredentials and the extension methods that read them (apim.md 8.4).

No signature is checked here: `AsJwt` only takes a token apart, as in APIM.
"""

from __future__ import annotations

from typing import Any

from headgate.csharp.budget import scanned
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError
from headgate.csharp.library.string import WHITE
from headgate.csharp.runtime.collections import Array, Dictionary
from headgate.csharp.runtime.converting import from_base64
from headgate.csharp.runtime.dates import SECOND, UNIX_TICKS, UTC, DateTime
from headgate.csharp.runtime.jsonreader import load
from headgate.csharp.runtime.jsontree import wrap
from headgate.csharp.types import STRING, Type, array
from headgate.csharp.values import NetObject, to_text

READING = 20
"""Units of a character of a token that is taken apart."""
CLAIMS = (STRING, array(STRING))


class Jwt(NetObject):
    """A token that was taken apart."""

    __slots__ = ("claims", "header", "payload")
    NET = Type("Apim.Expressions.Jwt")

    def __init__(self, header: dict[str, Any], payload: dict[str, Any]) -> None:
        self.header = header
        self.payload = payload
        self.claims = Dictionary(CLAIMS)
        for name, value in payload.items():
            values = value if isinstance(value, list) else [value]
            self.claims.set(name, Array(STRING, map(claim_text, values)))

    def text(self, name: str) -> str | None:
        """Return a claim as text, or null."""
        return claim_text(self.payload[name]) if name in self.payload else None

    def time(self, name: str) -> DateTime | None:
        """Return a claim in seconds since 1970 as a time, or null."""
        value = self.payload.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        ticks = UNIX_TICKS + int(value * SECOND)
        return DateTime(ticks, UTC)


class BasicAuthCredentials(NetObject):
    """User and password of a Basic Authorization header."""

    __slots__ = ("password", "user_id")
    NET = Type("Apim.Expressions.BasicAuthCredentials")

    def __init__(self, user_id: str, password: str) -> None:
        self.user_id = user_id
        self.password = password


def claim_text(value: Any) -> str:
    """Return a claim as the text that policies see."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return wrap(value).to_text()
    return to_text(value)


def part(text: str) -> dict[str, Any] | None:
    """Return a base64url part of a token as an object, or None."""
    try:
        data = from_base64(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
        value = load(data.decode("utf-8", "replace"))
    except DotNetError:
        return None
    return value if isinstance(value, dict) else None


def without_scheme(text: str, scheme: str) -> str:
    """Return what follows `Bearer ` or `Basic `, or the whole text."""
    scanned(text, READING)
    text = text.strip(WHITE)
    return text[len(scheme) :].strip(WHITE) if text.lower().startswith(scheme) else text


def as_jwt(text: str | None) -> Jwt | None:
    """Return the token in a text, with or without `Bearer` in front; null if it is none."""
    if not text:
        return None
    parts = without_scheme(text, "bearer ").split(".")
    if len(parts) != 3:
        return None
    header, payload = part(parts[0]), part(parts[1])
    return None if header is None or payload is None else Jwt(header, payload)


def as_basic(text: str | None) -> BasicAuthCredentials | None:
    """Return the credentials in a text, with or without `Basic` in front; null if it has none."""
    if not text:
        return None
    try:
        plain = from_base64(without_scheme(text, "basic ")).decode("utf-8", "replace")
    except DotNetError:
        return None
    user, colon, password = plain.partition(":")
    return BasicAuthCredentials(user, password) if colon else None


JWT = DotNetType("Apim.Expressions.Jwt", python=Jwt)
BASIC = DotNetType("Apim.Expressions.BasicAuthCredentials", python=BasicAuthCredentials)
EXTENSIONS = DotNetType("Apim.Expressions.TokenExtensions", kind="static")
TYPES = (JWT, BASIC, EXTENSIONS)

JWT.property("string Algorithm")(lambda token: token.header.get("alg"))
JWT.property("string Type")(lambda token: token.header.get("typ"))
JWT.property("string Id")(lambda token: token.text("jti"))
JWT.property("string Issuer")(lambda token: token.text("iss"))
JWT.property("string Subject")(lambda token: token.text("sub"))
JWT.property("DateTime? ExpirationTime")(lambda token: token.time("exp"))
JWT.property("DateTime? IssuedAt")(lambda token: token.time("iat"))
JWT.property("DateTime? NotBefore")(lambda token: token.time("nbf"))
JWT.property("IReadOnlyDictionary<string, string[]>! Claims", code="{0}.claims")
JWT.property("IEnumerable<string>! Audiences")(
    lambda token: token.claims.find("aud") or Array(STRING)
)
BASIC.property("string! UserId", code="{0}.user_id")
BASIC.property("string! Password", code="{0}.password")

EXTENSIONS.extension("Jwt AsJwt(this string text)")(as_jwt)
EXTENSIONS.extension("BasicAuthCredentials AsBasic(this string text)")(as_basic)


@EXTENSIONS.extension("bool TryParseJwt(this string text, out Jwt token)")
def try_parse_jwt(text: str | None) -> tuple[bool, Jwt | None]:
    """Return whether the text is a token, and the token."""
    token = as_jwt(text)
    return token is not None, token


@EXTENSIONS.extension("bool TryParseBasic(this string text, out BasicAuthCredentials result)")
def try_parse_basic(text: str | None) -> tuple[bool, BasicAuthCredentials | None]:
    """Return whether the text has credentials, and the credentials."""
    found = as_basic(text)
    return found is not None, found
