from __future__ import annotations

import pytest

from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)


def lines(xml: str, **headers: str) -> list[tuple[str, str]]:
    """Return the request's headers after the element ran in inbound."""
    context = make_context(headers=headers)
    Playbook(compile_element(xml), context).run()
    return list(context.request.headers)


def test_override_replaces_every_line() -> None:
    xml = '<set-header name="A"><value>2</value></set-header>'
    assert lines(xml, a="1") == [("A", "2")]


@pytest.mark.parametrize(("there", "expected"), [("1", "1"), (None, "2")])
def test_skip_sets_only_what_is_absent(there: str | None, expected: str) -> None:
    xml = '<set-header name="a" exists-action="skip"><value>2</value></set-header>'
    assert lines(xml, **({"a": there} if there else {})) == [("a", expected)]


def test_append_joins_with_commas() -> None:
    xml = '<set-header name="a" exists-action="append"><value>2</value></set-header>'
    assert lines(xml, a="1") == [("a", "1,2")]


def test_append_adds_a_line_for_headers_of_separate_lines() -> None:
    xml = '<set-header name="Set-Cookie" exists-action="append"><value>b=2</value></set-header>'
    assert lines(xml, **{"set-cookie": "a=1"}) == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]


def test_delete_needs_no_value() -> None:
    assert lines('<set-header name="A" exists-action="Delete" />', a="1", b="2") == [("b", "2")]


def test_several_values_are_joined() -> None:
    xml = '<set-header name="a"><value>1</value><value>@("x" + 2)</value></set-header>'
    assert lines(xml) == [("a", "1,x2")]


def test_action_may_be_an_expression() -> None:
    xml = '<set-header name="a" exists-action="@("del" + "ete")" />'
    assert lines(xml, a="1") == []


@pytest.mark.parametrize("section", ["outbound", "on-error"])
def test_answer_is_changed_in_outbound_and_on_error(section: str) -> None:
    response = make_response()
    step = compile_element('<set-header name="a"><value>1</value></set-header>', section=section)
    Playbook(step, make_context(response=response)).run()
    assert list(response.headers) == [("a", "1")]


def test_call_that_was_never_forwarded_gets_an_empty_answer() -> None:
    context = make_context()
    step = compile_element('<set-header name="a"><value /></set-header>', section="outbound")
    Playbook(step, context).run()
    assert context.response is not None
    assert (context.response.status, list(context.response.headers)) == (200, [("a", "")])


NULL = "<value>@((string)null)</value>"


@pytest.mark.parametrize("action", ["override", "append"])
def test_value_that_is_null_is_none(action: str) -> None:
    xml = f'<set-header name="a" exists-action="{action}"><value>2</value>{NULL}</set-header>'
    assert lines(xml) == [("a", "2")]


@pytest.mark.parametrize(
    ("action", "left"), [("override", []), ("append", [("a", "1")]), ("skip", [("a", "1")])]
)
def test_header_of_null_is_no_header(action: str, left: list[tuple[str, str]]) -> None:
    assert (
        lines(f'<set-header name="a" exists-action="{action}">{NULL}</set-header>', a="1") == left
    )
    assert lines(f'<set-header name="a" exists-action="{action}">{NULL}</set-header>') == []


def test_literal_line_is_made_at_load_and_not_shared() -> None:
    step = compile_element('<set-header name="A"><value>1</value></set-header>')
    first, second = make_context(headers={"a": "0"}), make_context()
    for context in (first, second):
        Playbook(step, context).run()
        context.request.headers.append("b", "2")
    assert list(first.request.headers) == list(second.request.headers) == [("A", "1"), ("b", "2")]


def test_literal_value_that_no_header_can_carry_is_found_at_load() -> None:
    assert diagnose('<set-header name="a"><value>1&#10;b: 2</value></set-header>') == ["HG157"]
