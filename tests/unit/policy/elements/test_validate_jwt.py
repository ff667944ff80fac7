from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from headgate.csharp.library.jwt import Jwt
from headgate.model.context import Context
from headgate.model.entities import Certificate
from headgate.model.errors import CallError
from headgate.policy.effects import FetchSigningKeys, SigningKeys, TokenFailed
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context
from headgate.testing.virtual_clock import START

NOW = START // 1_000_000
SECRET = b"0123456789abcdef0123456789abcdef"
KEYS = f"<issuer-signing-keys><key>{base64.b64encode(SECRET).decode()}</key></issuer-signing-keys>"
URL = "https://login.example/.well-known/openid-configuration"
OPENID = f'<openid-config url="{URL}" />'
PRIVATE = ec.generate_private_key(ec.SECP256R1())
PUBLIC = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(PRIVATE.public_key())) | {"kid": "k1"}


def token(**claims: Any) -> str:
    return jwt.encode({"exp": NOW + 60} | claims, SECRET, "HS256")


def element(inner: str = KEYS, **attributes: str) -> str:
    attributes = attributes or {"header_name": "Authorization"}
    written = " ".join(f'{name.replace("_", "-")}="{text}"' for name, text in attributes.items())
    return f"<validate-jwt {written}>{inner}</validate-jwt>"


def play(xml: str, text: str | None, **options: Any) -> Context:
    headers = {} if text is None else {"Authorization": text}
    context = make_context(headers=headers, **options)
    Playbook(compile_element(xml), context).run()
    return context


def failure(xml: str, text: str | None, **options: Any) -> CallError:
    with pytest.raises(CallError) as caught:
        play(xml, text, **options)
    return caught.value


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer  ", ""])
def test_valid_token_passes(scheme: str) -> None:
    play(element(), scheme + token())


@pytest.mark.parametrize("text", [None, "", "  "])
def test_missing_token_is_401(text: str | None) -> None:
    error = failure(element(), text)
    assert (error.status, error.source, error.reason) == (401, "validate-jwt", "TokenNotPresent")
    assert error.message == "JWT not present."


def test_required_scheme_has_to_be_there() -> None:
    xml = element(header_name="Authorization", require_scheme="Bearer")
    play(xml, f"Bearer {token()}")
    assert failure(xml, token()).reason == "TokenNotPresent"
    assert failure(xml, f"Basic {token()}").reason == "TokenNotPresent"


def test_required_scheme_is_ignored_in_other_headers() -> None:
    xml = element(header_name="X-Token", require_scheme="Bearer")
    context = make_context(headers={"X-Token": token()})
    Playbook(compile_element(xml), context).run()


def test_two_tokens_are_refused() -> None:
    context = make_context(headers={"Authorization": token()})
    context.request.headers.append("authorization", token())
    with pytest.raises(CallError, match="several tokens"):
        Playbook(compile_element(element()), context).run()


def test_token_may_stand_in_the_query() -> None:
    xml = element(query_parameter_name="access_token")
    play(xml, None, url=f"https://gateway.example/?Access_Token={token()}")
    assert failure(xml, None).reason == "TokenNotPresent"
    twice = f"https://gateway.example/?access_token={token()}&access_token=x"
    assert failure(xml, None, url=twice).reason == "JwtInvalid"


def test_token_may_be_computed() -> None:
    xml = element(token_value="@((string)context.Variables[&quot;t&quot;])")
    play(xml, None, variables={"t": token()})


def test_status_and_message_may_be_set() -> None:
    error = failure(
        element(
            header_name="Authorization",
            failed_validation_httpcode="403",
            failed_validation_error_message="No.",
        ),
        token(exp=NOW),
    )
    assert (error.status, error.message, error.reason) == (403, "No.", "TokenExpired")
    assert error.detail == "The token is expired. Access denied."


def test_clock_skew_is_in_seconds() -> None:
    play(element(header_name="Authorization", clock_skew="61"), token(exp=NOW - 60))
    assert failure(element(header_name="Authorization", clock_skew="60"), token(exp=NOW - 60))


def test_expiration_may_be_optional() -> None:
    text = jwt.encode({}, SECRET, "HS256")
    assert failure(element(), text).reason == "JwtInvalid"
    play(element(header_name="Authorization", require_expiration_time="false"), text)


def test_unsigned_tokens_pass_where_allowed() -> None:
    text = jwt.encode({"exp": NOW + 60}, "", "none")
    assert failure(element(), text).reason == "TokenSignatureInvalid"
    play(element("", header_name="Authorization", require_signed_tokens="false"), text)


