from __future__ import annotations

from typing import Any

import pytest

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Response
from headgate.policy.plan import ResponseReturned
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)


def answer(xml: str, context: Context | None = None, *, section: str = "inbound") -> Response:
    """Return what the element answers."""
    context = context or make_context()
    with pytest.raises(ResponseReturned):
        Playbook(compile_element(xml, section=section), context).run()
    assert context.response is not None
    return context.response


def content(response: Response) -> bytes:
    assert response.body is not None
    return response.body.outgoing


CHANGES = (
    '<set-status code="418" reason="Teapot" />'
    '<set-header name="a"><value>@("x" + 1)</value></set-header>'
    '<set-header name="b"><value>2</value></set-header>'
    "<set-body>@(context.Request.Method)</set-body>"
)


def test_answer_is_an_empty_200_by_default() -> None:
    response = answer("<return-response />")
    assert (response.status, response.reason, list(response.headers)) == (200, "OK", [])
    assert content(response) == b""


@pytest.mark.parametrize("section", ["inbound", "backend", "outbound", "on-error"])
def test_children_make_the_answer(section: str) -> None:
    response = answer(f"<return-response>{CHANGES}</return-response>", section=section)
    assert (response.status, response.reason) == (418, "Teapot")
    assert list(response.headers) == [("a", "x1"), ("b", "2")]
    assert content(response) == b"GET"


def test_answer_so_far_is_forgotten() -> None:
    context = make_context(response=make_response(500, b"old", headers={"Retry-After": "1"}))
    response = answer("<return-response />", context, section="on-error")
    assert (response.status, list(response.headers), content(response)) == (200, [], b"")


def test_answer_may_come_from_a_variable() -> None:
    kept = make_response(201, b"made", headers={"a": "0", "c": "3"})
    xml = '<return-response response-variable-name="r">{}</return-response>'
    same = answer(xml.format(""), make_context(variables={"r": kept}))
    assert (same.status, list(same.headers)) == (201, [("a", "0"), ("c", "3")])
    assert content(same) == b"made"
    changed = answer(xml.format(CHANGES), make_context(variables={"r": kept}))
    assert list(changed.headers) == [("c", "3"), ("a", "x1"), ("b", "2")]
    assert (kept.status, list(kept.headers)) == (201, [("a", "0"), ("c", "3")])
    assert content(kept) == b"made"


@pytest.mark.parametrize(("variables", "kind"), [({"r": None}, "nothing"), ({"r": "x"}, "String")])
def test_variable_without_an_answer_is_an_error(variables: dict[str, Any], kind: str) -> None:
    step = compile_element('<return-response response-variable-name="r" />')
    with pytest.raises(CallError, match=f"holds .*{kind}, not an answer") as caught:
        Playbook(step, make_context(variables=variables)).run()
    assert (caught.value.status, caught.value.fault) == (500, Fault.OPERATOR)


def test_failing_child_leaves_no_half_made_answer() -> None:
    context = make_context()
    xml = '<return-response><set-body>@(int.Parse("x"))</set-body></return-response>'
    with pytest.raises(CallError):
        Playbook(compile_element(xml), context).run()
    assert context.response is None


def test_children_stand_in_order() -> None:
    xml = '<return-response><set-body /><set-status code="200" reason="" /></return-response>'
    assert diagnose(xml) == ["HG152"]


def test_variable_that_nobody_set_is_an_empty_answer() -> None:
    xml = '<return-response response-variable-name="none"><set-body>x</set-body></return-response>'
    response = answer(xml)
    assert (response.status, content(response)) == (200, b"x")
