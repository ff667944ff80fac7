from __future__ import annotations

from typing import Any

import pytest

from headgate.limits.operations import CountCalls, Counted, RateRule, Refused
from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.entities import Api, Operation, Product, Subscription
from headgate.model.errors import CallError
from headgate.policy.answer_headers import AnswerHeaders
from headgate.policy.effects import Apply
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

XML = '<rate-limit calls="10" renewal-period="60"{}>{}</rate-limit>'
CHILDREN = """
    <api id="other" calls="1" renewal-period="60" />
    <api name="Chat" calls="8" renewal-period="120">
        <operation id="another" name="Complete" calls="1" renewal-period="60" />
        <operation name="Complete" calls="6" renewal-period="60" />
    </api>
"""


def call() -> Context:
    context = make_context()
    context.subscription = Subscription(id="s", name="S", scope="all")
    context.api = Api(id="chat", name="Chat", path="chat")
    context.operation = Operation(id="op", name="Complete", method="POST", url_template="/")
    context.product = Product(id="p", name="P")
    return context


def rule(key: str, calls: int, seconds: int = 60) -> RateRule:
    return RateRule(f"rate-limit/s/api/chat{key}", calls, window=seconds * SECOND, kind="calls")


def counted(given: RateRule, left: int) -> tuple[Any, Any]:
    return Apply(CountCalls(given, 1)), Counted(left)


def run(xml: str, context: Context, *script: tuple[Any, Any]) -> None:
    playbook = Playbook(compile_element(xml), context)
    for effect, reply in script:
        playbook.expect(effect, reply)
    playbook.run()


def test_calls_of_a_subscription_are_counted_for_its_document() -> None:
    run(XML.format("", ""), call(), counted(rule("", 10), 9))


def test_a_call_without_a_subscription_is_not_limited() -> None:
    context = call()
    context.subscription = None
    run(XML.format(' remaining-calls-variable-name="left"', ""), context)
    assert context.variables == {}


def test_children_that_fit_are_counted_first_and_the_least_is_told() -> None:
    context = call()
    run(
        XML.format(' remaining-calls-variable-name="left" total-calls-header-name="x"', CHILDREN),
        context,
        counted(rule("/chat/op", 6), 5),
        counted(rule("/chat", 8, 120), 2),
        counted(rule("", 10), 9),
    )
    assert context.variables == {"left": 2}
    assert context.owners[AnswerHeaders] == {"x": "10"}


def test_children_for_others_do_not_count() -> None:
    context = call()
    context.api = Api(id="third", name="Third", path="third")
    xml = XML.format("", CHILDREN)
    elsewhere = RateRule("rate-limit/s/api/third", 10, window=60 * SECOND, kind="calls")
    run(xml, context, counted(elsewhere, 9))


def test_an_id_goes_before_a_name() -> None:
    xml = XML.format("", '<api id="chat" name="Other" calls="5" renewal-period="60" />')
    run(xml, call(), counted(rule("/chat", 5), 4), counted(rule("", 10), 9))
    xml = XML.format("", '<api id="other" name="Chat" calls="5" renewal-period="60" />')
    run(xml, call(), counted(rule("", 10), 9))


def test_a_refusal_by_a_child_costs_the_rest_nothing() -> None:
    context = call()
    refused = Refused(rule=0, wait=7 * SECOND, remaining=(0,), needed=1, limit=6)
    with pytest.raises(CallError) as raised:
        run(
            XML.format(' retry-after-variable-name="wait"', CHILDREN),
            context,
            (Apply(CountCalls(rule("/chat/op", 6), 1)), refused),
        )
    assert raised.value.message == "Rate limit is exceeded. Try again in 7 seconds."
    assert context.variables == {"wait": 7}


@pytest.mark.parametrize(
    ("xml", "codes"),
    [
        ('<rate-limit calls="10" renewal-period="300" />', []),
        ('<rate-limit calls="10" renewal-period="301" />', ["HG144"]),
        ('<rate-limit calls="0" renewal-period="60" />', ["HG144"]),
        ('<rate-limit calls="@(10)" renewal-period="60" />', ["HG146"]),
        (XML.format("", '<api calls="1" renewal-period="60" />'), ["HG153"]),
        (XML.format("", "") * 2, ["HG154"]),
    ],
)
def test_what_is_wrong_is_found_at_load(xml: str, codes: list[str]) -> None:
    assert diagnose(xml) == codes
