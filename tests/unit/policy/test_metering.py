"""The token account of one call. Effects are answered here; the counters are real."""

from __future__ import annotations

import gzip
from typing import Any

import msgspec
import pytest

from headgate.limits.completions import HOLD_DEFAULT, SAMPLES_MIN
from headgate.limits.operations import (
    Granted,
    Level,
    RateRule,
    Read,
    Release,
    Reserve,
    Seen,
    Settle,
)
from headgate.model.clock import Micros
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.facts import TokensMetered
from headgate.model.messages import Body, Headers, Response
from headgate.model.usage import TokenUsage
from headgate.policy import metering
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
from headgate.tokens.by_model import ByModel
from headgate.tokens.cutting import CuttingTap
from headgate.tokens.prices import Price, PriceTable
from headgate.tokens.stream import StreamTap

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
            Micros(self.context.timestamp + account.terms.hold_lifetime),
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
        metering.before_forward(self.context)
        self.arriving = body
        given = {"Content-Type": "application/json"} | (headers or {})
        lines = Headers.of(*given.items())
        self.context.response = Response(status, "", lines, Body(complete=False))
        self.drive(metering.after_forward(self.context))

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
        self.drive(metering.close(self.context))

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


class Listening:
    """A limit and a metric that note what they are told."""

    def __init__(self) -> None:
        self.left: list[dict[Any, int]] = []
        self.usages: list[TokenUsage] = []

    def settled(self, context: Context, remaining: Any, *, usage: TokenUsage) -> None:
        self.left.append(dict(remaining))

    def used(self, context: Context, usage: TokenUsage) -> None:
        self.usages.append(usage)


def test_the_request_is_read_once_per_call() -> None:
    world = World()
    assert meter(world.context) is meter(world.context)
    assert world.account.llm.model == "gpt-4o"


def test_a_request_that_cannot_be_read_is_the_callers_error() -> None:
    with pytest.raises(CallError) as raised:
        meter(World(b"hello").context)
    assert (raised.value.status, raised.value.reason) == (400, "RequestBodyInvalid")


def test_a_prompt_that_cannot_be_read_is_the_callers_error() -> None:
    world = World(b'{"messages":' + b"[" * 10_000 + b"]" * 10_000 + b"}")
    with pytest.raises(CallError) as raised:
        world.drive(meter(world.context).count_prompt())
    assert raised.value.status == 400


def test_the_prompt_is_counted_once_and_is_0_until_then() -> None:
    world = World()
    account = meter(world.context)
    assert account.prompt == 0
    assert world.drive(account.count_prompt()) == 8
    assert world.drive(account.count_prompt()) == 8
    assert account.prompt == 8
    assert world.counted == [CountPrompt]


def test_a_prompt_far_below_the_limit_is_charged_its_tokens() -> None:
    world = World()
    world.reserve()
    assert world.level.used == 8


@pytest.mark.parametrize(
    ("body", "hold"),
    [
        (b'{"messages":[]}', HOLD_DEFAULT),
        (b'{"messages":[],"max_tokens":20}', 20),
        (b'{"messages":[],"max_tokens":20,"n":3}', 60),
        (b'{"messages":[],"n":2}', 2 * HOLD_DEFAULT),
    ],
)
def test_the_clients_cap_is_held_for_each_choice(body: bytes, hold: int) -> None:
    context = World(body).context
    assert meter(context).hold(context) == hold


def test_embeddings_hold_nothing() -> None:
    context = make_context("POST", "https://gw/embeddings", body=b'{"input":[1,2]}')
    context.owners[TokenTerms] = TokenTerms()
    assert meter(context).hold(context) == 0


def test_a_call_that_nobody_meters_is_left_alone() -> None:
    world = World()
    world.context.request.headers.set("Accept-Encoding", "gzip")
    metering.before_forward(world.context)
    metering.not_forwarded(world.context)
    world.drive(metering.after_forward(world.context))
    world.drive(metering.settle_buffered(world.context))
    world.drive(metering.take_back(world.context))
    world.close()
    assert world.context.request.headers.get("accept-encoding") == "gzip"
    assert world.operations == []
    assert world.context.facts == []


def test_the_answer_is_asked_for_in_plain() -> None:
    world = World()
    meter(world.context)
    world.context.request.headers.set("Accept-Encoding", "gzip, br")
    metering.before_forward(world.context)
    assert world.context.request.headers.values("accept-encoding") == ["identity"]


