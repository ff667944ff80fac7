from __future__ import annotations

import asyncio

import pytest

from headgate.identity.tokens import (
    HELD_MAX,
    RETRY_AFTER,
    Identity,
    ManagedIdentities,
    Token,
    TokenError,
)
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.errors import Fault
from headgate.policy.effects import TokenFailed


class ManualClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = 1000

    def now(self) -> Micros:
        return Micros(self.time)

    def monotonic(self) -> MonotonicMicros:
        return MonotonicMicros(self.time)


class Source:
    """Numbers its tokens; they are stale after 100 and expire after 1000 microseconds."""

    def __init__(self, clock: ManualClock, name: str = "token") -> None:
        self.clock = clock
        self.name = name
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = False

    async def token(self, resource: str, client_id: str | None) -> Token:
        self.asked += 1
        number = self.asked
        await self.gate.wait()
        if self.broken:
            raise TokenError("the issuer is away", Fault.UPSTREAM)
        now = self.clock.now()
        return Token(f"{self.name}-{number}", Micros(now + 100), Micros(now + 1_000_000_000))


def identities(source: Source, resource: str = "*") -> ManagedIdentities:
    identity = Identity(resource=resource, client_id=None, source=source)
    return ManagedIdentities([identity], source.clock)


def test_token_is_held_until_it_is_stale() -> None:
    async def scenario() -> None:
        source = Source(ManualClock())
        tokens = identities(source)
        assert tokens.held("r", None) is None
        assert await tokens.fetch("r", None) == "token-1"
        source.clock.time += 99
        assert tokens.held("r", None) == await tokens.fetch("r", None) == "token-1"
        source.clock.time += 1
        assert tokens.held("r", None) is None
        assert await tokens.fetch("r", None) == "token-2"

    asyncio.run(scenario())


def test_calls_at_one_time_share_one_request() -> None:
    async def scenario() -> None:
        source = Source(ManualClock())
        source.gate.clear()
        tokens = identities(source)
        calls = [asyncio.create_task(tokens.fetch("r", None)) for _ in range(5)]
        await asyncio.sleep(0)
        calls[0].cancel()
        await asyncio.sleep(0)
        source.gate.set()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert isinstance(results[0], asyncio.CancelledError)
        assert results[1:] == ["token-1"] * 4
        assert source.asked == 1

    asyncio.run(scenario())


def test_stale_token_bridges_a_failure_until_it_expires() -> None:
    async def scenario() -> None:
        source = Source(ManualClock())
        tokens = identities(source)
        await tokens.fetch("r", None)
        source.broken = True
        source.clock.time += 200
        assert await tokens.fetch("r", None) == "token-1"
        assert source.asked == 2
        source.clock.time += RETRY_AFTER - 1
        assert tokens.held("r", None) == "token-1"
        source.clock.time += 1
        assert tokens.held("r", None) is None
        source.clock.time += 1_000_000_000
        failed = await tokens.fetch("r", None)
        assert isinstance(failed, TokenFailed)
        assert "the issuer is away" in failed.message
        assert "upstream" in failed.message

    asyncio.run(scenario())


def test_failure_is_not_held() -> None:
    async def scenario() -> None:
        source = Source(ManualClock())
        source.broken = True
        tokens = identities(source)
        assert isinstance(await tokens.fetch("r", None), TokenFailed)
        source.broken = False
        assert await tokens.fetch("r", None) == "token-2"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("resource", "client_id", "name"),
    [
        ("https://A.example/", "me", "a-me"),
        ("https://a.example", "you", "a"),
        ("https://a.example", None, "a"),
        ("https://b.example", "me", "any-me"),
        ("https://b.example", None, "any"),
    ],
)
def test_best_fitting_source_is_asked(resource: str, client_id: str | None, name: str) -> None:
    clock = ManualClock()
    served = [
        Identity(resource=resource, client_id=client_id, source=Source(clock, name))
        for resource, client_id, name in (
            ("https://a.example", "me", "a-me"),
            ("https://a.example/", None, "a"),
            ("*", "me", "any-me"),
            ("*", None, "any"),
        )
    ]
    assert asyncio.run(ManagedIdentities(served, clock).fetch(resource, client_id)) == f"{name}-1"


def test_resource_without_a_source_fails_with_a_hint() -> None:
    failed = asyncio.run(identities(Source(ManualClock()), "https://a").fetch("https://b", None))
    assert isinstance(failed, TokenFailed)
    assert "[[managed-identity]]" in failed.message


def test_tokens_held_are_bounded() -> None:
    async def scenario() -> None:
        tokens = identities(Source(ManualClock()))
        for number in range(HELD_MAX + 1):
            await tokens.fetch(f"r{number}", None)
        assert tokens.held("r0", None) is None
        assert tokens.held("r1", None) is not None

    asyncio.run(scenario())


def test_connections_are_served_only_by_name() -> None:
    async def scenario() -> None:
        resource = "authorization://provider/one"
        anybody = identities(Source(ManualClock()))
        assert isinstance(await anybody.fetch(resource, None), TokenFailed)
        named = identities(Source(ManualClock()), resource)
        assert await named.fetch("authorization://Provider/One", None) == "token-1"

    asyncio.run(scenario())
