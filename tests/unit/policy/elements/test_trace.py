from __future__ import annotations

import pytest

from headgate.model.facts import TraceEntry
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context


def test_entry_has_message_and_metadata() -> None:
    xml = (
        '<trace source="orders" severity="Error"><message>@("a" + 1)</message>'
        '<metadata name="m" value="@(context.Request.Method)" /><metadata name="n" value="" />'
        "</trace>"
    )
    context = make_context()
    Playbook(compile_element(xml), context).run()
    assert context.facts == [TraceEntry("orders", "error", "a1", (("m", "GET"), ("n", "")))]


def test_older_form_has_the_message_as_text() -> None:
    context = make_context()
    Playbook(compile_element('<trace source="@("s" + 1)">@("m" + 2)</trace>'), context).run()
    assert context.facts == [TraceEntry("s1", "verbose", "m2")]


def test_severity_is_verbose_by_default() -> None:
    context = make_context()
    Playbook(compile_element('<trace source="s"><message>m</message></trace>'), context).run()
    assert context.facts == [TraceEntry("s", "verbose", "m")]


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ('<trace source="s" />', "HG153"),
        ('<trace source="s">m<message>m</message></trace>', "HG153"),
        ("<trace><message>m</message></trace>", "HG142"),
        ('<trace source="s" severity="loud"><message>m</message></trace>', "HG145"),
    ],
)
def test_source_and_message_are_required(xml: str, code: str) -> None:
    assert diagnose(xml) == [code]


def test_null_is_an_empty_text() -> None:
    null = "@((string)null)"
    xml = f'<trace source="s"><message>{null}</message><metadata name="m" value="{null}" /></trace>'
    context = make_context()
    Playbook(compile_element(xml), context).run()
    assert context.facts == [TraceEntry("s", "verbose", "", (("m", ""),))]
