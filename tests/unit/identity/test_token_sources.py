from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import parse_qs

import httpx2
import pytest

from headgate.identity.token_sources import (
    FILE_AGE,
    FOREVER,
    STALE_MAX,
    TOKEN_BYTES_MAX,
    ClientCredentials,
    FileToken,
    StaticToken,
)
from headgate.identity.tokens import Token, TokenError
from headgate.model.clock import SECOND, Micros, MonotonicMicros
from headgate.model.errors import Fault

RESOURCE = "https://cognitiveservices.azure.com/"


class StandingClock:
    """It is always a million."""

    def now(self) -> Micros:
        return Micros(1_000_000)

    def monotonic(self) -> MonotonicMicros:
        return MonotonicMicros(0)


def ask(
    answer: httpx2.Response | httpx2.HTTPError,
    *,
    scope: str | None = None,
    resource: str = RESOURCE,
) -> tuple[Token, dict[str, list[str]]]:
    """Return the token that an endpoint's answer gives, and the form that was posted."""
    forms: list[bytes] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        forms.append(request.content)
        if isinstance(answer, httpx2.HTTPError):
            raise answer
        return answer

    async def scenario() -> Token:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(respond)) as client:
            source = ClientCredentials(
                client,
                StandingClock(),
                token_url="https://login.example/token",
                client_id="me",
                client_secret="a secret",
                scope=scope,
            )
            return await source.token(resource, None)

    return asyncio.run(scenario()), parse_qs(forms[0].decode())


def test_static_token_never_changes() -> None:
    assert asyncio.run(StaticToken("t").token(RESOURCE, None)) == Token("t", FOREVER, FOREVER)


def test_file_is_read_again_each_time(tmp_path: Path) -> None:
    path = tmp_path / "token"
    source = FileToken(path, StandingClock())
    for value in ("first", "second"):
        path.write_text(f"{value}\n")
        stale = Micros(1_000_000 + FILE_AGE)
        assert asyncio.run(source.token(RESOURCE, None)) == Token(value, stale, stale)


@pytest.mark.parametrize("content", [None, b"", b" \n", "é".encode(), b"a" * (TOKEN_BYTES_MAX + 1)])
def test_file_without_a_token_is_the_operators_fault(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    with pytest.raises(TokenError) as caught:
        asyncio.run(FileToken(tmp_path / "token", StandingClock()).token(RESOURCE, None))
    assert caught.value.fault is Fault.OPERATOR


def test_client_credentials_are_posted_as_a_form() -> None:
    token, form = ask(httpx2.Response(200, json={"access_token": "t", "expires_in": 100}))
    assert form == {
        "grant_type": ["client_credentials"],
        "client_id": ["me"],
        "client_secret": ["a secret"],
        "scope": ["https://cognitiveservices.azure.com/.default"],
    }
    began = 1_000_000
    assert token == Token("t", Micros(began + 90 * SECOND), Micros(began + 100 * SECOND))


def test_configured_scope_goes_before_the_resource() -> None:
    _, form = ask(httpx2.Response(200, json={"access_token": "t"}), scope="api://x/.default")
    assert form["scope"] == ["api://x/.default"]


def test_connections_ask_for_no_scope_of_their_own() -> None:
    answer = httpx2.Response(200, json={"access_token": "t"})
    _, form = ask(answer, resource="authorization://provider/one")
    assert "scope" not in form


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [("7200", 7200), (None, 3600), ("soon", 3600), (-5, 0), (10**9, 7 * 86_400)],
)
def test_lifetime_is_read_leniently_and_bounded(expires_in: object, seconds: int) -> None:
    token, _ = ask(httpx2.Response(200, json={"access_token": "t", "expires_in": expires_in}))
    assert token.expires == 1_000_000 + seconds * SECOND
    assert token.expires - token.stale == min(seconds * SECOND // 10, STALE_MAX)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (httpx2.Response(401, json={"error": "invalid_client"}), Fault.OPERATOR),
        (httpx2.Response(429, json={}), Fault.UPSTREAM),
        (httpx2.Response(503, content=b"<html>"), Fault.UPSTREAM),
        (httpx2.Response(302, headers={"location": "https://elsewhere"}), Fault.UPSTREAM),
        (httpx2.Response(200, json=["t"]), Fault.UPSTREAM),
        (httpx2.Response(200, json={"access_token": ""}), Fault.UPSTREAM),
        (httpx2.Response(200, content=b'{"access_token": "' + b"t" * 70_000), Fault.UPSTREAM),
        (httpx2.ConnectError("no route"), Fault.UPSTREAM),
        (httpx2.ReadTimeout("slow"), Fault.UPSTREAM),
    ],
)
def test_no_token_says_whose_fault_it_is_and_never_the_secret(
    answer: httpx2.Response | httpx2.HTTPError, fault: Fault
) -> None:
    with pytest.raises(TokenError) as caught:
        ask(answer)
    assert caught.value.fault is fault
    assert "login.example" in str(caught.value)
    assert "a secret" not in str(caught.value)
