from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.entities import Api, Operation
from headgate.model.errors import CallError
from headgate.model.specification import Described
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

PARAMETERS = [
    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    {"name": "X-Team", "in": "header", "required": True},
    {"name": "id", "in": "path", "required": True, "schema": {"maxLength": 3}},
]
XML = (
    '<validate-parameters specified-parameter-action="prevent"'
    ' unspecified-parameter-action="detect" errors-variable-name="errors">{}</validate-parameters>'
)


def called(
    query: str = "?limit=1", *, team: str | None = "blue", item: str = "1", children: str = ""
) -> Context:
    headers = {} if team is None else {"x-team": team}
    context = make_context(url=f"https://gateway.example/things{query}", headers=headers)
    context.request.matched_parameters = {"id": item}
    context.request.caller_key = []
    context.api = Api(id="a", name="", path="")
    context.operation = Operation(
        id="o",
        name="",
        method="GET",
        url_template="/",
        described=Described({}, item={}, operation={"parameters": PARAMETERS}),
    )
    Playbook(compile_element(XML.format(children)), context).run()
    return context


def test_what_is_declared_passes() -> None:
    assert called().variables == {}
    assert called("?subscription-key=k").variables == {}


@pytest.mark.parametrize(
    ("query", "team", "item"),
    [
        ("?limit=x", "blue", "1"),
        ("", None, "1"),
        ("", "blue", "1234"),
        ("?limit=1&limit=2", "b", "1"),
    ],
)
def test_what_does_not_fit_is_a_400(query: str, team: str | None, item: str) -> None:
    with pytest.raises(CallError) as raised:
        called(query, team=team, item=item)
    assert (raised.value.status, raised.value.source) == (400, "validate-parameters")


def test_what_is_not_declared_has_an_action_of_its_own() -> None:
    assert "errors" in called("?x=1").variables
    one = '<parameter name="y" action="@(1 > 0 ? &quot;ignore&quot; : &quot;detect&quot;)" />'
    children = f'<query unspecified-parameter-action="prevent">{one}</query>'
    with pytest.raises(CallError):
        called("?x=1", children=children)
    assert called("?y=1", children=children).variables == {}


def test_places_and_names_have_actions_of_their_own() -> None:
    detected = called("?limit=x", children='<query specified-parameter-action="detect" />')
    assert "errors" in detected.variables
    one = '<headers><parameter name="X-TEAM" action="ignore" /></headers>'
    assert called(team=None, children=one).variables == {}
    path = '<path specified-parameter-action="ignore" />'
    assert called(item="12345", children=path).variables == {}


def test_an_api_without_a_specification_is_an_error() -> None:
    with pytest.raises(CallError) as raised:
        Playbook(compile_element(XML.format("")), make_context()).run()
    assert "schema does not exist" in raised.value.detail


def test_a_path_has_no_unspecified_parameters_of_its_own() -> None:
    assert diagnose(XML.format('<path unspecified-parameter-action="ignore" />')) == ["HG141"]
