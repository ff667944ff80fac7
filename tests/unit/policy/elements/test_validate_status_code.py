from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.entities import Operation
from headgate.model.errors import CallError
from headgate.model.specification import Described
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)

XML = (
    '<validate-status-code unspecified-status-code-action="{}" errors-variable-name="errors">'
    '<status-code code="418" action="ignore" /></validate-status-code>'
)


def answered(status: int, action: str, *, responses: object = None) -> Context:
    context = make_context(response=make_response(status))
    operation = {"responses": {"200": {}, "4XX": {}} if responses is None else responses}
    context.operation = Operation(
        id="o",
        name="",
        method="GET",
        url_template="/",
        described=Described({}, item={}, operation=operation),
    )
    Playbook(compile_element(XML.format(action), section="outbound"), context).run()
    return context


@pytest.mark.parametrize("status", [200, 400, 499])
def test_declared_statuses_pass(status: int) -> None:
    assert not answered(status, "prevent").variables


def test_an_undeclared_one_is_a_502_that_tells_nothing() -> None:
    with pytest.raises(CallError) as raised:
        answered(500, "@(&quot;prevent&quot;)")
    error = raised.value
    assert (error.status, error.source) == (502, "validate-status-code")
    assert error.detail == "Response status code 500 is not allowed."
    assert "500" not in error.message


def test_a_default_declares_all() -> None:
    answered(500, "prevent", responses={"default": {}})


def test_what_is_detected_goes_on_and_what_is_ignored_leaves_no_trace() -> None:
    assert "errors" in answered(500, "detect").variables
    assert "errors" not in answered(500, "ignore").variables
    assert "errors" not in answered(418, "prevent", responses={"200": {}}).variables


def test_without_an_answer_or_a_specification() -> None:
    step = compile_element(XML.format("prevent"), section="on-error")
    Playbook(step, make_context()).run()
    with pytest.raises(CallError):
        Playbook(step, make_context(response=make_response(200))).run()


def test_a_status_has_one_action() -> None:
    child = '<status-code code="418" action="ignore" />'
    assert diagnose(XML.format("detect").replace(child, child * 2), section="outbound") == ["HG157"]