def test_a_client_that_says_nothing_of_encodings_goes_on_saying_nothing() -> None:
    world = World()
    meter(world.context)
    metering.before_forward(world.context)
    assert "accept-encoding" not in world.context.request.headers


def test_a_buffered_answer_is_charged_its_usage_once() -> None:
    world = World()
    account = world.reserve()
    listening = Listening()
    account.limits.append(listening)
    account.metrics.append(listening)
    world.answered()
    world.drive(metering.settle_buffered(world.context))
    world.drive(metering.settle_buffered(world.context))
    world.close()
    assert [type(operation) for operation in world.operations] == [Reserve, Settle]
    assert world.level == Level(used=13, held=0)
    assert listening.left == [{RULE.counter: 87}]
    assert [usage.total_tokens for usage in listening.usages] == [13]
    assert world.metered.charged
    assert world.metered.dialect == "openai-chat"


def test_a_metric_alone_charges_nothing() -> None:
    world = World()
    listening = Listening()
    meter(world.context).metrics.append(listening)
    world.answered()
    world.drive(metering.settle_buffered(world.context))
    world.close()
    assert world.operations == []
    assert not world.metered.charged
    assert [usage.total_tokens for usage in listening.usages] == [13]


def test_an_answer_that_does_not_name_its_model_used_the_one_that_was_asked_for() -> None:
    world = World()
    meter(world.context)
    world.answered(ANSWER.replace(b'"model":"gpt-4o",', b""))
    world.close()
    assert world.metered.usage.reported
    assert world.metered.usage.model == world.account.llm.model != ""


def test_an_answer_without_usage_is_counted() -> None:
    world = World()
    world.reserve()
    world.answered(b'{"choices":[{"message":{"content":"one two"}}]}')
    world.drive(metering.settle_buffered(world.context))
    assert world.level.used == 10
    assert world.account.usage is not None
    assert not world.account.usage.reported


def test_an_answer_in_no_known_shape_is_charged_the_prompt() -> None:
    world = World()
    world.reserve()
    world.answered(b"<html>")
    world.drive(metering.settle_buffered(world.context))
    assert world.level.used == 8


@pytest.mark.parametrize("status", [400, 429, 500, 599])
def test_a_backend_error_is_charged_nothing(status: int) -> None:
    world = World()
    world.reserve()
    world.answered(b'{"error":{"message":"no"}}', status=status)
    world.drive(metering.settle_buffered(world.context))
    world.close()
    assert world.level == Level(used=0, held=0)
    assert world.metered.usage.total_tokens == 0


def test_a_backend_error_is_charged_the_usage_that_it_names() -> None:
    world = World()
    world.reserve()
    world.answered(ANSWER, status=400)
    world.drive(metering.settle_buffered(world.context))
    assert world.level.used == 13


def test_an_error_that_comes_as_a_stream_is_charged_nothing() -> None:
    world = World(STREAM)
    world.reserve()
    headers = {"Content-Type": "text/event-stream"}
    world.answered(b'data: {"error":{}}\n\n', status=429, headers=headers)
    assert world.account.tap is None
    world.drive(metering.settle_buffered(world.context))
    assert world.level.used == 0


def test_an_answer_that_breaks_off_is_a_bad_gateway() -> None:
    world = World()
    world.reserve()
    metering.before_forward(world.context)
    world.arriving = BodyFailed("peer-gone", "gone")
    world.context.response = Response(200, "", Headers(), Body(complete=False))
    with pytest.raises(CallError) as raised:
        world.drive(metering.after_forward(world.context))
    assert raised.value.status == 502


def test_attempts_are_summed_and_settled_once() -> None:
    world = World()
    world.reserve()
    world.answered(ANSWER, status=500)
    world.answered(ANSWER)
    world.drive(metering.settle_buffered(world.context))
    world.close()
    assert world.level.used == 26
    assert [type(operation) for operation in world.operations] == [Reserve, Settle]
    assert world.metered.usage == TokenUsage(input_tokens=18, output_tokens=8, model="gpt-4o")


