from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.entities import Operation
from headgate.model.errors import CallError
from headgate.model.specification import Described
from headgate.testing.playbook import Playbook, compile_element, make_context, make_response

RESPONSES = {"200": {"headers": {"X-Left": {"required": True, "schema": {"type": "integer"}}}}}
XML = (
    '<validate-headers specified-header-action="{}" unspecified-header-action="{}"'
    ' errors-variable-name="errors"><header name="DATE" action="ignore" /></validate-headers>'
)


def answered(headers: dict[str, str], specified: str, unspecified: str) -> Context:
    context = make_context(response=make_response(200, headers=headers))
    context.operation = Operation(
        id="o",
        name="",
        method="GET",
        url_template="/",
        described=Described({}, item={}, operation={"responses": RESPONSES}),
    )
    step = compile_element(XML.format(specified, unspecified), section="outbound")
    Playbook(step, context).run()
    return context


def test_declared_headers_pass_and_single_ones_are_ignored() -> None:
    assert not answered({"x-left": "5", "Date": "now"}, "prevent", "prevent").variables


@pytest.mark.parametrize("headers", [{}, {"X-Left": "x"}, {"X-Left": "1", "Server": "old"}])
def test_others_are_a_502_that_tells_nothing(headers: dict[str, str]) -> None:
    with pytest.raises(CallError) as raised:
        answered(headers, "prevent", "@(&quot;prevent&quot;)")
    assert (raised.value.status, raised.value.source) == (502, "validate-headers")
    assert "eader" not in raised.value.message
    assert "errors" in answered(headers, "detect", "detect").variables
    assert "errors" not in answered(headers, "ignore", "ignore").variables


def test_without_an_answer_or_a_specification() -> None:
    step = compile_element(XML.format("prevent", "ignore"), section="on-error")
    Playbook(step, make_context()).run()
    with pytest.raises(CallError) as raised:
        Playbook(step, make_context(response=make_response(200))).run()
    assert "schema does not exist" in raised.value.detail
