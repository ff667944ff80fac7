"""What the calls of one test share: the time, a service, its counters and cache, the servers."""

from __future__ import annotations

import re

from headgate.exchange.snapshot import Snapshot
from headgate.model.clock import SECOND, Micros
from headgate.model.entities import Service
from headgate.policy.effects import FetchSigningKeys, FetchToken, SigningKeys, TokenFailed
from headgate.rehearsal.outcome import Sent
from headgate.rehearsal.script import Answer, Script
from headgate.rehearsal.timeline import Timeline
from headgate.stores.cache import MemoryCache
from headgate.stores.memory import MemoryCounterStore
from headgate.stores.similar import SimilarAnswers
from headgate.tokenizers.model_counter import ModelCounter

COUNTER = ModelCounter()
"""It keeps vocabularies and nothing of any test."""


class Unscripted(Exception):
    """A request that no answer of the test is for."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(str(sent))
        self.sent = sent


class World:
    """One test's world."""

    def __init__(self, script: Script, service: Service, *, snapshot: Snapshot) -> None:
        self.script = script
        self.service = service
        self.snapshot = snapshot
        self.timeline = Timeline(Micros(int(script.start.timestamp() * SECOND)))
        self.store = MemoryCounterStore(self.timeline)
        self.cache = MemoryCache(self.timeline)
        self.similar = SimilarAnswers(self.timeline)
        self.counter = COUNTER
        self.servers = Servers(script.upstream)

    def token(self, effect: FetchToken) -> str | TokenFailed:
        """Return a token that tells what it is for and for whom; the resource `none` has none."""
        if effect.resource == "none":
            return TokenFailed("No token source is configured for the resource none.")
        name = f"token-for-{effect.resource}"
        return name if effect.client_id is None else f"{name}-as-{effect.client_id}"

    def signing_keys(self, effect: FetchSigningKeys) -> SigningKeys | TokenFailed:
        """Return the keys of a provider that the test has."""
        provider = self.script.openid.get(effect.url)
        if provider is None:
            return TokenFailed(f"{effect.url} gave no answer: the test has no such `openid`")
        keys = provider.keys
        if provider.rotated is not None and effect.unknown_key is not None:
            keys = provider.rotated
        return SigningKeys(provider.issuer, tuple(keys))


class Servers:
    """All servers in the world: they answer what the test says, in turn."""

    def __init__(self, answers: list[Answer]) -> None:
        self._left: list[tuple[Answer, float]] = [
            (answer, float("inf") if answer.times == "any" else answer.times) for answer in answers
        ]

    def answer(self, sent: Sent, *, forwarded: bool) -> Answer:
        """Return the answer to a request. Raises Unscripted when none is left for it.

        Answers without `match` are for what is forwarded only.
        """
        for index, (answer, times) in enumerate(self._left):
            if forwarded if answer.match is None else matches(answer, sent):
                self._left[index] = (answer, times - 1)
                if times <= 1:
                    del self._left[index]
                return answer
        raise Unscripted(sent)


def matches(answer: Answer, sent: Sent) -> bool:
    """Tell whether an answer with `match` is for a request."""
    match = answer.match
    assert match is not None
    if match.method is not None and match.method.upper() != sent.method.upper():
        return False
    pattern = ".*".join(map(re.escape, match.url.split("*")))
    return re.fullmatch(pattern, sent.url, re.DOTALL) is not None
