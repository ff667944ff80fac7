from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.messages import Body, Headers, Response
from headgate.policy.effects import ReadRequestBody, ReadResponseBody
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)

XML = '<find-and-replace from="{}" to="{}" />'


def replaced(body: str, old: str, new: str) -> str:
    context = make_context(response=make_response(200, body.encode()))
    Playbook(compile_element(XML.format(old, new), section="outbound"), context).run()
    return texts(context)[1]


def texts(context: Context) -> tuple[str, str]:
    request, response = context.request.body, context.response
    assert response is not None
    assert response.body is not None
    return ("" if request is None else request.outgoing.decode(), response.body.outgoing.decode())


@pytest.mark.parametrize(
    ("body", "old", "new", "result"),
    [
        ("a notebook, a Notebook", "notebook", "laptop", "a laptop, a Notebook"),
        ("aaaa", "aa", "b", "bb"),
        ("remove me", " me", "", "remove"),
        ("größe", "ö", "oe", "groesse".replace("ss", "ß")),
        ("x.y", ".", "-", "x-y"),
        ("abc", "@(&quot;b&quot; + &quot;c&quot;)", "@(1 + 1)", "a2"),
        ("abc", "@(&quot;&quot;)", "x", "abc"),
    ],
)
def test_every_place_is_replaced(body: str, old: str, new: str, result: str) -> None:
    assert replaced(body, old, new) == result


@pytest.mark.parametrize(
    ("section", "changed"),
    [
        ("inbound", ("new", "old")),
        ("backend", ("new", "old")),
        ("outbound", ("old", "new")),
        ("on-error", ("old", "new")),
    ],
)
def test_the_section_tells_whose_body_it_is(section: str, changed: tuple[str, str]) -> None:
    context = make_context("POST", body=b"old", response=make_response(200, b"old"))
    Playbook(compile_element(XML.format("old", "new"), section=section), context).run()
    assert texts(context) == changed


def test_the_body_is_waited_for() -> None:
    context = make_context("POST")
    context.request.body = Body(complete=False)
    step = compile_element(XML.format("a", "b"))
    Playbook(step, context).expect(ReadRequestBody, None).run()
    context.response = Response(200, "OK", Headers(), Body(complete=False))
    step = compile_element(XML.format("a", "b"), section="outbound")
    Playbook(step, context).expect(ReadResponseBody, None).run()


def test_a_call_without_a_body_goes_on() -> None:
    Playbook(compile_element(XML.format("a", "b")), make_context()).run()
    Playbook(compile_element(XML.format("a", "b"), section="outbound"), make_context()).run()


def test_nothing_can_not_be_looked_for() -> None:
    assert diagnose(XML.format("", "x")) == ["HG155"]
