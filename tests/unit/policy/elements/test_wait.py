from __future__ import annotations

from typing import Any

import pytest

from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.effects import ForwardFailed, Send, Together
from headgate.policy.plan import ResponseReturned
from headgate.testing.playbook import compile_element, diagnose, make_context, make_response


def sends(*names: str) -> str:
    return "".join(
        f'<send-request response-variable-name="{name}">'
        f"<set-url>https://{name}.example</set-url></send-request>"
        for name in names
    )


def run(xml: str, context: Context, **replies: Any) -> str:
    """Run an element to its end; answer each request by the host that it is for.

    Returns for how many it waits.
    """
    step = compile_element(xml)
    assert step.drive is not None
    steps = step.drive(context)
    together = steps.send(None)
    assert isinstance(together, Together)
    results = []
    for branch in together.branches:
        try:
            effect = branch.send(None)
            while True:
                assert isinstance(effect, Send)
                effect = branch.send(replies[effect.request.url.host.partition(".")[0]])
        except StopIteration as end:
            results.append(end.value)
    with pytest.raises(StopIteration):
        steps.send(tuple(results))
    return together.until


def test_all_run_and_leave_what_they_found() -> None:
    context, one, two = make_context(), make_response(201), make_response(202)
    choose = (
        '<choose><when condition="@(context.Request.Method == &quot;GET&quot;)">'
        '<set-variable name="three" value="3" /></when></choose>'
    )
    until = run(f"<wait>{sends('one', 'two')}{choose}</wait>", context, one=one, two=two)
    assert until == "all"
    assert context.variables == {"one": one, "two": two, "three": "3"}


def test_any_is_told_on() -> None:
    assert run(f'<wait for="any">{sends("one")}</wait>', make_context(), one=None) == "any"


def test_error_of_one_is_that_of_the_call() -> None:
    replies = {"one": make_response(), "two": ForwardFailed("timeout", "late")}
    with pytest.raises(CallError) as caught:
        run(f"<wait>{sends('one', 'two')}</wait>", make_context(), **replies)
    assert (caught.value.source, caught.value.reason) == ("send-request", "Timeout")
    assert caught.value.where is not None
    assert caught.value.where.path == "wait[1]/send-request[2]"


def test_answer_of_one_ends_the_call() -> None:
    answer = '<choose><when condition="@(true)"><return-response /></when></choose>'
    with pytest.raises(ResponseReturned):
        run(f"<wait>{answer}</wait>", make_context())


def test_bodies_are_read_before() -> None:
    condition = "@(context.Request.Body.As&lt;string&gt;() == null)"
    choose = f'<choose><when condition="{condition}"><choose>{{}}</choose></when></choose>'
    inner = f'<when condition="{condition}"><set-variable name="a" value="1" /></when>'
    assert compile_element(f"<wait>{choose.format(inner)}</wait>").needs_request_body
    nested = choose.replace(condition, "@(true)").format(inner)
    assert compile_element(f"<wait>{nested}</wait>").needs_request_body
    assert not compile_element(f"<wait>{sends('one')}</wait>").needs_request_body


def test_other_policies_are_refused() -> None:
    assert diagnose('<wait><set-variable name="a" value="1" /></wait>')[0] == "HG151"
