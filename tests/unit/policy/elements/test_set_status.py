from __future__ import annotations

import pytest

from headgate.model.errors import CallError
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)


@pytest.mark.parametrize("section", ["backend", "outbound", "on-error"])
def test_code_and_reason_are_replaced(section: str) -> None:
    context = make_context(response=make_response(500, b"kept"))
    xml = '<set-status code="@(400 + 18)" reason="@("Tea" + "pot")" />'
    Playbook(compile_element(xml, section=section), context).run()
    response = context.response
    assert response is not None
    assert response.body is not None
    assert (response.status, response.reason) == (418, "Teapot")
    assert response.body.content == b"kept"


def test_call_that_was_never_forwarded_gets_an_answer() -> None:
    context = make_context()
    step = compile_element('<set-status code="204" reason="" />', section="outbound")
    Playbook(step, context).run()
    assert context.response is not None
    assert (context.response.status, context.response.reason) == (204, "")


@pytest.mark.parametrize(
    ("code", "codes"), [("99", ["HG144"]), ("100", []), ("599", []), ("600", ["HG144"])]
)
def test_code_has_three_digits(code: str, codes: list[str]) -> None:
    assert diagnose(f'<set-status code="{code}" reason="R" />') == codes


def test_expression_out_of_bounds_changes_nothing() -> None:
    response = make_response()
    step = compile_element('<set-status code="@(600)" reason="R" />', section="outbound")
    with pytest.raises(CallError):
        Playbook(step, make_context(response=response)).run()
    assert (response.status, response.reason) == (200, "OK")


@pytest.mark.parametrize(("code", "reason"), [("404", "Not Found"), ("499", "")])
def test_reason_is_that_of_http_if_absent(code: str, reason: str) -> None:
    context = make_context()
    Playbook(compile_element(f'<set-status code="{code}" />', section="outbound"), context).run()
    assert context.response is not None
    assert (context.response.status, context.response.reason) == (int(code), reason)


def test_code_is_required() -> None:
    assert diagnose("<set-status />") == ["HG142"]
