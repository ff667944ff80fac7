"""The token account of one call. Effects are answered here; the counters are real."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.limits.completions import HOLD_DEFAULT, SAMPLES_MIN
from headgate.limits.operations import (
    Level,
    Seen,
)
from headgate.model.errors import CallError
from headgate.policy import metering, settling
from headgate.policy.effects import (
    CountPrompt,
)
from headgate.policy.metering import TokenTerms, meter
from headgate.testing.playbook import make_context
from headgate.tokens.by_model import ByModel
from headgate.tokens.cutting import CuttingTap
from headgate.tokens.prices import Price, PriceTable
from headgate.tokens.stream import StreamTap
from tests.unit.policy.conftest import (
    DONE,
    QUESTION,
    STREAM,
    USAGE,
    WORDS,
    World,
)


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


STRICT = TokenTerms(admission="strict", strict_max_completion=60)
UNCAPPED = b'{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}'
REASONING = UNCAPPED.replace(b"gpt-4o", b"o3")
SPEECH = b'{"model":"tts-1","input":"hi","voice":"ash"}'


def test_strict_sets_the_cap_that_a_caller_left_out() -> None:
    world = World(UNCAPPED, STRICT)
    world.reserve()
    settling.before_forward(world.context)
    assert world.sent["max_tokens"] == 60


def test_strict_caps_a_reasoning_model_in_the_member_that_it_accepts() -> None:
    world = World(REASONING, STRICT)
    world.reserve()
    settling.before_forward(world.context)
    assert world.sent["max_completion_tokens"] == 60
    assert "max_tokens" not in world.sent


def test_strict_shares_what_was_granted_among_the_choices() -> None:
    world = World(UNCAPPED.replace(b"{", b'{"n":3,', 1), STRICT)
    world.reserve()
    settling.before_forward(world.context)
    assert world.account.granted == 90
    assert world.sent["max_tokens"] == 30


def test_strict_never_raises_the_callers_cap() -> None:
    world = World(QUESTION, STRICT)
    world.reserve()
    settling.before_forward(world.context)
    assert world.context.request.body is not None
    assert world.context.request.body.outgoing is QUESTION


def test_strict_lowers_a_cap_for_which_there_is_no_room() -> None:
    world = World(QUESTION.replace(b"20", b"2000"), STRICT)
    world.reserve()
    settling.before_forward(world.context)
    assert world.sent["max_tokens"] == 92


@pytest.mark.parametrize("admission", ["apim", "bounded"])
def test_only_strict_writes_caps(admission: Any) -> None:
    world = World(UNCAPPED, TokenTerms(admission=admission))
    world.reserve()
    settling.before_forward(world.context)
    assert world.context.request.body is not None
    assert world.context.request.body.outgoing is UNCAPPED


def test_a_call_that_no_limit_watches_gets_no_cap() -> None:
    world = World(UNCAPPED, STRICT)
    meter(world.context)
    settling.before_forward(world.context)
    assert world.context.request.body is not None
    assert world.context.request.body.outgoing is UNCAPPED


def test_a_dialect_that_has_no_cap_is_held_for_what_is_likely_and_left_as_it_is() -> None:
    world = World(SPEECH, STRICT, url="https://gateway.example/audio/speech")
    account = world.reserve()
    assert not account.llm.dialect.can_cap
    settling.before_forward(world.context)
    assert world.context.request.body is not None
    assert world.context.request.body.outgoing is SPEECH


def test_a_retry_finds_the_body_that_was_prepared() -> None:
    world = World(UNCAPPED.replace(b"{", b'{"stream":true,', 1), STRICT)
    world.reserve()
    world.answered(b"busy", status=503)
    assert world.context.request.body is not None
    prepared = world.context.request.body.content
    settling.before_forward(world.context)
    assert world.context.request.body.content is prepared
    assert world.sent["max_tokens"] == 60
    assert world.sent["stream_options"] == {"include_usage": True}
    assert world.account.hides_usage


def test_a_body_that_a_policy_replaced_is_capped_too() -> None:
    world = World(QUESTION, STRICT)
    world.reserve()
    assert world.context.request.body is not None
    world.context.request.body.replace(UNCAPPED)
    settling.before_forward(world.context)
    assert world.sent["max_tokens"] == world.account.granted == 20


def test_a_body_that_a_policy_made_unreadable_is_refused() -> None:
    world = World(QUESTION, STRICT)
    world.reserve()
    assert world.context.request.body is not None
    world.context.request.body.replace(b"hello")
    with pytest.raises(CallError) as raised:
        settling.before_forward(world.context)
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


def test_a_retry_that_is_granted_less_is_told_a_lower_cap() -> None:
    world = World(UNCAPPED.replace(b"{", b'{"stream":true,', 1), STRICT)
    account = world.reserve()
    world.answered(b"busy", status=503)
    account.granted = 31
    settling.before_forward(world.context)
    assert world.sent["max_tokens"] == 31
    assert world.sent["stream_options"] == {"include_usage": True}
    assert account.hides_usage
    assert not account.llm.usage_asked
