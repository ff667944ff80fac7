"""Who is alone on a key and waits exactly `Retry-After` is admitted, always."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.metered import FREE, Answer, Client, Service, token_limit
from tests.e2e.processes import Process, headgate

KEYS = 12
ROUNDS = 6
CALLS, PERIOD = 3, 2
SPENDING_SECONDS = 0.4
EARLIER_SECONDS = 1.2
"""Nobody is told to wait for a whole second too long; a fifth is for the way there."""
CALL_LIMITS = {
    "by-key": f'<rate-limit-by-key calls="{CALLS}" renewal-period="{PERIOD}"'
    ' counter-key="@(context.Subscription.Id)" />',
    "by-subscription": f'<rate-limit calls="{CALLS}" renewal-period="{PERIOD}" />',
}
ANSWER = "<return-response><set-status code='200' reason='OK' /></return-response>"
TOKENS = "tokens"


def told(answer: Answer) -> int:
    """Return how long a refused client was told to wait."""
    assert answer.status == 429
    return int(answer.headers["retry-after"])


async def wait_out_calls(client: Client, chance: random.Random) -> None:
    """Call until refused, wait as told, be admitted, again and again."""
    await asyncio.sleep(chance.random() * PERIOD)
    for _ in range(ROUNDS):
        answer = await client.chat()
        while answer.status == 200:
            await asyncio.sleep(chance.random() / 2)
            answer = await client.chat()
        await asyncio.sleep(told(answer))
        assert (await client.chat()).status == 200


async def wait_out_tokens(
    client: Client, chance: random.Random, *, stream: bool, rounds: int
) -> list[int]:
    """Use up the tokens, wait as told. Return how long that was."""
    content, waits = "word " * chance.randint(1, 30), []
    for _ in range(rounds):
        answer = await client.chat(content, stream=stream)
        while answer.status == 200:
            await asyncio.sleep(chance.random() * SPENDING_SECONDS)
            length = {"x-simulator-completion-tokens": str(chance.randint(20, 80))}
            answer = await client.chat(content, stream=stream, headers=length)
        waits.append(wait := told(answer))
        if wait > 1:
            await asyncio.sleep(wait - EARLIER_SECONDS)
            assert (await client.chat(content, stream=stream)).status == 429
        await asyncio.sleep(min(wait, EARLIER_SECONDS))
        assert (await client.chat(content, stream=stream)).status == 200
    return waits


@pytest.mark.parametrize(
    ("throttling", "limit", "rounds"), [("sliding-window", 300, 1), ("token-bucket", 900, 3)]
)
def test_who_waits_as_told_is_admitted(
    tmp_path: Path, simulator: Process, throttling: str, limit: int, rounds: int
) -> None:
    """All keys at once, each alone on its own. A window of tokens takes more than a minute."""
    service = Service(tmp_path, settings=f'throttling = "{throttling}"\n')
    service.subscription(*(f"team-{number}" for number in range(KEYS)))
    service.api(TOKENS, to=f"{simulator.url}/v1", inbound=token_limit(limit))
    for name, policy in CALL_LIMITS.items():
        service.api(name, to=simulator.url, inbound=policy + ANSWER)

    async def all_keys(gateway: Process) -> list[int]:
        async with asyncio.TaskGroup() as group:
            spenders = []
            for number in range(KEYS):
                chance, key = random.Random(number), f"team-{number}-key"
                for name in CALL_LIMITS:
                    caller = Client(gateway, api=name, key=key)
                    group.create_task(wait_out_calls(caller, chance))
                spender = Client(gateway, api=TOKENS, key=key)
                waiting = wait_out_tokens(spender, chance, stream=number % 2 > 0, rounds=rounds)
                spenders.append(group.create_task(waiting))
        return sorted(wait for spender in spenders for wait in spender.result())

    with headgate("serve", str(tmp_path), *FREE) as gateway:
        found = asyncio.run(all_keys(gateway))
    print(f"{2 * KEYS * ROUNDS} waits for calls; for tokens {sorted(Counter(found).items())}")
