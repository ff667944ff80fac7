from __future__ import annotations

from typing import Literal

import pytest

from headgate.csharp.errors import DotNetError
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault, Where
from headgate.model.messages import Body
from headgate.policy.effects import BodyFailed, ReadRequestBody, ReadResponseBody, Sleep, Steps
from headgate.policy.plan import Block, Step, await_request_body
from headgate.testing.playbook import Playbook, make_context, make_response

INNER = Where(path="inner")
OUTER = Where(path="outer")


def nothing(context: Context) -> None:
    """Do nothing."""


def broken(context: Context) -> None:
    raise DotNetError("System.FormatException", "no")


def refusing(context: Context) -> None:
    raise CallError(403, "no", source="test", reason="No")


def waiting(context: Context) -> Steps[None]:
    yield from Sleep  # type: ignore[misc]  # never reached


def test_step_without_effects_is_plain() -> None:
    assert Step("s", INNER, apply=nothing).plain
    assert not Step("s", INNER, drive=waiting).plain


@pytest.mark.parametrize("part", ["request.body", "response.body"])
def test_step_that_reads_a_body_is_not_plain(part: str) -> None:
    step = Step("s", INNER, apply=nothing, reads=frozenset({part}))
    assert not step.plain
    assert not Block((step,)).plain


def test_step_applies_or_drives() -> None:
    with pytest.raises(AssertionError):
        Step("s", INNER)
    with pytest.raises(AssertionError):
        Step("s", INNER, apply=nothing, drive=waiting)


def test_expression_that_fails_is_the_operators_fault() -> None:
    with pytest.raises(CallError) as caught:
        Block((Step("s", INNER, apply=broken),)).apply(make_context())
    error = caught.value
    assert (error.status, error.source, error.fault) == (500, "s", Fault.OPERATOR)
    assert (error.reason, error.where) == ("ExpressionValueEvaluationFailure", INNER)


def test_innermost_step_is_blamed() -> None:
    inner = Block((Step("in", INNER, apply=refusing),))
    outer = Block((Step("out", OUTER, apply=inner.apply),))
    with pytest.raises(CallError) as caught:
        outer.apply(make_context())
    assert (caught.value.where, caught.value.source) == (INNER, "test")


def test_innermost_step_is_blamed_when_driven() -> None:
    inner = Block((Step("in", INNER, apply=refusing),))
    outer = Block((Step("out", OUTER, drive=inner.drive),))
    with pytest.raises(CallError) as caught:
        list(outer.drive(make_context()))
    assert caught.value.where == INNER


def reading(part: str) -> Step:
    return Step("s", INNER, apply=nothing, reads=frozenset({part}))


def test_complete_body_is_not_waited_for() -> None:
    Playbook(reading("request.body"), make_context(body=b"x")).run()
    Playbook(reading("request.body"), make_context()).run()
    Playbook(reading("response.body"), make_context()).run()
    Playbook(reading("response.body"), make_context(response=make_response())).run()


def test_body_that_is_on_its_way_is_waited_for() -> None:
    context = make_context(body=b"", response=make_response())
    assert context.request.body is not None
    assert context.response is not None
    context.request.body.complete = False
    context.response.body = Body(complete=False)
    Playbook(reading("request.body"), context).expect(ReadRequestBody, None).run()
    Playbook(reading("response.body"), context).expect(ReadResponseBody, None).run()


def test_request_body_that_never_comes_is_the_callers_fault() -> None:
    context = make_context(body=b"")
    assert context.request.body is not None
    context.request.body.complete = False
    playbook = Playbook(reading("request.body"), context)
    playbook.expect(ReadRequestBody, BodyFailed("too-large", "too large"))
    with pytest.raises(CallError) as caught:
        playbook.run()
    assert (caught.value.status, caught.value.message) == (413, "too large")


def test_answer_that_breaks_off_is_the_upstreams_fault() -> None:
    context = make_context(response=make_response())
    assert context.response is not None
    context.response.body = Body(complete=False)
    playbook = Playbook(reading("response.body"), context)
    playbook.expect(ReadResponseBody, BodyFailed("peer-gone", "gone"))
    with pytest.raises(CallError) as caught:
        playbook.run()
    assert (caught.value.status, caught.value.fault) == (502, Fault.UPSTREAM)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("timeout", "ClientConnectionFailure"),
        ("peer-gone", "ClientConnectionFailure"),
        ("too-large", "BodyNotRead"),
        ("malformed", "BodyNotRead"),
    ],
)
def test_request_body_that_the_caller_does_not_send_has_its_reason(
    kind: Literal["timeout", "peer-gone", "too-large", "malformed"], reason: str
) -> None:
    context = make_context("POST")
    context.request.body = Body(complete=False)
    steps = await_request_body(context)
    next(steps)
    with pytest.raises(CallError) as caught:
        steps.send(BodyFailed(kind, "why"))
    assert (caught.value.reason, caught.value.source) == (reason, "")


def test_error_without_a_source_is_of_the_step_that_ran() -> None:
    def apply(context: Context) -> None:
        raise CallError(500, "m", source="", reason="r")

    with pytest.raises(CallError) as caught:
        Block((Step("set-header", Where(), apply=apply),)).apply(make_context())
    assert caught.value.source == "set-header"