def test_a_stream_is_asked_for_its_usage_which_the_client_does_not_see() -> None:
    world = World(STREAM)
    world.reserve()
    passed = world.streamed(WORDS, USAGE, DONE)
    sent = world.context.request.body
    assert sent is not None
    assert sent.content.startswith(b'{"stream_options":{"include_usage":true},')
    assert passed == WORDS + DONE
    world.drive(metering.settle_buffered(world.context))
    assert world.level.used == 8
    world.close()
    assert world.level == Level(used=16, held=0)
    assert world.metered.usage.reported


def test_a_client_that_asked_for_usage_sees_it() -> None:
    asked = STREAM[:-1] + b',"stream_options":{"include_usage":true}}'
    world = World(asked)
    world.reserve()
    assert world.streamed(WORDS, USAGE, DONE) == WORDS + USAGE + DONE
    assert world.context.request.body is not None
    assert world.context.request.body.content is asked


def test_a_service_may_choose_not_to_ask_for_usage() -> None:
    world = World(STREAM, TokenTerms(ask_for_usage=False))
    world.reserve()
    assert world.streamed(WORDS, USAGE, DONE) == WORDS + USAGE + DONE
    assert world.context.request.body is not None
    assert world.context.request.body.content is STREAM
    world.close()
    assert world.level.used == 16


def test_usage_is_asked_for_once_however_often_a_call_is_sent() -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"busy", status=503)
    assert world.context.request.body is not None
    sent = world.context.request.body.content
    assert world.streamed(WORDS, USAGE, DONE) == WORDS + DONE
    assert world.context.request.body.content is sent
    assert sent.count(b"include_usage") == 1


def test_a_body_that_a_policy_replaced_is_asked_too() -> None:
    world = World(STREAM)
    world.reserve()
    assert world.context.request.body is not None
    world.context.request.body.replace(b'{"model":"other","stream":true,"messages":[]}')
    assert world.streamed(USAGE, DONE) == DONE
    assert world.account.llm.model == "other"
    assert b"include_usage" in world.context.request.body.content


def test_a_body_that_was_replaced_by_an_unstreamed_one_hides_nothing() -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"busy", status=503)
    assert world.context.request.body is not None
    world.context.request.body.replace(QUESTION)
    assert world.streamed(USAGE, DONE) == USAGE + DONE


def test_a_stream_without_usage_is_charged_what_passed() -> None:
    world = World(STREAM)
    world.reserve()
    world.streamed(WORDS, DONE)
    world.close()
    assert world.level.used == 8 + 3
    assert not world.metered.usage.reported


def test_a_stream_whose_bytes_are_all_here_is_metered_like_a_buffered_answer() -> None:
    world = World(STREAM)
    world.reserve()
    metering.before_forward(world.context)
    headers = Headers.of(("Content-Type", "text/event-stream"))
    world.context.response = Response(200, "", headers, Body(WORDS + USAGE + DONE))
    world.drive(metering.after_forward(world.context))
    world.drive(metering.absorb(world.context))
    world.drive(metering.absorb(world.context))
    assert world.account.tap is None
    assert world.context.response.body is not None
    assert world.context.response.body.outgoing == WORDS + DONE
    world.drive(metering.settle_buffered(world.context))
    assert world.level.used == 16
    world.close()
    assert world.level.used == 16


def test_a_stream_without_usage_that_is_all_here_is_counted() -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"", headers={"Content-Type": "text/event-stream"})
    assert world.context.response is not None
    world.context.response.body = Body(WORDS + DONE)
    world.drive(metering.absorb(world.context))
    world.close()
    assert world.level.used == 11


def test_a_stream_that_is_on_its_way_is_not_absorbed() -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"", headers={"Content-Type": "text/event-stream"})
    world.drive(metering.absorb(world.context))
    assert world.account.tap is not None


def test_a_client_that_goes_before_anything_passed_is_charged_the_prompt() -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"", headers={"Content-Type": "text/event-stream"})
    world.close()
    assert world.level == Level(used=8, held=0)


def test_a_client_that_goes_before_the_answer_is_charged_the_prompt() -> None:
    world = World()
    world.reserve()
    metering.before_forward(world.context)
    world.close()
    assert world.level == Level(used=8, held=0)
    assert not world.metered.usage.reported


