from __future__ import annotations

from typing import Any

import pytest

from headgate.model.messages import Headers
from headgate.model.specification import Described
from headgate.policy.parameters import (
    HEADER,
    QUERY,
    RESPONSE_HEADER,
    Actions,
    Parameter,
    request_parameters,
    response_headers,
    validate,
    values_of,
)
from headgate.policy.schema import Site
from headgate.policy.validation import HIDDEN, Validation


def problem(declared: dict[str, Any], *values: str, place: str = "query") -> str | None:
    parameter = Parameter(Described({}, item={}, operation={}), {"in": place, **declared}, name="p")
    found = parameter.problem(list(values), QUERY if place == "query" else HEADER)
    return None if found is None else found.details


@pytest.mark.parametrize(
    ("declared", "values", "place"),
    [
        ({}, [], "query"),
        ({"schema": {"type": "integer", "maximum": 5}}, ["5"], "query"),
        ({"schema": {"type": "number"}}, ["-1.5e3"], "query"),
        ({"schema": {"type": "boolean"}}, ["True"], "query"),
        ({"schema": {"type": "array", "items": {"type": "integer"}}}, ["1", "2"], "query"),
        ({"schema": {"type": "array", "items": {"type": "integer"}}}, ["1, 2", "3"], "header"),
        (
            {
                "schema": {"type": "array", "items": {"type": "integer"}},
                "style": "pipeDelimited",
                "explode": False,
            },
            ["1|2"],
            "query",
        ),
        ({"content": {"application/json": {"schema": {"type": "object"}}}}, ["{}"], "query"),
        ({"schema": {"type": "object"}}, ["{}"], "query"),
    ],
)
def test_what_fits_passes(declared: dict[str, Any], values: list[str], place: str) -> None:
    assert problem(declared, *values, place=place) is None


@pytest.mark.parametrize(
    ("declared", "values", "details"),
    [
        ({"required": True}, [], "The query parameter p is missing."),
        ({}, ["1", "2"], "Request cannot contain multiple values for the query parameter p."),
        (
            {"schema": {"type": "integer"}},
            ["x"],
            "Value of the query parameter p cannot be parsed according to the definition."
            " 'x' is not of type integer.",
        ),
        (
            {"schema": {"type": "integer", "maximum": 5}},
            ["6"],
            "Value of the query parameter p does not conform to the definition."
            " Integer 6 exceeds maximum value of 5. Path ''.",
        ),
        (
            {"schema": {"pattern": "(a|aa|aaa)+$"}},
            ["a" * 200 + "b"],
            "Query parameter p cannot be validated. It takes too much work.",
        ),
        (
            {"schema": {"$ref": "other.json#/x"}},
            ["1"],
            "API's schema does not contain definition `$ref` leads out of the document:"
            " 'other.json#/x'., which is associated with the query parameter p.",
        ),
    ],
)
def test_what_does_not_fit_is_told(
    declared: dict[str, Any], values: list[str], details: str
) -> None:
    assert problem(declared, *values) == details


def test_lists_and_json_are_bounded() -> None:
    declared = {"schema": {"type": "array"}, "explode": False}
    assert problem(declared, ",".join("1" * 1_000)) is None
    assert "more than 1000" in str(problem(declared, ",".join("1" * 1_001)))
    assert "not JSON" in str(problem({"content": {"application/json": {}}}, "{"))


def test_declarations_are_compiled_once() -> None:
    operation = {
        "parameters": [{"name": "X-A", "in": "header"}, {"name": "c", "in": "cookie"}],
        "responses": {"200": {"headers": {"X-B": {"required": True}}}},
    }
    described = Described({}, item={}, operation=operation)
    found = request_parameters(described)
    assert list(found["header"]) == ["x-a"]
    assert request_parameters(described) is found
    headers = response_headers(described, 200)
    assert response_headers(described, 200) is headers
    missing = headers["x-b"].problem([], RESPONSE_HEADER)
    assert missing is not None
    assert missing.details == "The header X-B is missing."
    assert response_headers(described, 404) == {}


def test_overrides_go_before_the_rest() -> None:
    described = Described({}, item={}, operation={})
    declared = {"a": Parameter(described, {"required": True}, name="a")}
    validation = Validation(Site(name="v", section="inbound"), None)
    actions = Actions("ignore", "prevent", {"a": "detect", "b": "ignore"})
    validate(declared, {"b": [""], "c": [""]}, kind=QUERY, actions=actions, validation=validation)
    assert [(one.name, one.rule, action) for one, action in validation.found] == [
        ("a", "IncorrectMessage", "detect"),
        ("c", "Unspecified", "prevent"),
    ]
    assert validation.found[1][0].public != HIDDEN


def test_lines_of_headers_may_be_left_out() -> None:
    headers = Headers.of(("A", "1"), ("a", "2"), ("B", "3"))
    assert values_of(headers) == {"a": ["1", "2"], "b": ["3"]}
    assert values_of(headers, without=[headers.items[2]]) == {"a": ["1", "2"]}
