from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from headgate.policy.signatures import (
    HMAC,
    RSA,
    TOKEN_MAX,
    Key,
    KeySet,
    TokenRefused,
    certificate_key,
    is_unsigned,
    json_web_key,
    modulus_key,
    public_key,
    secret_key,
    take_apart,
    verify,
)

SECRET = b"0123456789abcdef0123456789abcdef"
SECRET_TEXT = base64.b64encode(SECRET).decode()
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
CLAIMS = {"sub": "ann"}


def token(
    key: Any, algorithm: str, headers: dict[str, Any] | None = None, claims: Any = None
) -> str:
    return jwt.encode(claims or CLAIMS, key, algorithm, headers=headers)


def jwk(key: Any, **more: str) -> dict[str, Any]:
    algorithms = jwt.algorithms
    is_rsa = isinstance(key, rsa.RSAPrivateKey)
    kind: Any = algorithms.RSAAlgorithm if is_rsa else algorithms.ECAlgorithm
    document: dict[str, Any] = json.loads(kind.to_jwk(key.public_key()))
    return document | {"kid": "k1"} | more


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def refusal(text: str, *keys: Key | None) -> str:
    with pytest.raises(TokenRefused) as caught:
        verify(take_apart(text), [key for key in keys if key is not None])
    return caught.value.reason


@pytest.mark.parametrize("algorithm", sorted(RSA))
def test_rsa_signatures_are_verified(algorithm: str) -> None:
    verify(take_apart(token(RSA_KEY, algorithm)), [public_key(RSA_KEY.public_key(), None)])


@pytest.mark.parametrize(
    ("algorithm", "curve"),
    [("ES256", ec.SECP256R1()), ("ES384", ec.SECP384R1()), ("ES512", ec.SECP521R1())],
)
def test_curves_have_their_algorithm(algorithm: str, curve: ec.EllipticCurve) -> None:
    private = ec.generate_private_key(curve)
    key = public_key(private.public_key(), None)
    assert key.algorithms == {algorithm}
    verify(take_apart(token(private, algorithm)), [key])


@pytest.mark.parametrize("algorithm", sorted(HMAC))
def test_shared_secrets_are_verified(algorithm: str) -> None:
    secret = b"s" * 64
    key = secret_key(base64.b64encode(secret).decode())
    verify(take_apart(token(secret, algorithm)), [key])


def test_changed_token_is_refused() -> None:
    head, _, signature = token(SECRET, "HS256").split(".")
    assert refusal(f"{head}.{encoded({'sub': 'eve'})}.{signature}", secret_key(SECRET_TEXT)) == (
        "TokenSignatureInvalid"
    )


def test_public_key_is_never_a_shared_secret() -> None:
    public = RSA_KEY.public_key()
    # PyJWT refuses to sign so; whoever attacks does not ask it.
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{encoded({'alg': 'HS256'})}.{encoded(CLAIMS)}"
    forged = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        signed.encode(), pem
    )
    text = f"{signed}.{base64.urlsafe_b64encode(forged).decode().rstrip('=')}"
    assert refusal(text, public_key(public, None)) == "TokenSignatureKeyNotFound"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS1", "EdDSA", "RSA-OAEP", 5, None])
def test_other_algorithms_are_refused(algorithm: object) -> None:
    text = f"{encoded({'alg': algorithm})}.{encoded(CLAIMS)}."
    assert refusal(text, secret_key(SECRET_TEXT)) == "TokenSignatureInvalid"


def test_only_a_token_without_signature_is_unsigned() -> None:
    head = encoded({"alg": "none"})
    assert is_unsigned(take_apart(f"{head}.{encoded(CLAIMS)}."))
    assert not is_unsigned(take_apart(f"{head}.{encoded(CLAIMS)}.c2ln"))
    assert not is_unsigned(take_apart(token(SECRET, "HS256")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a.b",
        "..",
        "a.b.c.d",
        "a.b.c.d.e",
        "äöü.b.c",
        f"{encoded([])}.{encoded({})}.",
        f"{encoded({})}.{encoded(7)}.",
        f"{encoded({})}.{encoded({})}.!!!!",
        f"{encoded({})}.{encoded({})}.A",
        "W1tb" * 5000 + f".{encoded({})}.",
        f"{encoded({'alg': 'HS256', 'crit': ['exp']})}.{encoded({})}.",
    ],
)
def test_malformed_tokens_are_refused(text: str) -> None:
    with pytest.raises(TokenRefused) as caught:
        take_apart(text)
    assert caught.value.reason == "JwtInvalid"