def test_a_client_that_goes_before_the_request_was_sent_is_charged_nothing() -> None:
    world = World()
    world.reserve()
    world.close()
    assert [type(operation) for operation in world.operations] == [Reserve, Release]
    assert world.level == Level(used=0, held=0)
    assert world.context.facts == []


def test_a_request_that_reached_nobody_is_charged_nothing() -> None:
    world = World()
    world.reserve()
    metering.before_forward(world.context)
    metering.not_forwarded(world.context)
    world.close()
    assert world.level.used == 0


def test_a_failed_attempt_does_not_undo_what_another_used() -> None:
    world = World()
    world.reserve()
    world.answered(ANSWER, status=500)
    metering.before_forward(world.context)
    metering.not_forwarded(world.context)
    world.drive(metering.take_back(world.context))
    world.close()
    assert world.level.used == 13


def test_a_stream_that_was_given_up_for_another_attempt_is_forgotten() -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"", headers={"Content-Type": "text/event-stream"})
    world.answered(ANSWER)
    world.drive(metering.settle_buffered(world.context))
    assert world.level.used == 13


def test_taking_back_happens_once_and_only_before_sending() -> None:
    world = World()
    world.reserve()
    world.drive(metering.take_back(world.context))
    world.drive(metering.take_back(world.context))
    assert [type(operation) for operation in world.operations] == [Reserve, Release]


def test_a_compressed_answer_is_read_all_the_same() -> None:
    world = World()
    world.reserve()
    world.answered(gzip.compress(ANSWER), headers={"Content-Encoding": "GZIP"})
    world.drive(metering.settle_buffered(world.context))
    assert world.level.used == 13


def test_a_compressed_stream_passes_as_it_is_and_is_read_all_the_same() -> None:
    world = World(STREAM)
    world.reserve()
    packed = gzip.compress(WORDS + USAGE + DONE)
    passed = world.streamed(packed[:20], packed[20:], headers={"Content-Encoding": "gzip"})
    world.close()
    assert passed == packed
    assert world.level.used == 16


@pytest.mark.parametrize("encoding", ["identity", "Identity ", ""])
def test_an_encoding_that_is_none_hides_usage_too(encoding: str) -> None:
    world = World(STREAM)
    world.reserve()
    headers = {"Content-Encoding": encoding}
    assert world.streamed(WORDS, USAGE, DONE, headers=headers) == WORDS + DONE


def test_a_charge_that_was_settled_is_not_settled_again_by_a_stream() -> None:
    world = World(STREAM)
    account = world.reserve()
    world.streamed(USAGE, DONE)
    world.close()
    assert not account.reserved
    world.drive(metering.settle(world.context, account))
    assert world.level.used == 16


STRICT = TokenTerms(admission="strict", strict_max_completion=60)
UNCAPPED = b'{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}'
REASONING = UNCAPPED.replace(b"gpt-4o", b"o3")
SPEECH = b'{"model":"tts-1","input":"hi","voice":"ash"}'


def test_strict_sets_the_cap_that_a_caller_left_out() -> None:
    world = World(UNCAPPED, STRICT)
    world.reserve()
    metering.before_forward(world.context)
    assert world.sent["max_tokens"] == 60


def test_strict_caps_a_reasoning_model_in_the_member_that_it_accepts() -> None:
    world = World(REASONING, STRICT)
    world.reserve()
    metering.before_forward(world.context)
    assert world.sent["max_completion_tokens"] == 60
    assert "max_tokens" not in world.sent


def test_strict_shares_what_was_granted_among_the_choices() -> None:
    world = World(UNCAPPED.replace(b"{", b'{"n":3,', 1), STRICT)
    world.reserve()
    metering.before_forward(world.context)
    assert world.account.granted == 90
    assert world.sent["max_tokens"] == 30


def test_strict_never_raises_the_callers_cap() -> None:
    world = World(QUESTION, STRICT)
    world.reserve()
    metering.before_forward(world.context)
    assert world.context.request.body is not None
    assert world.context.request.body.outgoing is QUESTION


def test_strict_lowers_a_cap_for_which_there_is_no_room() -> None:
    world = World(QUESTION.replace(b"20", b"2000"), STRICT)
    world.reserve()
    metering.before_forward(world.context)
    assert world.sent["max_tokens"] == 92


