from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

XML = (
    '<check-header name="X-Team" failed-check-httpcode="401"'
    ' failed-check-error-message="Who are you?" ignore-case="{}">{}</check-header>'
)
VALUES = "<value>Blue</value><value>green</value>"


def checked(context: Context, *, ignore_case: str = "false", values: str = VALUES) -> None:
    Playbook(compile_element(XML.format(ignore_case, values)), context).run()


def refusal(context: Context, *, ignore_case: str = "false", values: str = VALUES) -> CallError:
    with pytest.raises(CallError) as raised:
        checked(context, ignore_case=ignore_case, values=values)
    return raised.value


@pytest.mark.parametrize("value", ["Blue", "green"])
def test_any_of_the_values_passes(value: str) -> None:
    checked(make_context(headers={"x-team": value}))


def test_without_values_the_header_only_has_to_be_there() -> None:
    checked(make_context(headers={"x-team": ""}), values="")


def test_a_missing_header_is_refused_with_status_and_message_of_the_document() -> None:
    error = refusal(make_context())
    assert (error.status, error.message) == (401, "Who are you?")
    assert (error.source, error.reason) == ("check-header", "HeaderNotFound")
    assert error.detail == "Header X-Team was not found in the request. Access denied."


def test_another_value_is_refused() -> None:
    error = refusal(make_context(headers={"x-team": "red"}))
    assert (error.status, error.message) == (401, "Who are you?")
    assert error.reason == "HeaderValueNotAllowed"
    assert error.detail == "Header X-Team value of red is not allowed. Access denied."


@pytest.mark.parametrize("ignore_case", ["true", "@(1 == 1)"])
def test_case_can_be_ignored(ignore_case: str) -> None:
    checked(make_context(headers={"x-team": "bLUE"}), ignore_case=ignore_case)


@pytest.mark.parametrize("ignore_case", ["false", "@(1 == 2)"])
def test_case_counts_otherwise(ignore_case: str) -> None:
    assert refusal(make_context(headers={"x-team": "blue"}), ignore_case=ignore_case)


def test_values_may_be_expressions() -> None:
    values = '<value>@((string)context.Variables["team"])</value>'
    checked(make_context(headers={"x-team": "red"}, variables={"team": "red"}), values=values)
    assert refusal(make_context(headers={"x-team": "red"}, variables={"team": "x"}), values=values)


def test_every_line_has_to_be_allowed() -> None:
    context = make_context(headers={"x-team": "green"})
    context.request.headers.append("X-Team", "Blue")
    checked(context)
    context.request.headers.append("X-Team", "red")
    assert "value of red" in refusal(context).detail


def test_status_and_message_may_be_expressions() -> None:
    xml = (
        '<check-header header-name="@("x" + "-y")" failed-check-httpcode="@(400 + 3)"'
        ' failed-check-error-message="@("no " + context.Request.Method)" ignore-case="true" />'
    )
    with pytest.raises(CallError) as raised:
        Playbook(compile_element(xml), make_context()).run()
    assert (raised.value.status, raised.value.message) == (403, "no GET")


@pytest.mark.parametrize(("status", "codes"), [("199", ["HG144"]), ("200", []), ("600", ["HG144"])])
def test_the_status_has_to_be_one(status: str, codes: list[str]) -> None:
    assert diagnose(XML.format("true", "").replace("401", status)) == codes
