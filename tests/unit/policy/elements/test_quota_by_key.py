from __future__ import annotations

import pytest

from headgate.limits.calendar import LIFETIME, cycle
from headgate.limits.operations import AddCalls, CountCalls, Counted, QuotaRule, Refused
from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.call_quota import QuotaAccount
from headgate.policy.deferred import run_deferred
from headgate.policy.effects import Apply, Effect
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    describe,
    diagnose,
    make_context,
    make_response,
)

XML = '<quota-by-key calls="9" renewal-period="3600" counter-key="@("k" + 1)"{} />'
RULE = QuotaRule("k1", 9, cycle(3600, Micros(0)), kind="calls")


def deferred(context: Context) -> list[str]:
    """Run what was put off; return what it asked."""
    asked: list[Effect[object]] = []
    steps = run_deferred(context)
    reply = None
    while True:
        try:
            asked.append(steps.send(reply))
        except StopIteration:
            return [describe(effect) for effect in asked]
        reply = Counted(4)


def ran(extra: str, amount: int, rule: QuotaRule = RULE) -> Context:
    context = make_context()
    script = Playbook(compile_element(XML.format(extra)), context)
    script.expect(Apply(CountCalls(rule, amount)), Counted(5)).run()
    return context


def test_a_call_is_counted_at_once() -> None:
    assert deferred(ran("", 1)) == []
    assert deferred(ran(' increment-condition="true"', 1)) == []


def test_a_call_that_never_counts_is_only_asked_for() -> None:
    assert deferred(ran(' increment-condition="false"', 0)) == []


@pytest.mark.parametrize(
    ("status", "added"), [(200, [describe(Apply(AddCalls(RULE, 1)))]), (500, [])]
)
def test_a_condition_is_evaluated_at_the_end(status: int, added: list[str]) -> None:
    context = ran(' increment-condition="@(context.Response.StatusCode == 200)"', 0)
    context.response = make_response(status)
    assert deferred(context) == added


def test_a_condition_over_an_answer_that_never_came_is_no_match() -> None:
    context = ran(' increment-condition="@(context.Response.StatusCode == 200)"', 0)
    assert deferred(context) == []


def test_periods_are_counted_from_their_first_start() -> None:
    rule = QuotaRule("k1", 9, cycle(3600, Micros(90 * SECOND)), kind="calls")
    ran(' first-period-start="2020-01-01T00:01:30Z"', 1, rule)


def test_bandwidth_alone_is_owed_and_not_counted() -> None:
    xml = '<quota-by-key bandwidth="3" renewal-period="0" counter-key="k" />'
    context, rule = make_context(), QuotaRule("k", 3072, LIFETIME, kind="bytes")
    script = Playbook(compile_element(xml), context)
    script.expect(Apply(CountCalls(rule, 0)), Counted(5)).run()
    assert context.owners[QuotaAccount].owed == [rule]


def test_a_refused_call_puts_nothing_off() -> None:
    context = make_context()
    step = compile_element(XML.format(' increment-condition="@(true)"'))
    refused = Refused(rule=0, wait=SECOND, remaining=(0,), needed=1, limit=9)
    with pytest.raises(CallError) as raised:
        Playbook(step, context).expect(Apply(CountCalls(RULE, 0)), refused).run()
    assert (raised.value.status, raised.value.source) == (403, "quota-by-key")
    assert deferred(context) == []


@pytest.mark.parametrize(
    ("attributes", "codes"),
    [
        ('calls="1" renewal-period="299"', ["HG157"]),
        ('calls="1" renewal-period="300"', []),
        ('calls="1" renewal-period="0"', []),
        ('renewal-period="300"', ["HG153"]),
        ('bandwidth="@(1)" renewal-period="300"', ["HG146"]),
        ('calls="1" renewal-period="300" first-period-start="2020-02-30T00:00:00Z"', ["HG157"]),
        ('calls="1" renewal-period="300" first-period-start="2020-02-28"', ["HG157"]),
        ('calls="1" renewal-period="300" first-period-start="2020-02-28T00:00:00Z"', []),
    ],
)
def test_documents_are_checked_at_load(attributes: str, codes: list[str]) -> None:
    assert diagnose(f'<quota-by-key counter-key="k" {attributes} />') == codes