@pytest.mark.parametrize("admission", ["apim", "bounded"])
def test_only_strict_writes_caps(admission: Any) -> None:
    world = World(UNCAPPED, TokenTerms(admission=admission))
    world.reserve()
    metering.before_forward(world.context)
    assert world.context.request.body is not None
    assert world.context.request.body.outgoing is UNCAPPED


def test_a_call_that_no_limit_watches_gets_no_cap() -> None:
    world = World(UNCAPPED, STRICT)
    meter(world.context)
    metering.before_forward(world.context)
    assert world.context.request.body is not None
    assert world.context.request.body.outgoing is UNCAPPED


def test_a_dialect_that_has_no_cap_is_held_for_what_is_likely_and_left_as_it_is() -> None:
    world = World(SPEECH, STRICT, url="https://gateway.example/audio/speech")
    account = world.reserve()
    assert not account.llm.dialect.can_cap
    metering.before_forward(world.context)
    assert world.context.request.body is not None
    assert world.context.request.body.outgoing is SPEECH


def test_a_retry_finds_the_body_that_was_prepared() -> None:
    world = World(UNCAPPED.replace(b"{", b'{"stream":true,', 1), STRICT)
    world.reserve()
    world.answered(b"busy", status=503)
    assert world.context.request.body is not None
    prepared = world.context.request.body.content
    metering.before_forward(world.context)
    assert world.context.request.body.content is prepared
    assert world.sent["max_tokens"] == 60
    assert world.sent["stream_options"] == {"include_usage": True}
    assert world.account.hides_usage


def test_a_body_that_a_policy_replaced_is_capped_too() -> None:
    world = World(QUESTION, STRICT)
    world.reserve()
    assert world.context.request.body is not None
    world.context.request.body.replace(UNCAPPED)
    metering.before_forward(world.context)
    assert world.sent["max_tokens"] == world.account.granted == 20


def test_a_body_that_a_policy_made_unreadable_is_refused() -> None:
    world = World(QUESTION, STRICT)
    world.reserve()
    assert world.context.request.body is not None
    world.context.request.body.replace(b"hello")
    with pytest.raises(CallError) as raised:
        metering.before_forward(world.context)
    assert raised.value.status == 400


@pytest.mark.parametrize(
    ("body", "hold"),
    [
        (UNCAPPED, 60),
        (UNCAPPED.replace(b"{", b'{"n":2,', 1), 120),
        (QUESTION, 20),
        (QUESTION.replace(b"20", b"100"), 100),
        (UNCAPPED.replace(b"gpt-4o", b"small"), 30),
        (QUESTION.replace(b"gpt-4o", b"small"), 20),
        (QUESTION.replace(b"gpt-4o", b"small").replace(b"20", b"100"), 30),
    ],
)
def test_strict_holds_what_the_provider_will_enforce(body: bytes, hold: int) -> None:
    terms = msgspec.structs.replace(STRICT, completion_caps=ByModel([("small", 30)]))
    context = World(body, terms).context
    assert meter(context).hold(context) == hold


@pytest.mark.parametrize("body", [UNCAPPED, UNCAPPED.replace(b"gpt-4o", b"small")])
def test_a_models_cap_bounds_what_is_held(body: bytes) -> None:
    terms = TokenTerms(completion_caps=ByModel([("small", 30)]))
    context = World(body, terms).context
    assert meter(context).hold(context) == (30 if b"small" in body else HOLD_DEFAULT)


def answer(
    completion: int, *, prompt: int = 9, reason: str = "stop", model: str = "gpt-4o"
) -> bytes:
    choice = {"index": 0, "message": {"content": "w"}, "finish_reason": reason}
    usage = {"prompt_tokens": prompt, "completion_tokens": completion}
    return msgspec.json.encode({"model": model, "choices": [choice], "usage": usage})


def taught(terms: TokenTerms, body: bytes, number: int, *, question: bytes = UNCAPPED) -> None:
    """Let so many calls be answered alike."""
    for _ in range(number):
        world = World(question, terms)
        world.drive(meter(world.context).count_prompt())
        world.answered(body)


def hold_of(terms: TokenTerms, body: bytes = UNCAPPED) -> int:
    context = World(body, terms).context
    return meter(context).hold(context)


