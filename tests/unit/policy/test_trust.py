from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from headgate.policy import trust as module
from headgate.policy.effects import FetchSigningKeys, SigningKeys, TokenFailed
from headgate.policy.signatures import Key, KeySet, Token, TokenRefused, secret_key, verify
from headgate.policy.trust import KeysUnavailable, Trust, Verified

ONE, TWO, OLD = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
SECRET = b"0123456789abcdef0123456789abcdef"
NOTHING = KeySet(())
A, B = "https://a.example/config", "https://b.example/config"


def published(issuer: str, **keys: ec.EllipticCurvePrivateKey) -> SigningKeys:
    documents = [
        json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key())) | {"kid": name}
        for name, key in keys.items()
    ]
    return SigningKeys(issuer, tuple(documents))


def token(key: ec.EllipticCurvePrivateKey, kid: str | None, issuer: str = "a") -> str:
    return jwt.encode({"iss": issuer}, key, "ES256", headers={"kid": kid} if kid else None)


def run(
    trust: Trust,
    text: str,
    script: Mapping[Any, SigningKeys | TokenFailed],
    **options: Any,
) -> Verified:
    """Drive to the end; each fetch has to be one of the script."""
    urls = tuple(dict.fromkeys(url for url, _ in script))
    steps = trust.verified(
        text,
        urls,
        configured=options.get("configured", NOTHING),
        unsigned=options.get("unsigned", False),
    )
    reply: Any = None
    try:
        while True:
            effect = steps.send(reply)
            assert isinstance(effect, FetchSigningKeys)
            reply = script[effect.url, effect.unknown_key]
    except StopIteration as end:
        return cast(Verified, end.value)


def refusal(*arguments: Any, **options: Any) -> str:
    with pytest.raises(TokenRefused) as caught:
        run(Trust(), *arguments, **options)
    return caught.value.reason


def test_key_of_a_provider_verifies() -> None:
    verified = run(Trust(), token(ONE, "k1"), {(A, None): published("a", k1=ONE, k2=TWO)})
    assert verified.token.claims == {"iss": "a"}
    assert verified.issuers == ("a",)


def test_unknown_key_is_asked_for_again() -> None:
    script = {
        (A, None): published("a", k0=OLD),
        (A, "k1"): published("a", k1=ONE),
    }
    assert run(Trust(), token(ONE, "k1"), script).issuers == ("a",)


def test_key_that_stays_unknown_is_not_found() -> None:
    keys = published("a", k0=ONE)
    script = {(A, None): keys, (A, "k1"): keys}
    assert refusal(token(ONE, "k1"), script) == "TokenSignatureKeyNotFound"


def test_each_key_is_tried_for_a_token_without_id() -> None:
    script = {(A, None): published("a", k1=OLD, k2=ONE)}
    assert run(Trust(), token(ONE, None), script).issuers == ("a",)
    assert refusal(token(TWO, None), script) == "TokenSignatureInvalid"


def test_wrong_signature_is_told_before_a_missing_key() -> None:
    script = {(A, None): published("a", k1=ONE), (B, None): published("b")}
    assert refusal(token(TWO, "k1"), script) == "TokenSignatureInvalid"


def test_provider_speaks_for_itself_only() -> None:
    script = {(A, None): published("a", k1=ONE), (B, None): published("b", k1=TWO)}
    assert run(Trust(), token(TWO, "k1", "a"), script).issuers == ("b",)


def test_providers_may_share_keys() -> None:
    script = {(A, None): published("a", k1=ONE), (B, None): published("b", k1=ONE)}
    assert run(Trust(), token(ONE, "k1", "b"), script).issuers == ("b",)
    assert run(Trust(), token(ONE, "k1", "a"), script).issuers == ("a",)


def test_configured_keys_are_tried_whatever_the_id() -> None:
    configured = KeySet([secret_key(base64.b64encode(SECRET).decode(), "mine")])
    text = jwt.encode({}, SECRET, "HS256", headers={"kid": "other"})
    assert run(Trust(), text, {}, configured=configured).issuers == ()
    script = {(A, None): published("a", k1=ONE), (A, "other"): published("a", k1=ONE)}
    assert run(Trust(), text, script, configured=configured).issuers == ("a",)


def test_named_key_decides() -> None:
    right, wrong = (base64.b64encode(text).decode() for text in (SECRET, b"x" * 32))
    configured = KeySet([secret_key(right, "right"), secret_key(wrong, "wrong")])
    text = jwt.encode({}, SECRET, "HS256", headers={"kid": "wrong"})
    assert refusal(text, {}, configured=configured) == "TokenSignatureInvalid"


def test_unsigned_tokens_pass_only_where_allowed() -> None:
    text = jwt.encode({"sub": "x"}, "", "none")
    assert run(Trust(), text, {}, unsigned=True).token.claims == {"sub": "x"}
    assert refusal(text, {}) == "TokenSignatureInvalid"


def test_signed_tokens_are_checked_even_where_unsigned_pass() -> None:
    script = {(A, None): published("a", k1=ONE)}
    assert refusal(token(TWO, "k1"), script, unsigned=True) == "TokenSignatureInvalid"


def test_silent_provider_is_an_error_where_it_matters() -> None:
    silent = TokenFailed("no answer")
    with pytest.raises(KeysUnavailable, match="no answer"):
        run(Trust(), token(ONE, "k1"), {(A, None): silent, (A, "k1"): silent})
    script: dict[Any, SigningKeys | TokenFailed] = {
        (A, None): silent,
        (B, None): published("b", k1=ONE),
    }
    assert run(Trust(), token(ONE, "k1", "b"), script).issuers == ("b",)


def test_token_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Token] = []

    def counting(token: Token, keys: Iterable[Key]) -> None:
        calls.append(token)
        verify(token, keys)

    monkeypatch.setattr(module, "verify", counting)
    trust, text, keys = Trust(), token(ONE, "k1"), published("a", k1=ONE)
    first = run(trust, text, {(A, None): keys})
    assert run(trust, text, {(A, None): keys}) == first
    assert len(calls) == 1


def test_key_that_was_withdrawn_vouches_no_longer() -> None:
    trust, text = Trust(), token(OLD, "k0")
    run(trust, text, {(A, None): published("a", k0=OLD)})
    rotated = published("a", k1=ONE)
    with pytest.raises(TokenRefused):
        run(trust, text, {(A, None): rotated, (A, "k0"): rotated})


def test_tokens_and_providers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VOUCHED_MAX", 2)
    monkeypatch.setattr(module, "PROVIDERS_MAX", 2)
    trust = Trust()
    for number in range(4):
        url = f"https://{number}.example"
        text = token(ONE, "k1", str(number))
        run(trust, text, {(url, None): published(str(number), k1=ONE)})
    assert len(trust._vouched) == len(trust._published) == 2


def test_key_without_id_is_tried_for_any_token() -> None:
    keys = published("a", k1=ONE)
    nameless = SigningKeys("a", tuple({**key, "kid": None} for key in keys.keys))
    script = {(A, None): nameless, (A, "k9"): nameless}
    assert run(Trust(), token(ONE, "k9"), script).issuers == ("a",)
    assert refusal(token(TWO, "k9"), script) == "TokenSignatureInvalid"
