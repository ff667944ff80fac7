"""Token accounts as their calls are sent, answered and ended."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from headgate.limits.operations import Level, Read, Release, Reserve, Settle
from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response
from headgate.model.usage import TokenUsage
from headgate.policy import settling
from headgate.policy.effects import Apply, BodyFailed, Steps
from headgate.policy.metering import TokenTerms, meter
from headgate.tokens.prices import Price, PriceTable
from tests.unit.policy.conftest import (
    ANSWER,
    DONE,
    QUESTION,
    RULE,
    STREAM,
    USAGE,
    WORDS,
    World,
)

PRICE = Price(input=2, output=3)
PRICED = TokenTerms(prices=PriceTable([("gpt-4o", PRICE)]))


class Listening:
    """A limit and a metric that note what they are told."""

    def __init__(self) -> None:
        self.left: list[dict[Any, int]] = []
        self.usages: list[TokenUsage] = []

    def settled(self, context: Context, remaining: Any, *, usage: TokenUsage) -> None:
        self.left.append(dict(remaining))

    def used(self, context: Context, usage: TokenUsage) -> None:
        self.usages.append(usage)


def test_a_call_that_nobody_meters_is_left_alone() -> None:
    world = World()
    world.context.request.headers.set("Accept-Encoding", "gzip")
    settling.before_forward(world.context)
    settling.not_forwarded(world.context)
    world.drive(settling.after_forward(world.context))
    world.drive(settling.settle_buffered(world.context))
    world.drive(settling.take_back(world.context))
    world.close()
    assert world.context.request.headers.get("accept-encoding") == "gzip"
    assert world.operations == []
    assert world.context.facts == []


def test_the_answer_is_asked_for_in_plain() -> None:
    world = World()
    meter(world.context)
    world.context.request.headers.set("Accept-Encoding", "gzip, br")
    settling.before_forward(world.context)
    assert world.context.request.headers.values("accept-encoding") == ["identity"]


def test_a_client_that_says_nothing_of_encodings_goes_on_saying_nothing() -> None:
    world = World()
    meter(world.context)
    settling.before_forward(world.context)
    assert "accept-encoding" not in world.context.request.headers


def test_a_buffered_answer_is_charged_its_usage_once() -> None:
    world = World()
    account = world.reserve()
    listening = Listening()
    account.limits.append(listening)
    account.metrics.append(listening)
    world.answered()
    world.drive(settling.settle_buffered(world.context))
    world.drive(settling.settle_buffered(world.context))
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
    world.drive(settling.settle_buffered(world.context))
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
    world.drive(settling.settle_buffered(world.context))
    assert world.level.used == 10
    assert world.account.usage is not None
    assert not world.account.usage.reported


def test_an_answer_in_no_known_shape_is_charged_the_prompt() -> None:
    world = World()
    world.reserve()
    world.answered(b"<html>")
    world.drive(settling.settle_buffered(world.context))
    assert world.level.used == 8


@pytest.mark.parametrize("status", [400, 429, 500, 599])
def test_a_backend_error_is_charged_nothing(status: int) -> None:
    world = World()
    world.reserve()
    world.answered(b'{"error":{"message":"no"}}', status=status)
    world.drive(settling.settle_buffered(world.context))
    world.close()
    assert world.level == Level(used=0, held=0)
    assert world.metered.usage.total_tokens == 0


def test_a_backend_error_is_charged_the_usage_that_it_names() -> None:
    world = World()
    world.reserve()
    world.answered(ANSWER, status=400)
    world.drive(settling.settle_buffered(world.context))
    assert world.level.used == 13


def test_an_error_that_comes_as_a_stream_is_charged_nothing() -> None:
    world = World(STREAM)
    world.reserve()
    headers = {"Content-Type": "text/event-stream"}
    world.answered(b'data: {"error":{}}\n\n', status=429, headers=headers)
    assert world.account.tap is None
    world.drive(settling.settle_buffered(world.context))
    assert world.level.used == 0


def test_an_answer_that_breaks_off_is_a_bad_gateway() -> None:
    world = World()
    world.reserve()
    settling.before_forward(world.context)
    world.arriving = BodyFailed("peer-gone", "gone")
    world.context.response = Response(200, "", Headers(), Body(complete=False))
    with pytest.raises(CallError) as raised:
        world.drive(settling.after_forward(world.context))
    assert raised.value.status == 502


def test_attempts_are_summed_and_settled_once() -> None:
    world = World()
    world.reserve()
    world.answered(ANSWER, status=500)
    world.answered(ANSWER)
    world.drive(settling.settle_buffered(world.context))
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
    world.drive(settling.settle_buffered(world.context))
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
    settling.before_forward(world.context)
    headers = Headers.of(("Content-Type", "text/event-stream"))
    world.context.response = Response(200, "", headers, Body(WORDS + USAGE + DONE))
    world.drive(settling.after_forward(world.context))
    world.drive(settling.absorb(world.context))
    world.drive(settling.absorb(world.context))
    assert world.account.tap is None
    assert world.context.response.body is not None
    assert world.context.response.body.outgoing == WORDS + DONE
    world.drive(settling.settle_buffered(world.context))
    assert world.level.used == 16
    world.close()
    assert world.level.used == 16


def test_a_stream_without_usage_that_is_all_here_is_counted() -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"", headers={"Content-Type": "text/event-stream"})
    assert world.context.response is not None
    assert world.context.response.body is not None
    world.context.response.body.content = WORDS + DONE
    world.context.response.body.complete = True
    world.drive(settling.absorb(world.context))
    world.close()
    assert world.level.used == 11


@pytest.mark.parametrize("anew", [True, False])
def test_what_a_policy_put_in_the_place_of_a_stream_is_not_taken_for_it(anew: bool) -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"", headers={"Content-Type": "text/event-stream"})
    assert world.context.response is not None
    assert world.context.response.body is not None
    if anew:
        world.context.response.body = Body(WORDS + DONE)
    else:
        world.context.response.body.replace(WORDS + DONE)
    world.drive(settling.absorb(world.context))
    assert world.account.tap is not None
    world.account.tap.feed(WORDS)
    world.close()
    assert world.level.used == 11
    assert world.context.response.body.content == WORDS + DONE


def test_a_stream_that_is_on_its_way_is_not_absorbed() -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"", headers={"Content-Type": "text/event-stream"})
    world.drive(settling.absorb(world.context))
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
    settling.before_forward(world.context)
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
    settling.before_forward(world.context)
    settling.not_forwarded(world.context)
    world.close()
    assert world.level.used == 0


def test_a_failed_attempt_does_not_undo_what_another_used() -> None:
    world = World()
    world.reserve()
    world.answered(ANSWER, status=500)
    settling.before_forward(world.context)
    settling.not_forwarded(world.context)
    world.drive(settling.take_back(world.context))
    world.close()
    assert world.level.used == 13


def test_a_stream_that_was_given_up_for_another_attempt_is_forgotten() -> None:
    world = World(STREAM)
    world.reserve()
    world.answered(b"", headers={"Content-Type": "text/event-stream"})
    world.answered(ANSWER)
    world.drive(settling.settle_buffered(world.context))
    assert world.level.used == 13


def test_taking_back_happens_once_and_only_before_sending() -> None:
    world = World()
    world.reserve()
    world.drive(settling.take_back(world.context))
    world.drive(settling.take_back(world.context))
    assert [type(operation) for operation in world.operations] == [Reserve, Release]


def test_a_compressed_answer_is_read_all_the_same() -> None:
    world = World()
    world.reserve()
    world.answered(gzip.compress(ANSWER), headers={"Content-Encoding": "GZIP"})
    world.drive(settling.settle_buffered(world.context))
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
    world.drive(settling.settle(world.context, account))
    assert world.level.used == 16


def test_what_a_call_cost_is_settled_and_told() -> None:
    world = World(QUESTION, PRICED)
    world.reserve().price = PRICE
    world.answered()
    world.drive(settling.settle_buffered(world.context))
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
    world.answered(ANSWER.replace(b"4}", b"25}"))
    world.close()
    assert world.metered.debt == 6


def test_a_prompt_that_nobody_counted_is_charged_though_its_answer_never_came() -> None:
    """Else a call without an estimate would be metered as zero in silence."""
    world = World()
    account = meter(world.context)
    account.reserved = True
    world.perform(Apply(Reserve(world.context.request_id, (RULE,), 0, 20, "bounded", 900 * SECOND)))
    settling.before_forward(world.context)
    world.close()
    assert world.level == Level(8, 0)
    assert not world.metered.usage.reported


def test_an_unanswered_attempt_is_charged_beside_one_that_was_answered() -> None:
    world = World()
    world.reserve()
    world.answered(ANSWER, status=500)
    settling.before_forward(world.context)
    world.close()
    assert world.level == Level(13 + 8, 0)


def test_a_stream_that_is_given_up_is_charged_what_passed_of_it() -> None:
    world = World(STREAM)
    world.reserve()
    world.streamed(WORDS)
    world.drive(settling.before_attempt(world.context))
    assert world.account.tap is None
    assert world.account.usage is not None
    assert (world.account.usage.input_tokens, world.account.usage.output_tokens) == (8, 3)
    world.streamed(WORDS, USAGE, DONE)
    world.close()
    assert world.store.apply(Read(RULE.counter)) == Level(8 + 3 + 9 + 7, 0)


def test_another_attempt_is_asked_for_once_something_was_used() -> None:
    world = World()
    account = world.reserve()
    asked: list[str] = []

    def again() -> Steps[None]:
        asked.append("again")
        yield from ()

    account.readmissions.append(again)
    assert not settling.has_used(world.context)
    world.answered(b"busy", status=503)
    assert settling.has_used(world.context)
    world.drive(settling.before_attempt(world.context))
    assert asked == []
    world.answered(ANSWER, status=500)
    world.drive(settling.before_attempt(world.context))
    assert asked == ["again"]


def test_nothing_is_asked_for_a_call_that_nobody_meters() -> None:
    world = World()
    assert not settling.has_used(world.context)
    world.drive(settling.before_attempt(world.context))
    assert world.operations == []