def test_long_tokens_are_not_taken_apart() -> None:
    head = encoded({"alg": "HS256"})
    filling = encoded({"x": "y" * (TOKEN_MAX // 4 * 3)})
    with pytest.raises(TokenRefused, match="too long"):
        take_apart(f"{head}.{filling}.")
    assert take_apart(token(SECRET, "HS256", claims={"x": "y" * 40_000})).claims["x"]


def test_key_id_is_kid_or_x5t() -> None:
    assert take_apart(token(SECRET, "HS256", {"kid": "a"})).key_id == "a"
    assert take_apart(token(SECRET, "HS256", {"x5t": "b"})).key_id == "b"
    assert take_apart(token(SECRET, "HS256")).key_id is None


def test_key_set_finds_keys_by_id() -> None:
    key = secret_key(SECRET_TEXT, "a")
    assert KeySet([key]).named("a") == [key]
    assert KeySet([key]).named("b") == []


@pytest.mark.parametrize("text", ["!", "c2hvcnQ=", "", "MDEyMzQ1Njc4OWFiY2Rl"])
def test_secrets_are_base64_of_enough_bytes(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64|shorter"):
        secret_key(text)


def test_shortest_secret_is_16_bytes() -> None:
    assert secret_key("MDEyMzQ1Njc4OWFiY2RlZg==").material == b"0123456789abcdef"


def test_modulus_and_exponent_make_a_key() -> None:
    document = jwk(RSA_KEY)
    text = token(RSA_KEY, "PS256")
    verify(take_apart(text), [modulus_key(document["n"], document["e"])])
    plain = base64.b64encode(RSA_KEY.public_key().public_numbers().n.to_bytes(256)).decode()
    verify(take_apart(text), [modulus_key(plain, "AQAB")])


@pytest.mark.parametrize(("modulus", "exponent"), [("AQAB", "AQAB"), ("?", "AQAB"), ("", "")])
def test_bad_modulus_is_refused(modulus: str, exponent: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        modulus_key(modulus, exponent)


def test_certificate_gives_its_public_key() -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")])
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, RSA_KEY.public_key(), 7)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1))
        .sign(RSA_KEY, hashes.SHA256())
    )
    key = certificate_key(certificate.public_bytes(Encoding.DER), "c")
    assert key.id == "c"
    verify(take_apart(token(RSA_KEY, "RS256")), [key])


def test_keys_of_other_kinds_are_refused() -> None:
    for material in (
        ed25519.Ed25519PrivateKey.generate().public_key(),
        ec.generate_private_key(ec.SECP256K1()).public_key(),
    ):
        with pytest.raises(ValueError, match="no kind"):
            public_key(material, None)


def test_json_web_keys_of_both_kinds_verify() -> None:
    for private, algorithm in ((RSA_KEY, "RS256"), (EC_KEY, "ES256")):
        key = json_web_key(jwk(private))
        assert key is not None
        assert key.id == "k1"
        verify(take_apart(token(private, algorithm)), [key])


def test_json_web_key_may_name_one_algorithm() -> None:
    key = json_web_key(jwk(RSA_KEY, alg="RS512"))
    verify(take_apart(token(RSA_KEY, "RS512")), [key] if key else [])
    assert refusal(token(RSA_KEY, "RS256"), key) == "TokenSignatureKeyNotFound"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"kty": "oct", "k": SECRET_TEXT},
        {"kty": "RSA"},
        {"kty": "RSA", "n": 5, "e": "AQAB"},
        {"kty": "RSA", "n": "!", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-257", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": 1, "y": []},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        jwk(RSA_KEY, use="enc"),
    ],
)
def test_what_does_not_sign_is_no_key(document: dict[str, Any]) -> None:
    assert json_web_key(document) is None
