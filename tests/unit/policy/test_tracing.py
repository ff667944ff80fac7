from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from headgate.model.context import Context
from headgate.model.entities import NamedValue
from headgate.model.errors import CallError, Where
from headgate.policy import tracing
from headgate.policy.effects import Forward, ForwardFailed, Send, Together
from headgate.policy.elements import discover
from headgate.policy.plan import Block, ResponseReturned, Step
from headgate.policy.surroundings import Surroundings
from headgate.policy.tracing import CallTrace, StepTrace, Tracing
from headgate.testing.playbook import compile_element, make_context, make_response


def compiled(xml: str, *, secrets: dict[str, str] | None = None) -> Step:
    values = {
        name: NamedValue(id=name, name=name, value=value, secret=True)
        for name, value in (secrets or {}).items()
    }
    surroundings = Surroundings(registry=discover(), named_values=values, instrument=Tracing())
    return compile_element(xml, surroundings=surroundings)


def traced(
    xml: str, context: Context | None = None, *, secrets: dict[str, str] | None = None
) -> list[StepTrace]:
    """Run a plain element; return what was recorded of it."""
    context = context or make_context()
    trace = context.owners[CallTrace] = CallTrace(context.started, (secrets or {}).values())
    Block((compiled(xml, secrets=secrets),)).apply(context)
    return trace.steps


def test_inputs_are_literals_and_what_expressions_came_to() -> None:
    (step,) = traced('<set-variable name="a" value="@(1 + 1)" />')
    assert (step.source, step.outcome) == ("set-variable", "done")
    assert step.inputs == [("name", "a"), ("value", "2")]
    assert (step.where.line, step.where.path) == (1, "set-variable[1]")
    assert step.elapsed is not None


def test_children_follow_the_step_that_holds_them() -> None:
    steps = traced(
        '<choose><when condition="@(1 == 1)"><set-method>PUT</set-method></when>'
        "<otherwise><set-method>GET</set-method></otherwise></choose>"
    )
    assert [(step.where.path, step.inputs) for step in steps] == [
        ("choose[1]", [("condition", "True")]),
        ("choose[1]/when[1]/set-method[1]", [("set-method", "PUT")]),
    ]


def test_what_policies_say_stands_with_the_step() -> None:
    (step,) = traced('<trace source="s"><message>@("he" + "llo")</message></trace>')
    assert step.messages == ["hello"]
    (step,) = traced('<set-variable name="a" value="@{ context.Trace("there"); return 1; }" />')
    assert step.messages == ["there"]


def test_answers_and_errors_are_outcomes() -> None:
    context = make_context()
    trace = context.owners[CallTrace] = CallTrace(context.started, ())
    with pytest.raises(ResponseReturned):
        Block((compiled("<return-response />"),)).apply(context)
    with pytest.raises(CallError):
        Block((compiled('<set-variable name="a" value="@(int.Parse("x"))" />'),)).apply(context)
    returned, failed = trace.steps
    assert returned.outcome == "answered"
    assert failed.outcome.startswith("500 ExpressionValueEvaluationFailure: ")
    assert "FormatException" in failed.inputs[-1][1]


@pytest.mark.parametrize(
    "value",
    [
        "{{key}}",
        '@("k-" + "{{key}}")',
        '@("Bearer " + "abc.def")',
        '@("eyJhbGciOiJub25lIn0.eyJvaWQiOiJhYiJ9." + "x")',
    ],
)
def test_secrets_are_masked(value: str) -> None:
    secrets = {"key": "very-secret-1"}
    (step,) = traced(f"<set-variable name='a' value='{value}' />", secrets=secrets)
    text = step.inputs[-1][1]
    assert "secret" not in text
    assert "abc" not in text
    assert "eyJ" not in text


def test_headers_that_carry_secrets_are_masked() -> None:
    xml = '<set-header name="Api-Key"><value>@("q" + 1)</value><value>w2</value></set-header>'
    (step,) = traced(xml)
    assert step.inputs == [("name", "Api-Key"), ("value", "***"), ("value", "***")]


@pytest.mark.parametrize("name", ["Authorization", "@(&quot;api-&quot; + &quot;key&quot;)"])
def test_secrets_in_headers_within_a_step_are_masked(name: str) -> None:
    header = f'<set-header name="{name}"><value>@("opaque" + 1)</value></set-header>'
    for xml in (header, f"<return-response>{header}</return-response>"):
        context = make_context()
        trace = context.owners[CallTrace] = CallTrace(context.started, ())
        with suppress(ResponseReturned):
            Block((compiled(xml),)).apply(context)
        assert ("value", "***") in trace.steps[0].inputs
        assert "opaque" not in str(trace.steps[0].inputs)


def test_the_key_of_the_caller_is_masked_wherever_it_shows() -> None:
    context = make_context(headers={"x": "my-own-key"})
    trace = context.owners[CallTrace] = CallTrace(context.started, ["my-own-key", "abc"])
    step = compiled('<set-variable name="a" value="@(context.Request.Headers["x"][0] + "abc")" />')
    Block((step,)).apply(context)
    assert trace.steps[0].inputs[-1] == ("value", "***abc")


