from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from headgate.csharp.library.jwt import Jwt
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.effects import FetchSigningKeys, SigningKeys
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context
from headgate.testing.virtual_clock import START

NOW = START // 1_000_000
TENANT = "11111111-2222-3333-4444-555555555555"
ISSUER = f"https://login.microsoftonline.com/{TENANT}/v2.0"
URL = (
    "https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0"
    "/.well-known/openid-configuration"
)
PRIVATE = ec.generate_private_key(ec.SECP256R1())
PUBLIC = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(PRIVATE.public_key())) | {"kid": "k1"}
CLAIMS = {"exp": NOW + 60, "iss": ISSUER, "aud": "api", "azp": "client-1", "tid": TENANT}


def play(
    inner: str = "",
    attributes: str = "",
    *,
    claims: dict[str, Any] | None = None,
    url: str = URL,
    issuer: str = ISSUER,
    at: str = "Authorization",
) -> Context:
    text = jwt.encode(CLAIMS | (claims or {}), PRIVATE, "ES256", headers={"kid": "k1"})
    tenant = "" if "tenant-id" in attributes else 'tenant-id="contoso.onmicrosoft.com"'
    xml = f"<validate-azure-ad-token {tenant} {attributes}>{inner}</validate-azure-ad-token>"
    context = make_context(headers={at: f"Bearer {text}"})
    playbook = Playbook(compile_element(xml), context)
    playbook.expect(FetchSigningKeys(url), SigningKeys(issuer, (PUBLIC,)))
    playbook.run()
    return context


def refusal(inner: str = "", **options: Any) -> CallError:
    with pytest.raises(CallError) as caught:
        play(inner, **options)
    return caught.value


CLIENTS = (
    "<client-application-ids><application-id>client-0</application-id>"
    "<application-id>CLIENT-1</application-id></client-application-ids>"
)


def test_tokens_of_both_versions_pass() -> None:
    play(CLIENTS)
    play(
        CLIENTS,
        claims={"iss": f"https://sts.windows.net/{TENANT}/", "azp": None, "appid": "client-1"},
    )


def test_tokens_of_other_tenants_are_refused() -> None:
    error = refusal(claims={"iss": "https://sts.windows.net/other/"})
    assert (error.status, error.reason) == (401, "TokenIssuerNotAllowed")
    assert error.source == "validate-azure-ad-token"


def test_common_takes_each_tenant() -> None:
    url = URL.replace("contoso.onmicrosoft.com", "common")
    issuer = ISSUER.replace(TENANT, "{tenantid}")
    play(attributes='tenant-id="common"', url=url, issuer=issuer)


def test_national_clouds_have_an_endpoint() -> None:
    url = URL.replace("login.microsoftonline.com", "login.microsoftonline.us")
    issuer = ISSUER.replace("login.microsoftonline.com", "login.microsoftonline.us")
    endpoint = 'authentication-endpoint="https://login.microsoftonline.us/"'
    play(attributes=endpoint, url=url, issuer=issuer, claims={"iss": issuer})


def test_other_clients_are_refused() -> None:
    error = refusal(CLIENTS, claims={"azp": "client-2"})
    assert error.reason == "TokenClaimValueNotAllowed"
    assert error.message == "Claim azp value of client-2 is not allowed. Access denied."
    assert refusal(CLIENTS, claims={"azp": None}).reason == "TokenClaimNotFound"


@pytest.mark.parametrize("audience", ["api", "back", "api://back"])
def test_audiences_and_backends_are_audiences(audience: str) -> None:
    play(
        "<backend-application-ids><application-id>back</application-id></backend-application-ids>"
        "<audiences><audience>api</audience></audiences>",
        claims={"aud": audience},
    )


def test_other_audiences_are_refused() -> None:
    error = refusal("<audiences><audience>api</audience></audiences>", claims={"aud": "x"})
    assert error.reason == "TokenAudienceNotAllowed"


def test_expiration_is_required() -> None:
    assert refusal(claims={"exp": None}).reason == "JwtInvalid"


def test_claims_are_required_and_the_token_is_kept() -> None:
    inner = '<required-claims><claim name="ctry"><value>US</value></claim></required-claims>'
    attributes = 'header-name="X-Token" output-token-variable-name="jwt"'
    kept = play(inner, attributes, claims={"ctry": "US"}, at="X-Token").variables["jwt"]
    assert isinstance(kept, Jwt)
    assert refusal(inner).reason == "TokenClaimNotFound"


def test_encrypted_tokens_are_refused_at_load() -> None:
    xml = (
        '<validate-azure-ad-token tenant-id="t"><decryption-keys><key>AAAA</key></decryption-keys>'
        "</validate-azure-ad-token>"
    )
    assert diagnose(xml) == ["HG157"]
