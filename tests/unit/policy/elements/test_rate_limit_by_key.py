from __future__ import annotations

import pytest

from headgate.limits.operations import AddCalls, CountCalls, Counted, RateRule, Refused
from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.errors import CallError
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

RULE = RateRule("203.0.113.7", 10, window=60 * SECOND, kind="calls")
XML = (
    '<rate-limit-by-key calls="10" renewal-period="60"'
    ' counter-key="@(context.Request.IpAddress)"{} />'
)


def ran(extra: str, amount: int, context: Context | None = None) -> Context:
    """Run the element, expecting that it asks for so many calls."""
    context = context or make_context()
    script = Playbook(compile_element(XML.format(extra)), context)
    script.expect(Apply(CountCalls(RULE, amount)), Counted(5)).run()
    return context


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


def test_a_call_is_asked_for_and_counted_at_once() -> None:
    context = ran("", 1)
    assert deferred(context) == []


@pytest.mark.parametrize(
    ("extra", "amount"),
    [
        (' increment-count="3"', 3),
        (' increment-count="0"', 0),
        (' increment-condition="true"', 1),
        (' increment-condition="false"', 0),
        (' increment-condition="false" increment-count="3"', 0),
    ],
)
def test_literals_are_counted_at_once_too(extra: str, amount: int) -> None:
    assert deferred(ran(extra, amount)) == []


def test_what_is_left_is_told_where_the_element_stands() -> None:
    context = ran(' remaining-calls-variable-name="left"', 1)
    assert context.variables == {"left": 5}


@pytest.mark.parametrize(
    ("extra", "added"),
    [
        (' increment-condition="@(context.Response.StatusCode == 200)"', [1]),
        (' increment-condition="@(context.Response.StatusCode == 201)"', []),
        (' increment-condition="@(true)"', [1]),
        (' increment-count="@(context.Response.StatusCode / 100)"', [2]),
        (' increment-condition="true" increment-count="@(3)"', [3]),
        (' increment-condition="false" increment-count="@(3)"', []),
        (' increment-condition="@(1 &gt; 0)" increment-count="4"', [4]),
    ],
)
def test_an_expression_only_asks_and_counts_at_the_end(extra: str, added: list[int]) -> None:
    context = ran(extra, 0)
    context.response = make_response(200)
    assert deferred(context) == [describe(Apply(AddCalls(RULE, amount))) for amount in added]


def test_after_counting_the_new_number_is_told() -> None:
    names = ' remaining-calls-variable-name="left" remaining-calls-header-name="x-left"'
    context = ran(names + ' increment-condition="@(true)"', 0)
    context.response = make_response(200)
    deferred(context)
    assert context.variables == {"left": 4}
    assert context.response.headers.get("x-left") == "4"


def test_a_condition_over_an_answer_that_never_came_is_no_match() -> None:
    context = ran(' increment-condition="@(context.Response.StatusCode == 200)"', 0)
    assert deferred(context) == []


def test_a_count_is_not_read_where_the_condition_fails() -> None:
    context = ran(
        ' increment-condition="@(context.Response.StatusCode == 200)"'
        ' increment-count="@(int.Parse(context.Response.Body.As<string>(true)))"',
        0,
    )
    context.response = make_response(500, b"not a number")
    assert deferred(context) == []


def test_a_count_that_fails_is_an_error_that_names_the_element() -> None:
    context = ran(' increment-count="@(int.Parse(context.Response.Body.As<string>(true)))"', 0)
    context.response = make_response(200, b"not a number")
    with pytest.raises(CallError) as raised:
        deferred(context)
    assert raised.value.source == "rate-limit-by-key"
    assert raised.value.where is not None
    assert raised.value.where.section == "outbound"


def test_the_limit_arrives_with_the_question() -> None:
    xml = (
        '<rate-limit-by-key calls="@(2 + 2)" renewal-period="@(300)" counter-key="k"'
        ' total-calls-header-name="x-total" />'
    )
    rule = RateRule("k", 4, window=300 * SECOND, kind="calls")
    Playbook(compile_element(xml), make_context()).expect(
        Apply(CountCalls(rule, 1)), Counted(3)
    ).run()


def test_a_refused_call_puts_nothing_off() -> None:
    context = make_context()
    step = compile_element(XML.format(' increment-condition="@(true)"'))
    refused = Refused(rule=0, wait=SECOND, remaining=(0,), needed=1, limit=10)
    with pytest.raises(CallError) as raised:
        Playbook(step, context).expect(Apply(CountCalls(RULE, 0)), refused).run()
    assert raised.value.status == 429
    assert deferred(context) == []


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (' renewal-period="301"', "HG144"),
        (' renewal-period="0"', "HG144"),
        (' calls="-1"', "HG144"),
        (' increment-count="-1"', "HG144"),
        (' retry-after-header-name="no name"', "HG143"),
    ],
)
def test_bounds_are_held_at_load(extra: str, code: str) -> None:
    name = extra.split("=")[0].strip()
    given = {"calls": "10", "renewal-period": "60", "counter-key": "k"}
    given.pop(name, None)
    rest = " ".join(f'{key}="{value}"' for key, value in given.items())
    assert diagnose(f"<rate-limit-by-key {rest}{extra} />") == [code]
