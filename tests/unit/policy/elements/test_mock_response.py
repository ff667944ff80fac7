from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.entities import Operation
from headgate.model.messages import Response
from headgate.model.specification import Described
from headgate.policy.plan import ResponseReturned
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

RESPONSES = {
    "200": {
        "content": {
            "application/json": {"examples": {"a": {"value": {"n": 1}}, "b": {"value": {"n": 2}}}},
            "text/plain": {"example": "hello"},
        }
    },
    "201": {"content": {"application/json": {"schema": {"type": "integer"}}}},
}


def answered(attributes: str, context: Context | None = None, section: str = "inbound") -> Response:
    if context is None:
        described = Described({}, item={}, operation={"responses": RESPONSES})
        context = make_context()
        context.operation = Operation(
            id="o", name="", method="GET", url_template="/", described=described
        )
    step = compile_element(f"<mock-response {attributes} />", section=section)
    with pytest.raises(ResponseReturned):
        Playbook(step, context).run()
    assert context.response is not None
    return context.response


@pytest.mark.parametrize(
    ("attributes", "status", "media_type", "body"),
    [
        ("", 200, "application/json", b'{"n":1}'),
        ('index="1"', 200, "application/json", b'{"n":2}'),
        ('content-type="text/plain"', 200, "text/plain", b"hello"),
        ('content-type="@(&quot;text/&quot; + &quot;plain&quot;)"', 200, "text/plain", b"hello"),
        ('status-code="@(100 + 101)" index="@(0)"', 201, "application/json", b"0"),
        ('status-code="404"', 404, None, b""),
        ('status-code="404" content-type="text/html"', 404, "text/html", b""),
    ],
)
def test_the_specification_is_shown(
    attributes: str, status: int, media_type: str | None, body: bytes
) -> None:
    response = answered(attributes)
    assert response.status == status
    assert response.headers.get("Content-Type") == media_type
    assert response.body is not None
    assert response.body.outgoing == body


def test_the_status_has_its_phrase() -> None:
    assert answered('status-code="404"').reason == "Not Found"
    assert answered('status-code="299"').reason == ""


@pytest.mark.parametrize("section", ["inbound", "outbound", "on-error"])
def test_an_operation_without_a_specification_is_answered_empty(section: str) -> None:
    context = make_context()
    context.operation = Operation(id="o", name="", method="GET", url_template="/")
    for one in (context, make_context()):
        response = answered("", one, section)
        assert (response.status, list(response.headers)) == (200, [])


def test_bounds_are_held_at_load() -> None:
    assert diagnose('<mock-response status-code="199" />') == ["HG144"]
    assert diagnose('<mock-response index="-1" />') == ["HG144"]
    assert diagnose("<mock-response />", section="backend") == ["HG147"]
