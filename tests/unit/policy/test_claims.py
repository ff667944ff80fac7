from __future__ import annotations

from typing import Any

import pytest

from headgate.model.clock import SECOND, Micros
from headgate.policy.claims import (
    Wanted,
    check_audience,
    check_claims,
    check_issuer,
    check_lifetime,
    of_tenant,
    texts,
)
from headgate.policy.signatures import TokenRefused

NOW = Micros(1_000 * SECOND)


def lifetime(claims: dict[str, Any], *, skew: int = 0, required: bool = True) -> str:
    try:
        check_lifetime(claims, NOW, skew=skew * SECOND, expiration_required=required)
    except TokenRefused as refused:
        return refused.reason
    return ""


def claims_refusal(claims: dict[str, Any], *wanted: Wanted) -> TokenRefused:
    with pytest.raises(TokenRefused) as caught:
        check_claims(claims, wanted)
    return caught.value


@pytest.mark.parametrize(
    ("claims", "skew", "reason"),
    [
        ({"exp": 1001}, 0, ""),
        ({"exp": 1000}, 0, "TokenExpired"),
        ({"exp": 1000.5}, 0, ""),
        ({"exp": 1000}, 1, ""),
        ({"exp": 999}, 1, "TokenExpired"),
        ({"exp": 2000, "nbf": 1000}, 0, ""),
        ({"exp": 2000, "nbf": 1001}, 0, "JwtInvalid"),
        ({"exp": 2000, "nbf": 1001}, 1, ""),
        ({"exp": "2000"}, 0, "JwtInvalid"),
        ({"exp": True}, 0, "JwtInvalid"),
        ({"exp": 1e300}, 0, "JwtInvalid"),
        ({"exp": 1e15}, 0, ""),
    ],
)
def test_lifetime_has_exact_bounds(claims: dict[str, Any], skew: int, reason: str) -> None:
    assert lifetime(claims, skew=skew) == reason


def test_expiration_may_be_optional() -> None:
    assert lifetime({}) == "JwtInvalid"
    assert lifetime({}, required=False) == ""
    assert lifetime({"exp": 1}, required=False) == "TokenExpired"


@pytest.mark.parametrize("audience", ["a", "b/", ["x", "b"], ["a/"]])
def test_one_audience_is_enough(audience: object) -> None:
    check_audience({"aud": audience}, ["a", "b"])


@pytest.mark.parametrize("claims", [{}, {"aud": "A"}, {"aud": []}, {"aud": ["c", "a//"]}])
def test_other_audiences_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused) as caught:
        check_audience(claims, ["a", "b"])
    assert caught.value.reason == "TokenAudienceNotAllowed"


@pytest.mark.parametrize("claims", [{}, {"iss": "A"}, {"iss": "a/"}, {"iss": ["a"]}])
def test_other_issuers_are_refused(claims: dict[str, Any]) -> None:
    check_issuer({"iss": "a"}, ["a", "b"])
    with pytest.raises(TokenRefused) as caught:
        check_issuer(claims, ["a", "b"])
    assert caught.value.reason == "TokenIssuerNotAllowed"


def test_issuer_of_all_tenants_is_that_of_the_token() -> None:
    template = "https://login.example/{tenantid}/v2.0"
    assert of_tenant(template, {"tid": "t1"}) == "https://login.example/t1/v2.0"
    assert of_tenant(template, {}) == template
    assert of_tenant("https://login.example/", {"tid": "t1"}) == "https://login.example/"


def test_missing_claims_are_all_named() -> None:
    refused = claims_refusal({"c": 1}, *(Wanted(name, (), True) for name in "abc"))
    assert refused.reason == "TokenClaimNotFound"
    assert refused.message == "JWT token is missing the following claims: a, b."


@pytest.mark.parametrize(
    ("found", "values", "every"),
    [
        (["x", "y", "z"], ("x", "y"), True),
        (["x"], ("x", "y"), False),
        ("x", ("x",), True),
        (7, ("7",), True),
        (True, ("true",), True),
        ("whatever", (), True),
        ("", ("",), True),
    ],
)
def test_claims_with_their_values_pass(found: object, values: Any, every: bool) -> None:
    check_claims({"a": found}, [Wanted("a", values, every)])


@pytest.mark.parametrize(
    ("found", "values", "every"),
    [
        (["x"], ("x", "y"), True),
        (["z"], ("x", "y"), False),
        ("X", ("x",), True),
        ([], ("x",), False),
    ],
)
def test_claims_with_other_values_are_refused(found: object, values: Any, every: bool) -> None:
    refused = claims_refusal({"a": found}, Wanted("a", values, every))
    assert refused.reason == "TokenClaimValueNotAllowed"


def test_separator_divides_a_claim() -> None:
    check_claims({"scp": "read write"}, [Wanted("scp", ("write", "read"), True, " ")])
    refused = claims_refusal({"scp": "read write"}, Wanted("scp", ("write",), True))
    assert refused.message == "Claim scp value of read write is not allowed."


def test_claims_have_texts() -> None:
    assert texts(None) == []
    assert texts([1, "a", False]) == ["1", "a", "false"]