@pytest.mark.parametrize(("samples", "hold"), [(SAMPLES_MIN - 1, HOLD_DEFAULT), (SAMPLES_MIN, 7)])
def test_holds_are_learned_once_there_are_enough_samples(samples: int, hold: int) -> None:
    terms = TokenTerms()
    taught(terms, answer(7), samples)
    assert hold_of(terms) == hold


def test_a_learned_hold_is_that_of_its_model_and_multiplied_by_choices() -> None:
    terms = TokenTerms()
    taught(terms, answer(7), SAMPLES_MIN)
    assert hold_of(terms, UNCAPPED.replace(b"gpt-4o", b"other")) == HOLD_DEFAULT
    assert hold_of(terms, UNCAPPED.replace(b"{", b'{"n":3,', 1)) == 21


def test_strict_grants_no_learned_quantile() -> None:
    terms = msgspec.structs.replace(STRICT, learned=metering.Learned())
    taught(terms, answer(7), SAMPLES_MIN)
    assert hold_of(terms) == 60


def test_answers_that_were_cut_are_no_samples() -> None:
    terms = TokenTerms()
    taught(terms, answer(7, reason="length"), SAMPLES_MIN)
    assert hold_of(terms) == HOLD_DEFAULT


def test_answers_that_say_no_usage_are_no_samples() -> None:
    terms = TokenTerms()
    taught(terms, b'{"choices":[{"message":{"content":"one two"}}]}', SAMPLES_MIN)
    assert hold_of(terms) == HOLD_DEFAULT


STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
LENGTH = STOP.replace(b"stop", b"length")


@pytest.mark.parametrize(
    ("chunks", "hold"),
    [
        ((WORDS, STOP, USAGE, DONE), 7),
        ((WORDS, LENGTH, USAGE, DONE), HOLD_DEFAULT),
        ((WORDS, USAGE), HOLD_DEFAULT),
    ],
)
def test_streams_are_samples_where_they_came_to_their_own_end(
    chunks: tuple[bytes, ...], hold: int
) -> None:
    terms = TokenTerms()
    body = UNCAPPED.replace(b"{", b'{"stream":true,', 1)
    for _ in range(SAMPLES_MIN):
        world = World(body, terms)
        world.reserve()
        world.streamed(*chunks)
        world.close()
    assert hold_of(terms) == hold


CLAUDE = UNCAPPED.replace(b"gpt-4o", b"claude-x")


def estimate_of(terms: TokenTerms, body: bytes = CLAUDE) -> int:
    world = World(body, terms)
    count: int = world.drive(meter(world.context).count_prompt())
    return count


def test_a_prompt_of_a_model_without_a_public_tokenizer_is_scaled_by_what_was_learned() -> None:
    terms = TokenTerms()
    assert estimate_of(terms) == 8
    taught(terms, answer(7, prompt=16, model="claude-x"), 500, question=CLAUDE)
    # 2,000 tokens believed, then 4,000 that were 8,000: 10,000 for 6,000.
    assert estimate_of(terms) == 14
    assert estimate_of(terms, UNCAPPED) == 8


def test_a_model_with_a_public_tokenizer_is_believed_as_it_is_counted() -> None:
    terms = TokenTerms()
    taught(terms, answer(7, prompt=16), 500)
    assert estimate_of(terms, UNCAPPED) == 8


def test_prompts_with_pictures_teach_nothing_and_are_not_scaled() -> None:
    terms = TokenTerms()
    picture = {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}
    question = {"model": "claude-x", "messages": [{"role": "user", "content": [picture]}]}
    seen = msgspec.json.encode(question)
    taught(terms, answer(7, prompt=16, model="claude-x"), 500, question=seen)
    assert estimate_of(terms) == 8
    taught(terms, answer(7, prompt=16, model="claude-x"), 500, question=CLAUDE)
    assert estimate_of(terms) == 14
    assert estimate_of(terms, seen) == 8


PRICE = Price(input=2, output=3)
PRICED = TokenTerms(prices=PriceTable([("gpt-4o", PRICE)]))


def test_what_a_call_cost_is_settled_and_told() -> None:
    world = World(QUESTION, PRICED)
    world.reserve().price = PRICE
    world.answered()
    world.drive(metering.settle_buffered(world.context))
    world.close()
    assert world.operations[-1] == Settle(world.context.request_id, 9, 4, 9 * 2 + 4 * 3)
    assert world.metered.cost == 30


