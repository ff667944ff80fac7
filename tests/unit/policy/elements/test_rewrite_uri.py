from __future__ import annotations

import pytest

from headgate.model.entities import Operation
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Url
from headgate.testing.playbook import Playbook, compile_element, make_context


def rewritten(
    template: str,
    *,
    query: str = "",
    copy: str = "true",
    operation: str = "/orders/{id}",
    parameters: dict[str, str] | None = None,
) -> str:
    """Return path and query string after the element ran."""
    context = make_context(url=f"https://gateway.example/orders/7{query}")
    context.aim(Url.parse("https://backend.example/base"))
    context.operation = Operation(id="o", name="", method="GET", url_template=operation)
    context.request.matched_parameters = parameters or {"id": "7"}
    xml = f'<rewrite-uri template="{template}" copy-unmatched-params="{copy}" />'
    Playbook(compile_element(xml), context).run()
    url = context.request.url
    return url.path + url.query_string


@pytest.mark.parametrize("template", ["/v2/items", "v2/items", '@("/v2/" + "items")'])
def test_template_replaces_the_path_below_the_base(template: str) -> None:
    assert rewritten(template) == "/base/v2/items"


def test_parameters_are_put_in_and_encoded() -> None:
    template = "/v2/{id}/x?order={id}"
    assert rewritten(template, parameters={"id": "a/b &\u00fc"}) == (
        "/base/v2/a%2Fb%20%26%C3%BC/x?order=a%2Fb%20%26%C3%BC"
    )


def test_rest_of_a_path_keeps_its_slashes() -> None:
    assert rewritten("/v2/{*rest}", parameters={"rest": "a/b c"}) == "/base/v2/a/b%20c"


def test_query_of_the_caller_is_copied() -> None:
    assert rewritten("/v2?x=1", query="?b=2&a=%7E") == "/base/v2?x=1&b=2&a=%7E"


def test_parameters_that_the_operation_names_are_not_copied() -> None:
    operation = "/orders?View={view}"
    found = rewritten("/v2", query="?view=full&b=2", operation=operation, parameters={"view": "f"})
    assert found == "/base/v2?b=2"


def test_parameters_that_the_template_names_are_not_copied() -> None:
    assert rewritten("/v2?a=1", query="?A=2&b=3") == "/base/v2?a=1&b=3"


def test_nothing_is_copied_if_it_is_switched_off() -> None:
    assert rewritten("/v2?x=1", query="?b=2", copy="false") == "/base/v2?x=1"
    assert rewritten("/v2", query="?b=2", copy="@(1 > 2)") == "/base/v2"


def test_unknown_parameter_is_the_operators_fault() -> None:
    with pytest.raises(CallError, match="no parameter name") as caught:
        rewritten("/v2/{name}")
    assert (caught.value.status, caught.value.fault) == (500, Fault.OPERATOR)


@pytest.mark.parametrize(("template", "value"), [("/v2/{id}", ".."), ("/v2/{*id}", "a/../../b")])
def test_parameter_cannot_climb_out_of_the_template(template: str, value: str) -> None:
    with pytest.raises(CallError) as caught:
        rewritten(template, parameters={"id": value})
    assert (caught.value.status, caught.value.fault) == (400, Fault.CALLER)


def test_later_backend_keeps_the_rewritten_path() -> None:
    context = make_context(url="https://gateway.example/orders/7?a=1")
    Playbook(compile_element('<rewrite-uri template="/v2" />'), context).run()
    context.aim(Url.parse("https://backend.example/base"))
    assert str(context.request.url) == "https://backend.example/base/v2?a=1"
