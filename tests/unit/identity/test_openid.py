from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from headgate.identity import openid as module
from headgate.identity.openid import EXPIRED, FAILED, FRESH, ROTATED, OpenIdProviders
from headgate.model.messages import Body, Headers, Response
from headgate.policy.effects import ForwardFailed, Outgoing, SigningKeys, TokenFailed
from headgate.testing.virtual_clock import VirtualClock

URL = "https://login.example/.well-known/openid-configuration"
KEYS = "https://login.example/keys"


class Web:
    """Documents by URL; what is missing gives no answer."""

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {
            URL: {"issuer": "https://login.example", "jwks_uri": KEYS},
            KEYS: {"keys": [{"kid": "k1"}]},
        }
        self.asked: list[str] = []
        self.gate: asyncio.Event | None = None

    async def ask(self, request: Outgoing, *, within: int) -> Response | ForwardFailed:
        url = f"{request.url.scheme}://{request.url.host}{request.url.path}"
        self.asked.append(url)
        if self.gate is not None:
            await self.gate.wait()
        document = self.documents.get(url)
        if document is None:
            return ForwardFailed("refused", "nobody is there")
        if isinstance(document, int):
            return Response(document, "", Headers(), None)
        content = document if isinstance(document, bytes) else orjson.dumps(document)
        return Response(200, "OK", Headers(), Body(content))


def fetch(
    providers: OpenIdProviders, web: Web, unknown: str | None = None
) -> SigningKeys | TokenFailed:
    return asyncio.run(providers.fetch(URL, unknown, ask=web.ask))


def test_keys_are_discovered_and_held() -> None:
    web, clock = Web(), VirtualClock()
    providers = OpenIdProviders(clock)
    assert providers.held(URL, None) is None
    keys = fetch(providers, web)
    assert keys == SigningKeys("https://login.example", ({"kid": "k1"},))
    assert web.asked == [URL, KEYS]
    clock.advance(FRESH - 1)
    assert providers.held(URL, None) is keys
    clock.advance(1)
    assert providers.held(URL, None) is None


def test_unknown_key_is_sought_again_but_not_often() -> None:
    web, clock = Web(), VirtualClock()
    providers = OpenIdProviders(clock)
    keys = fetch(providers, web)
    assert providers.held(URL, "k1") is keys
    clock.advance(ROTATED - 1)
    assert providers.held(URL, "k2") is keys
    clock.advance(1)
    assert providers.held(URL, "k2") is None
    assert providers.held(URL, "k1") is keys
    web.documents[KEYS] = {"keys": [{"kid": "k2"}]}
    assert fetch(providers, web, "k2") == SigningKeys("https://login.example", ({"kid": "k2"},))
    assert providers.held(URL, "k2") is not None


def test_keys_that_did_not_change_stay_the_same_object() -> None:
    web, clock = Web(), VirtualClock()
    providers = OpenIdProviders(clock)
    keys = fetch(providers, web)
    clock.advance(FRESH)
    assert fetch(providers, web) is keys
    assert providers.held(URL, None) is keys


def test_old_keys_are_good_for_a_day_without_the_provider() -> None:
    web, clock = Web(), VirtualClock()
    providers = OpenIdProviders(clock)
    keys = fetch(providers, web)
    del web.documents[KEYS]
    clock.advance(EXPIRED - 1)
    assert fetch(providers, web) is keys
    assert providers.held(URL, None) is keys
    clock.advance(ROTATED)
    assert providers.held(URL, None) is None
    assert isinstance(fetch(providers, web), TokenFailed)


def test_failure_is_told_again_for_a_while() -> None:
    web, clock = Web(), VirtualClock()
    providers = OpenIdProviders(clock)
    configuration = web.documents.pop(URL)
    failed = fetch(providers, web)
    assert failed == TokenFailed(f"{URL} gave no answer: nobody is there")
    web.documents[URL] = configuration
    clock.advance(FAILED - 1)
    assert fetch(providers, web) is failed
    clock.advance(1)
    assert isinstance(fetch(providers, web), SigningKeys)
    assert web.asked == [URL, URL, KEYS]


@pytest.mark.parametrize(
    ("url", "document", "message"),
    [
        (URL, 404, "answered 404"),
        (URL, b"<html>", "is not JSON"),
        (URL, [], "is no JSON object"),
        (URL, {}, "names no jwks_uri"),
        (URL, {"jwks_uri": "ftp://x"}, ""),
        (KEYS, {"keys": {}}, "holds no keys"),
    ],
)
def test_bad_answers_are_told(url: str, document: object, message: str) -> None:
    web = Web()
    web.documents[url] = document
    failed = fetch(OpenIdProviders(VirtualClock()), web)
    assert isinstance(failed, TokenFailed)
    assert message in failed.message


def test_what_is_no_key_is_passed_over() -> None:
    web = Web()
    web.documents[URL]["issuer"] = 7
    web.documents[KEYS] = {"keys": [1, {"kid": "k"}]}
    assert fetch(OpenIdProviders(VirtualClock()), web) == SigningKeys("", ({"kid": "k"},))


def test_calls_share_one_request_and_one_may_leave() -> None:
    web, providers = Web(), OpenIdProviders(VirtualClock())

    async def scene() -> None:
        web.gate = asyncio.Event()
        one, two = (asyncio.create_task(providers.fetch(URL, None, ask=web.ask)) for _ in range(2))
        await asyncio.sleep(0)
        one.cancel()
        await asyncio.sleep(0)
        web.gate.set()
        assert isinstance(await two, SigningKeys)

    asyncio.run(scene())
    assert web.asked == [URL, KEYS]


def test_providers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROVIDERS_MAX", 1)
    web, providers = Web(), OpenIdProviders(VirtualClock())
    fetch(providers, web)
    other = "https://other.example/config"
    web.documents[other] = web.documents[URL]
    asyncio.run(providers.fetch(other, None, ask=web.ask))
    assert providers.held(URL, None) is None
    assert providers.held(other, None) is not None
