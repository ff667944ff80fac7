from __future__ import annotations

import pytest

from headgate.testing.playbook import Playbook, compile_element, make_context


def query(action: str, *values: str, before: str = "?a=1&B=2", name: str = "b") -> str:
    """Return the query string after the element ran."""
    inner = "".join(f"<value>{value}</value>" for value in values)
    xml = f'<set-query-parameter name="{name}" exists-action="{action}">{inner}'
    context = make_context(url=f"https://gateway.example/x{before}")
    Playbook(compile_element(f"{xml}</set-query-parameter>"), context).run()
    return context.request.url.query_string


def test_override_replaces() -> None:
    assert query("override", "3") == "?a=1&b=3"


def test_override_is_the_default() -> None:
    xml = '<set-query-parameter name="a"><value>3</value></set-query-parameter>'
    context = make_context(url="https://gateway.example/x?a=1")
    Playbook(compile_element(xml, section="backend"), context).run()
    assert context.request.url.query_string == "?a=3"


@pytest.mark.parametrize(("before", "expected"), [("?B=2", "?B=2"), ("?a=1", "?a=1&b=3")])
def test_skip_sets_only_what_is_absent(before: str, expected: str) -> None:
    assert query("skip", "3", before=before) == expected


def test_append_keeps_what_is_there() -> None:
    assert query("append", "3", "4") == "?a=1&B=2&b=3&b=4"


def test_delete_drops_all_of_the_name() -> None:
    assert query("delete", before="?b=1&a=2&B=3") == "?a=2"


def test_expressions_give_name_action_and_values() -> None:
    value = "@(context.Request.Method + 1)"
    assert query('@("over" + "ride")', value, name='@("a" + "")') == "?B=2&a=GET1"


def test_url_reads_what_was_set() -> None:
    context = make_context(url="https://gateway.example/x?a=1")
    assert context.request.url.query == {"a": ["1"]}
    xml = '<set-query-parameter name="a"><value>x y</value></set-query-parameter>'
    Playbook(compile_element(xml), context).run()
    assert context.request.url.query == {"a": ["x y"]}


def test_value_that_is_null_is_none() -> None:
    assert query("append", "@((string)null)", "3") == "?a=1&B=2&b=3"
    assert query("override", "@((string)null)") == "?a=1"
