from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.model.context import Context
from headgate.model.entities import Api, Backend, Deployment, Operation, Product, Subscription, User
from headgate.policy.dimensions import DEFAULTS, Dimension, evaluate_dimensions
from headgate.policy.value import Value, literal_value
from headgate.testing.playbook import make_context


def dimension(name: str, value: object = None) -> Dimension:
    made = Dimension(
        name=literal_value(name), value=None if value is None else literal_value(value)
    )
    made.prepare()
    return made


def test_default_dimensions_are_those_of_apim() -> None:
    context = make_context()
    context.api = Api(id="a", name="A", path="a")
    context.operation = Operation(id="o", name="O", method="GET", url_template="/")
    context.product = Product(id="p", name="P")
    context.user = User(id="u")
    context.subscription = Subscription(id="s", name="S", scope="all")
    context.deployment = Deployment(region="West Europe", gateway_id="g")
    context.backend = Backend(id="b", url="https://b")
    names = (
        "API ID",
        "Operation ID",
        "Product ID",
        "User ID",
        "Subscription ID",
        "Location",
        "Gateway ID",
        "Backend ID",
    )
    assert {name.lower() for name in names} == set(DEFAULTS)
    found = evaluate_dimensions(tuple(dimension(name) for name in names), context)
    assert found == tuple(
        zip(names, ["a", "o", "p", "u", "s", "West Europe", "g", "b"], strict=True)
    )


@pytest.mark.parametrize("name", ["API ID", "User ID", "Backend ID"])
def test_a_default_that_the_call_does_not_have_is_empty(name: str) -> None:
    assert evaluate_dimensions((dimension(name),), make_context()) == ((name, ""),)


def test_a_default_is_found_by_a_name_that_an_expression_yields() -> None:
    named = Dimension(name=Value(lambda _: "gateway ID", "@(name)"), value=None)
    named.prepare()
    assert evaluate_dimensions((named,), make_context()) == (("gateway ID", "managed"),)


def test_a_name_that_is_no_default_is_empty_without_a_value() -> None:
    assert evaluate_dimensions((dimension("Team"),), make_context()) == (("Team", ""),)


def test_a_value_goes_before_the_default_and_becomes_text() -> None:
    dimensions = (dimension("API ID", "mine"), dimension("Ok", True), dimension("None", ""))
    found = evaluate_dimensions(dimensions, make_context())
    assert found == (("API ID", "mine"), ("Ok", "True"), ("None", ""))


def test_an_expression_that_fails_is_not_swallowed() -> None:
    def failing(context: Context) -> object:
        raise DotNetError("System.NullReferenceException", "null")

    broken = Dimension(name=literal_value("a"), value=Value(failing, "@(null.a)"))
    broken.prepare()
    broken.prepare()
    with pytest.raises(DotNetError):
        evaluate_dimensions((broken,), make_context())