@pytest.mark.parametrize("password", ["hunter-22", "@(&quot;hunter-&quot; + 22)"])
def test_passwords_are_masked(password: str) -> None:
    (step,) = traced(f'<authentication-basic username="me" password="{password}" />')
    assert step.inputs == [("username", "me"), ("password", "***")]


@pytest.mark.parametrize("offset", range(-13, 2))
def test_secret_at_the_end_of_what_is_shown_does_not_begin_there(offset: int) -> None:
    secret, before = "very-secret-1", "x" * (tracing.TEXT_MAX + offset)
    context = make_context()
    trace = context.owners[CallTrace] = CallTrace(context.started, [secret])
    trace.current = trace.begin(context, "a", where=Where())
    trace.note("a", before + secret)
    assert "v" not in trace.steps[0].inputs[0][1]


def test_long_values_are_cut_and_their_sum_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    xml = '<set-variable name="a" value="@(new string(\'x\', 5000))" />'
    (step,) = traced(xml)
    assert len(step.inputs[-1][1]) == tracing.TEXT_MAX + 1
    monkeypatch.setattr(tracing, "TEXTS_MAX", 1)
    steps = traced(f"<choose><when condition='@(true)'>{xml}{xml}</when></choose>")
    assert [len(step.inputs) for step in steps] == [1, 1, 1]


def test_number_of_steps_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "STEPS_MAX", 2)
    xml = '<set-variable name="a" value="1" />'
    assert len(traced(f"<choose><when condition='@(true)'>{xml}{xml}</when></choose>")) == 2


def test_steps_with_effects_are_recorded_side_by_side() -> None:
    one, two = (
        f'<send-request response-variable-name="{name}" ignore-error="true">'
        f'<set-url>@("https://{name}" + ".example")</set-url></send-request>'
        for name in ("one", "two")
    )
    step = compiled(f"<wait>{one}{two}</wait>")
    context = make_context()
    trace = context.owners[CallTrace] = CallTrace(context.started, ())
    steps = Block((step,)).drive(context)
    together: Any = steps.send(None)
    assert isinstance(together, Together)
    first, second = together.branches
    assert isinstance(first.send(None), Send)
    assert isinstance(second.send(None), Send)
    with pytest.raises(StopIteration):
        first.send(make_response())
    with pytest.raises(StopIteration):
        second.send(ForwardFailed("refused", "no"))
    with pytest.raises(StopIteration):
        steps.send((None, None))
    assert [(one.source, one.outcome) for one in trace.steps] == [
        ("wait", "done"),
        ("send-request", "done"),
        ("send-request", "done"),
    ]
    assert ("set-url", "https://one.example") in trace.steps[1].inputs
    assert ("set-url", "https://two.example") in trace.steps[2].inputs
    assert trace.current is None


def test_a_step_that_is_given_up_is_closed() -> None:
    context = make_context()
    trace = context.owners[CallTrace] = CallTrace(context.started, ())
    steps = compiled("<send-request><set-url>https://a.example</set-url></send-request>").drive
    assert steps is not None
    running = steps(context)
    next(running)
    running.close()
    assert trace.steps[0].elapsed is not None


def test_bodies_are_waited_for_as_without_a_trace() -> None:
    reads = '<set-variable name="a" value="@(context.Request.Body.As<string>())" />'
    step = compiled(reads)
    assert step.needs_request_body
    assert not step.needs_response_body
    context = make_context(body=b"hello")
    trace = context.owners[CallTrace] = CallTrace(context.started, ())
    list(Block((step,)).drive(context))
    assert trace.steps[0].inputs[-1] == ("value", "hello")
    assert compiled(f"<choose><when condition='@(true)'>{reads}</when></choose>").reads_within


def test_forwarding_tells_where_it_went_and_what_came_back() -> None:
    context = make_context()
    context.base = context.request.url
    trace = context.owners[CallTrace] = CallTrace(context.started, ())
    xml = "<forward-request />"
    surroundings = Surroundings(registry=discover(), instrument=Tracing())
    step = compile_element(xml, section="backend", surroundings=surroundings)
    steps = Block((step,)).drive(context)
    assert isinstance(steps.send(None), Forward)
    context.response = make_response(201)
    with pytest.raises(StopIteration):
        steps.send(None)
    (forwarded,) = trace.steps
    assert (forwarded.inputs, forwarded.outcome) == ([("backend", "gateway.example")], "201 OK")


def test_a_token_that_the_call_gets_is_masked_from_then_on() -> None:
    context = make_context()
    trace = context.owners[CallTrace] = CallTrace(context.started, ())
    step = compiled(
        '<authentication-managed-identity resource="r" output-token-variable-name="t"/>'
    )
    use = compiled('<set-variable name="a" value="@("x" + context.Variables["t"])" />')
    steps = Block((step, use)).drive(context)
    next(steps)
    with pytest.raises(StopIteration):
        steps.send("an-opaque-token")
    assert trace.steps[-1].inputs[-1] == ("value", "x***")