def test_without_a_limit_in_money_only_the_record_has_a_cost() -> None:
    world = World(QUESTION, PRICED)
    world.reserve()
    world.answered()
    world.close()
    assert world.operations[-1] == Settle(world.context.request_id, 9, 4, 0)
    assert world.metered.cost == 30


def test_an_answer_of_a_model_without_a_price_costs_what_was_asked_for() -> None:
    world = World(QUESTION, PRICED)
    world.reserve().price = PRICE
    world.answered(ANSWER.replace(b"gpt-4o", b"gpt-4o-2024-11-20"))
    world.close()
    assert world.operations[-1].cost == 30
    assert world.metered.cost == 30


def test_a_model_without_a_price_has_no_cost_in_the_record() -> None:
    world = World()
    world.reserve()
    world.answered()
    world.close()
    assert world.metered.cost is None


def test_debt_beyond_the_hold_is_told() -> None:
    world = World()
    world.reserve()
    world.answered(answer(25, prompt=8))
    world.close()
    assert world.metered.debt == 5


def streaming(terms: TokenTerms, *, capped: bool = False, price: Price | None = None) -> World:
    """Return a call whose answer has begun to come."""
    world = World(STREAM if capped else STREAM.replace(b'"max_tokens":20,', b""), terms)
    world.reserve().price = price
    world.answered(b"", headers={"Content-Type": "text/event-stream"})
    return world


def test_what_has_passed_of_a_stream_is_told_with_its_cost() -> None:
    world = streaming(PRICED, price=PRICE)
    account = world.account
    assert account.seen("r") is None
    assert account.tap is not None
    account.tap.feed(WORDS)
    account.tap.feed(WORDS)
    assert account.seen("r") == Seen("r", 2, 6)
    account.price = None
    assert account.seen("r") == Seen("r", 2, 0)


def test_what_nobody_reserved_or_streams_is_not_told() -> None:
    world = World()
    account = world.reserve()
    assert account.seen("r") is None
    streamed = streaming(PRICED)
    assert streamed.account.tap is not None
    streamed.account.tap.feed(WORDS)
    streamed.account.reserved = False
    assert streamed.account.seen("r") is None


def learned(tokens: int) -> metering.Learned:
    """Return what is known after many completions of so many tokens."""
    known = metering.Learned()
    for _ in range(SAMPLES_MIN):
        known.completions.observe(("", "", "gpt-4o"), tokens)
    return known


@pytest.mark.parametrize(
    ("admission", "overrun", "capped", "cuts"),
    [
        ("bounded", "cut", False, True),
        ("bounded", "grace", False, False),
        ("apim", "cut", False, False),
        # The provider was told a cap that is within the hold: it ends the answer itself.
        ("strict", "cut", False, False),
        ("strict", "cut", True, False),
        ("bounded", "cut", True, False),
    ],
)
def test_streams_are_cut_where_nothing_else_keeps_them_to_their_hold(
    admission: Any, overrun: Any, capped: bool, cuts: bool
) -> None:
    world = streaming(TokenTerms(admission=admission, overrun=overrun), capped=capped)
    follower = world.account.follower()
    assert isinstance(follower, CuttingTap if cuts else StreamTap)


def test_a_cap_far_above_the_learned_hold_keeps_nothing_to_it() -> None:
    world = streaming(TokenTerms(overrun="cut", learned=learned(5)), capped=True)
    assert world.account.granted == 5
    assert isinstance(world.account.follower(), CuttingTap)


def test_a_compressed_stream_is_not_cut() -> None:
    world = World(STREAM, TokenTerms(overrun="cut", learned=learned(5)))
    world.reserve()
    headers = {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
    world.answered(b"", headers=headers)
    assert world.account.follower() is world.account.tap


def test_a_stream_that_was_cut_is_charged_what_passed() -> None:
    world = streaming(TokenTerms(overrun="cut", learned=learned(2)))
    follower = world.account.follower()
    assert follower is not None
    passed = [follower.feed(WORDS) for _ in range(5)]
    assert passed[:2] == [WORDS, WORDS]
    assert b'"finish_reason":"length"' in passed[2]
    assert passed[3:] == [b"", b""]
    world.close()
    # The words of two chunks, of which two stand without a space between them.
    assert world.level == Level(used=8 + 5, held=0)
    assert not world.metered.usage.reported
