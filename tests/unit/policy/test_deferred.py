from __future__ import annotations

from typing import Any

import pytest

from headgate.model.context import Context
from headgate.model.errors import CallError, Where
from headgate.model.messages import Body
from headgate.policy.deferred import defer, run_deferred
from headgate.policy.effects import ReadResponseBody
from headgate.policy.plan import Step
from headgate.testing.playbook import make_context, make_response

WHERE = Where(scope="api", section="outbound", path="rate-limit-by-key[1]")


def noting(said: list[str], word: str, *, reads: frozenset[str] = frozenset()) -> Step:
    return Step("test", WHERE, apply=lambda _: said.append(word), reads=reads)


def asked(context: Context) -> list[Any]:
    """Run what was put off, answering every effect with None; return the effects."""
    effects = []
    for effect in run_deferred(context):
        effects.append(effect)
        if isinstance(effect, ReadResponseBody):
            assert context.response is not None
            assert context.response.body is not None
            context.response.body.replace(b"whole")
    return effects


def test_steps_run_once_in_the_order_in_which_they_were_put_off() -> None:
    said: list[str] = []
    context = make_context()
    defer(context, noting(said, "one"))
    defer(context, noting(said, "two"))
    assert said == []
    assert asked(context) == []
    asked(context)
    assert said == ["one", "two"]


def test_a_call_that_owes_nothing_runs_nothing() -> None:
    assert asked(make_context()) == []


def test_the_answers_body_is_waited_for_where_a_step_reads_it() -> None:
    said: list[str] = []
    context = make_context(response=make_response())
    assert context.response is not None
    context.response.body = Body(complete=False)
    defer(context, noting(said, "one", reads=frozenset({"response.body"})))
    (effect,) = asked(context)
    assert isinstance(effect, ReadResponseBody)
    assert said == ["one"]


def test_a_failure_names_the_step_that_was_put_off() -> None:
    def failing(_: Context) -> None:
        raise CallError(500, "no", source="test", reason="R")

    context = make_context()
    defer(context, Step("test", WHERE, apply=failing))
    with pytest.raises(CallError) as raised:
        asked(context)
    assert raised.value.where is WHERE