def test_audience_issuer_and_claims_are_checked() -> None:
    xml = element(
        KEYS
        + "<audiences><audience>a</audience><audience>b</audience></audiences>"
        + '<issuers><issuer>@("i")</issuer></issuers>'
        + '<required-claims><claim name="scp" match="any" separator=" "><value>read</value></claim>'
        + '<claim name="oid" /></required-claims>'
    )
    good = {"aud": "b", "iss": "i", "scp": "write read", "oid": "1"}
    play(xml, token(**good))
    assert failure(xml, token(**good | {"aud": "c"})).reason == "TokenAudienceNotAllowed"
    assert failure(xml, token(**good | {"iss": "j"})).reason == "TokenIssuerNotAllowed"
    assert failure(xml, token(**good | {"scp": "write"})).reason == "TokenClaimValueNotAllowed"
    assert failure(xml, token(**good | {"oid": None})).reason == "TokenClaimNotFound"


def test_token_is_kept_as_a_jwt() -> None:
    xml = element(header_name="Authorization", output_token_variable_name="jwt")
    kept = play(xml, token(sub="ann")).variables["jwt"]
    assert isinstance(kept, Jwt)
    assert kept.text("sub") == "ann"


def test_key_may_be_computed() -> None:
    xml = element(
        "<issuer-signing-keys><key>@((string)context.Variables[&quot;k&quot;])</key>"
        "</issuer-signing-keys>"
    )
    play(xml, token(), variables={"k": base64.b64encode(SECRET).decode()})
    assert failure(xml, token(), variables={"k": "short"}).reason == "KeyInvalid"


def test_certificate_has_to_exist_and_to_be_one() -> None:
    xml = element('<issuer-signing-keys><key certificate-id="c" /></issuer-signing-keys>')
    error = failure(xml, token())
    assert (error.status, error.reason) == (500, "KeyInvalid")
    context = make_context(headers={"Authorization": token()})
    context.deployment.certificates["c"] = Certificate(content=b"none")
    with pytest.raises(CallError, match="Internal server error"):
        Playbook(compile_element(xml), context).run()
    del context.deployment.certificates["c"]


def openid_token(**claims: Any) -> str:
    return jwt.encode({"exp": NOW + 60} | claims, PRIVATE, "ES256", headers={"kid": "k1"})


@pytest.mark.parametrize(
    ("issuer", "inner", "claims", "reason"),
    [
        ("i", "", {"iss": "i"}, ""),
        ("i", "", {"iss": "j"}, "TokenIssuerNotAllowed"),
        ("i", "<issuers><issuer>j</issuer></issuers>", {"iss": "j"}, ""),
        ("i", "<issuers><issuer>j</issuer></issuers>", {"iss": "i"}, ""),
        ("", "", {"iss": "whoever"}, ""),
        ("i/{tenantid}", "", {"iss": "i/t", "tid": "t"}, ""),
        ("i/{tenantid}", "", {"iss": "i/u", "tid": "t"}, "TokenIssuerNotAllowed"),
        (
            "i/{tenantid}",
            "<issuers><issuer>i/u</issuer></issuers>",
            {"iss": "i/t", "tid": "t"},
            "TokenIssuerNotAllowed",
        ),
    ],
)
def test_provider_vouches_for_its_issuer(
    issuer: str, inner: str, claims: dict[str, str], reason: str
) -> None:
    context = make_context(headers={"Authorization": openid_token(**claims)})
    playbook = Playbook(compile_element(element(OPENID + inner)), context)
    playbook.expect(FetchSigningKeys(URL), SigningKeys(issuer, (PUBLIC,)))
    if not reason:
        playbook.run()
        return
    with pytest.raises(CallError) as caught:
        playbook.run()
    assert caught.value.reason == reason


def test_silent_provider_is_500() -> None:
    context = make_context(headers={"Authorization": openid_token()})
    playbook = Playbook(compile_element(element(OPENID)), context)
    playbook.expect(FetchSigningKeys(URL), TokenFailed("no answer"))
    playbook.expect(FetchSigningKeys(URL, "k1"), TokenFailed("no answer"))
    with pytest.raises(CallError) as caught:
        playbook.run()
    error = caught.value
    assert (error.status, error.reason) == (500, "OpenIdConfigurationUnavailable")
    assert (error.message, error.detail) == ("Internal server error", "no answer")


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<issuer-signing-keys><key>c2hvcnQ=</key></issuer-signing-keys>",
        '<issuer-signing-keys><key n="AQAB" e="AQAB" /></issuer-signing-keys>',
        KEYS + "<decryption-keys><key>AAAA</key></decryption-keys>",
    ],
)
def test_what_cannot_work_is_refused_at_load(inner: str) -> None:
    assert diagnose(element(inner)) == ["HG157"]


def test_places_and_kinds_of_keys_exclude_each_other() -> None:
    assert diagnose(element(header_name="a", token_value="b")) == ["HG153"]
    assert diagnose(f"<validate-jwt>{KEYS}</validate-jwt>") == ["HG153"]
    both = '<issuer-signing-keys><key certificate-id="c">AAAA</key></issuer-signing-keys>'
    assert diagnose(element(both)) == ["HG153"]
