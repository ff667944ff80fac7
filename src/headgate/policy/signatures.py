"""Signed tokens (RFC 7515, 7518, 7519): taken apart, and verified with keys that are trusted.

A key says which algorithms it is for, and a token only chooses among them: a public key is never
taken for a shared secret, and `none` is no algorithm here. PyJWT and cryptography do the sums; this
is the one module that knows them. Nothing here reads a clock.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from jwt.algorithms import Algorithm, ECAlgorithm, get_default_algorithms
from jwt.exceptions import InvalidKeyError

TOKEN_MAX = 64 * 1024
"""Characters of a token; a longer one is not even taken apart."""
SECRET_MIN = 16
"""Bytes of a shared secret, as Azure wants them at least."""
RSA_BITS = range(1024, 16_384 + 1)
"""Sizes of RSA keys: below they are broken, above one verification would take milliseconds."""
EXPONENT_MAX = 1 << 32

HMAC: Final = frozenset({"HS256", "HS384", "HS512"})
RSA: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
CURVES: Final = {
    "secp256r1": frozenset({"ES256"}),
    "secp384r1": frozenset({"ES384"}),
    "secp521r1": frozenset({"ES512"}),
}
ALGORITHMS: Final[dict[str, Algorithm]] = {
    name: algorithm
    for name, algorithm in get_default_algorithms().items()
    if name in HMAC | RSA | frozenset().union(*CURVES.values())
}
URL_TO_PLAIN = bytes.maketrans(b"-_", b"+/")


class TokenRefused(Exception):
    """A token is not good; `reason` is that of `context.LastError` (apim.md 7.5)."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class Token(msgspec.Struct, frozen=True):
    """A token that was taken apart; whether its signature is good, it does not say."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    """What the signature is of."""
    signature: bytes

    @property
    def key_id(self) -> str | None:
        """Return which key the token says it was signed with."""
        key_id = self.header.get("kid", self.header.get("x5t"))
        return key_id if isinstance(key_id, str) else None


class Key(msgspec.Struct, frozen=True):
    """A key, what it is called, and which algorithms it is for."""

    id: str | None
    algorithms: frozenset[str]
    material: Any


class KeySet:
    """Keys that are trusted for the same reason: their issuer published them, or a document."""

    __slots__ = ("issuer", "keys")

    def __init__(self, keys: Iterable[Key], issuer: str = "") -> None:
        self.keys = tuple(keys)
        self.issuer = issuer

    def named(self, key_id: str) -> list[Key]:
        """Return the keys of an id."""
        return [key for key in self.keys if key.id == key_id]


def take_apart(text: str) -> Token:
    """Return the parts of a token. Raises TokenRefused."""
    if len(text) > TOKEN_MAX:
        raise TokenRefused("JwtInvalid", "The token is too long.")
    if text.count(".") == 4:
        raise TokenRefused("JwtInvalid", "The token is encrypted, which is not supported.")
    try:
        signed, _, signature = text.encode("ascii").rpartition(b".")
        head, dot, body = signed.partition(b".")
        header = msgspec.json.decode(decoded(head))
        claims = msgspec.json.decode(decoded(body))
        raw_signature = decoded(signature)
    except (ValueError, RecursionError) as error:
        raise TokenRefused("JwtInvalid", "The token is malformed.") from error
    if not dot or not isinstance(header, dict) or not isinstance(claims, dict):
        raise TokenRefused("JwtInvalid", "The token is malformed.")
    if "crit" in header:
        # What must be understood is not (RFC 7515, 4.1.11).
        raise TokenRefused("JwtInvalid", "The token has critical extensions that are unknown.")
    return Token(header, claims, signed, raw_signature)


def is_unsigned(token: Token) -> bool:
    """Tell whether a token does not claim to be signed (RFC 7519, 6)."""
    return token.header.get("alg") == "none" and not token.signature


def verify(token: Token, keys: Iterable[Key]) -> None:
    """Return if the signature is that of one of the keys. Raises TokenRefused."""
    name = token.header.get("alg")
    algorithm = ALGORITHMS.get(name) if isinstance(name, str) else None
    if algorithm is None:
        raise TokenRefused("TokenSignatureInvalid", "The token's algorithm is not supported.")
    fitting = [key for key in keys if name in key.algorithms]
    if not fitting:
        raise TokenRefused("TokenSignatureKeyNotFound", "There is no key for the token.")
    for key in fitting:
        if algorithm.verify(token.signed, key.material, token.signature):
            return
    raise TokenRefused("TokenSignatureInvalid", "The token's signature is invalid.")


def decoded(text: bytes) -> bytes:
    """Return the bytes behind base64url (RFC 7515, 2). Raises ValueError."""
    plain = text.translate(URL_TO_PLAIN)
    return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4), strict_mode=True)


def secret_key(text: str, key_id: str | None = None) -> Key:
    """Return the key of a shared secret in base64. Raises ValueError."""
    try:
        secret = decoded("".join(text.split()).rstrip("=").encode())
    except ValueError as error:
        raise ValueError("The key is not base64.") from error
    if len(secret) < SECRET_MIN:
        raise ValueError(f"The key is shorter than {8 * SECRET_MIN} bits.")
    return Key(key_id, HMAC, secret)


def modulus_key(modulus: str, exponent: str, *, key_id: str | None = None) -> Key:
    """Return the RSA key of a modulus and an exponent in base64url. Raises ValueError."""
    n, e = (
        int.from_bytes(decoded(part.strip().rstrip("=").encode())) for part in (modulus, exponent)
    )
    if n.bit_length() not in RSA_BITS or e >= EXPONENT_MAX:
        raise ValueError("The RSA key is too short or too long.")
    return public_key(RSAPublicNumbers(e, n).public_key(), key_id)


def certificate_key(content: bytes, key_id: str | None = None) -> Key:
    """Return the public key of a certificate in DER. Raises ValueError."""
    return public_key(x509.load_der_x509_certificate(content).public_key(), key_id)


def public_key(material: object, key_id: str | None) -> Key:
    """Return a public key with the algorithms that it is for. Raises ValueError."""
    algorithms: frozenset[str] = frozenset()
    if isinstance(material, RSAPublicKey) and material.key_size in RSA_BITS:
        algorithms = RSA
    elif isinstance(material, EllipticCurvePublicKey):
        algorithms = CURVES.get(material.curve.name, algorithms)
    if not algorithms:
        raise ValueError("The key is of no kind and size that tokens are signed with.")
    return Key(key_id, algorithms, material)


def json_web_key(document: dict[str, Any]) -> Key | None:
    """Return the key of a provider (RFC 7517); None for one that does not sign tokens here.

    Providers publish public keys: a secret in their place would be known to everybody.
    """
    kind, key_id, algorithm = (document.get(name) for name in ("kty", "kid", "alg"))
    if document.get("use", "sig") != "sig":
        return None
    try:
        if kind == "RSA":
            key = modulus_key(document["n"], document["e"])
        elif kind == "EC":
            public = {name: document[name] for name in ("kty", "crv", "x", "y")}
            key = public_key(ECAlgorithm.from_jwk(public), None)
        else:
            return None
    except (KeyError, ValueError, TypeError, AttributeError, InvalidKeyError):
        return None
    algorithms = key.algorithms & {algorithm} if isinstance(algorithm, str) else key.algorithms
    return Key(key_id if isinstance(key_id, str) else None, algorithms, key.material)
