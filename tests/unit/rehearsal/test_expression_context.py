"""Calls made of fixtures."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from headgate.csharp.values import to_text, type_name_of
from headgate.model.messages import Body
from headgate.rehearsal.expression_context import (
    FixtureError,
    body_of,
    context_of,
    default_fixture,
    laid_over,
    variable,
)


def test_the_default_fixture_is_a_whole_call() -> None:
    context = context_of({})
    assert context.request.method == "POST"
    assert context.response is not None
    assert context.response.status == 200
    assert context.api is not None
    assert context.api.key_header == "api-key"
    assert context.user is not None
    assert [group.name for group in context.user.groups] == ["Developers", "Team A"]
    assert context.last_error is None
    assert context.clock.monotonic() - context.started == 250_000


def test_changes_are_laid_over_one_level_deep() -> None:
    laid = laid_over({"request": {"method": "GET"}, "variables": {"x": {}}, "response": None})
    assert laid["request"] == default_fixture()["request"] | {"method": "GET"}
    assert laid["variables"] == {"x": {}}
    assert laid["response"] is None


def test_parts_that_are_null_by_default_can_be_given() -> None:
    certificate = base64.b64encode(b"der").decode()
    context = context_of(
        {
            "lastError": {"source": "s", "reason": "r", "message": "m", "policyId": "p"},
            "backend": {"id": "b", "type": "Pool"},
            "product": None,
            "user": None,
            "api": None,
            "subscription": None,
            "request": {"certificate": certificate},
            "deployment": {"certificates": {"c": certificate}},
        }
    )
    assert context.last_error is not None
    assert context.last_error.policy_id == "p"
    assert context.backend is not None
    assert context.backend.type == "Pool"
    assert (context.product, context.user, context.api, context.subscription) == (None,) * 4
    assert context.request.certificate == b"der"
    assert context.deployment.certificates["c"].content == b"der"


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("té", "té".encode()),
        ({"base64": "AAE="}, b"\x00\x01"),
        ({"a": 1}, b'{"a": 1}'),
        ([1], b"[1]"),
        ({"base64": "AAE=", "b": 1}, b'{"base64": "AAE=", "b": 1}'),
    ],
)
def test_a_body_is_a_text_or_bytes_or_json(value: Any, content: bytes) -> None:
    body = body_of(value, "$")
    assert isinstance(body, Body)
    assert body.content == content
    assert body_of(None, "$") is None


@pytest.mark.parametrize(
    ("kind", "value", "text", "type_name"),
    [
        ("int", "5", "5", "System.Int32"),
        ("long", 5, "5", "System.Int64"),
        ("short", 5, "5", "System.Int16"),
        ("byte", 5, "5", "System.Byte"),
        ("double", 1.5, "1.5", "System.Double"),
        ("float", 1.5, "1.5", "System.Single"),
        ("decimal", "1.50", "1.50", "System.Decimal"),
        ("bool", "true", "True", "System.Boolean"),
        ("bool", False, "False", "System.Boolean"),
        ("char", "a", "a", "System.Char"),
        ("string", "a", "a", "System.String"),
        ("byte[]", "AAE=", "System.Byte[]", "System.Byte[]"),
        ("DateTime", "2024-06-01T00:00:00Z", "06/01/2024 00:00:00", "System.DateTime"),
        ("TimeSpan", "01:00:00", "01:00:00", "System.TimeSpan"),
        ("JArray", [1], "[\n  1\n]", "Newtonsoft.Json.Linq.JArray"),
        ("JObject", '{"a": 1}', '{\n  "a": 1\n}', "Newtonsoft.Json.Linq.JObject"),
        ("string[]", ["a"], "System.String[]", "System.String[]"),
        ("null", None, "", ""),
    ],
)
def test_variables_have_the_type_that_is_named(
    kind: str, value: Any, text: str, type_name: str
) -> None:
    made = variable(kind, value, name="x")
    assert to_text(made) == text
    assert type_name_of(made) == type_name


def test_objects_of_the_gateway_can_be_variables() -> None:
    response = variable("IResponse", {"status": 404, "body": {"a": 1}}, name="x")
    assert (response.status, response.body.content) == (404, b'{"a": 1}')
    token = variable("Jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTcifQ.c2ln", name="x")
    assert token.text("sub") == "user-7"
    granted = variable("Authorization", {"accessToken": "t", "claims": {"a": 1}}, name="x")
    assert granted.access_token == "t"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"request": {"methd": "GET"}}, "methd"),
        ({"request": {"headers": {"A": 1}}}, "$.request.headers"),
        ({"requests": {}}, "requests"),
        ({"timestamp": "noon"}, "'noon' is no time"),
        ({"request": {"body": {"base64": "?"}}}, "$.request.body"),
        ({"variables": {"x": {"type": "int", "value": "a"}}}, "$.variables.x"),
        ({"variables": {"x": {"type": "Int", "value": 1}}}, "it is one of int, long"),
        ({"variables": {"x": {"type": "DateTime", "value": "noon"}}}, "no DateTime"),
        ({"variables": {"x": {"type": "bool", "value": "yes"}}}, "no bool"),
        ({"graphql": {"arguments": {}}}, "$.graphql"),
    ],
)
def test_what_is_wrong_with_a_fixture_is_told(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(FixtureError) as caught:
        context_of(changes)
    assert message in str(caught.value)


def test_values_of_another_kind_say_what_is_none_of_it() -> None:
    for kind in (
        "int",
        "long",
        "double",
        "bool",
        "byte[]",
        "Guid",
        "DateTime",
        "TimeSpan",
        "Authorization",
    ):
        with pytest.raises(FixtureError):
            variable(kind, {}, name="x")
