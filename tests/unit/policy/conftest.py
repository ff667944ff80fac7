"""A call with a token account. Effects are answered here; the counters are real."""

from __future__ import annotations

from typing import Any

import msgspec

from headgate.limits.operations import (
    Granted,
    Level,
    RateRule,
    Read,
    Reserve,
)
from headgate.model.facts import TokensMetered
from headgate.model.messages import Body, Headers, Response
from headgate.policy import settling
from headgate.policy.effects import (
    Apply,
    BodyFailed,
    CountPrompt,
    CountText,
    ReadResponseBody,
    Steps,
)
from headgate.policy.metering import Metering, TokenTerms, meter
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.playbook import make_context
from headgate.testing.virtual_clock import VirtualClock

URL = "https://gateway.example/chat/completions"
QUESTION = b'{"model":"gpt-4o","max_tokens":20,"messages":[{"role":"user","content":"hi"}]}'
STREAM = QUESTION.replace(b'"max_tokens"', b'"stream":true,"max_tokens"')
ANSWER = b'{"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}'
WORDS = b'data: {"choices":[{"delta":{"content":"one two three"}}]}\n\n'
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":7}}\n\n'
DONE = b"data: [DONE]\n\n"
RULE = RateRule("k", 100)


class World:
    """One call against real counters; a prompt has 8 tokens, a text one for each word."""

    def __init__(
        self, body: bytes | None = QUESTION, terms: TokenTerms | None = None, *, url: str = URL
    ) -> None:
        self.store = MemoryCounterStore(VirtualClock())
        self.context = make_context("POST", url, body=body)
        self.context.owners[TokenTerms] = terms or TokenTerms()
        self.counted: list[type] = []
        self.operations: list[Any] = []
        self.arriving: bytes | BodyFailed = b""

    def perform(self, effect: Any) -> Any:
        if isinstance(effect, Apply):
            self.operations.append(effect.operation)
            return self.store.apply(effect.operation)
        if isinstance(effect, CountPrompt):
            self.counted.append(CountPrompt)
            return 8
        if isinstance(effect, CountText):
            self.counted.append(CountText)
            return len(effect.text.split())
        assert isinstance(effect, ReadResponseBody)
        if isinstance(self.arriving, BodyFailed):
            return self.arriving
        assert self.context.response is not None
        assert self.context.response.body is not None
        self.context.response.body.replace(self.arriving)
        return None

    def drive(self, steps: Steps[Any]) -> Any:
        reply = None
        while True:
            try:
                effect = steps.send(reply)
            except StopIteration as end:
                return end.value
            reply = self.perform(effect)

    def reserve(self) -> Metering:
        """Do what a token limit does."""
        account = meter(self.context)
        prompt = self.drive(account.count_prompt())
        reserve = Reserve(
            self.context.request_id,
            (RULE,),
            prompt,
            account.hold(self.context),
            account.terms.admission,
            account.terms.hold_lifetime,
            choices=account.llm.choices,
        )
        granted = self.perform(Apply(reserve))
        assert isinstance(granted, Granted)
        account.reserved = True
        account.granted = granted.hold
        return account

    def answered(
        self, body: bytes = ANSWER, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        """Forward, and get an answer whose body is still on its way."""
        settling.before_forward(self.context)
        self.arriving = body
        given = {"Content-Type": "application/json"} | (headers or {})
        lines = Headers.of(*given.items())
        self.context.response = Response(status, "", lines, Body(complete=False))
        self.drive(settling.after_forward(self.context))

    def streamed(
        self, *chunks: bytes, status: int = 200, headers: dict[str, str] | None = None
    ) -> bytes:
        """Forward, and pass a stream to the client; return what the client got."""
        stream = {"Content-Type": "text/event-stream; charset=utf-8"} | (headers or {})
        self.answered(b"".join(chunks), status=status, headers=stream)
        tap = self.account.tap
        assert tap is not None
        return b"".join([tap.feed(chunk) for chunk in chunks]) + tap.finish()

    def close(self) -> None:
        self.drive(settling.close(self.context))

    @property
    def sent(self) -> dict[str, Any]:
        """Return the body as it leaves for the backend."""
        body = self.context.request.body
        assert body is not None
        sent: dict[str, Any] = msgspec.json.decode(body.outgoing)
        return sent

    @property
    def account(self) -> Metering:
        account: Metering = self.context.owners[Metering]
        return account

    @property
    def level(self) -> Level:
        level = self.store.apply(Read(RULE.counter))
        assert isinstance(level, Level)
        return level

    @property
    def metered(self) -> TokensMetered:
        (fact,) = self.context.facts
        assert isinstance(fact, TokensMetered)
        return fact
