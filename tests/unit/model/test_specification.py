from __future__ import annotations

from typing import Any

import pytest

from headgate.model.specification import Described

ROOT: dict[str, Any] = {"parts": {"a/b~c": {"name": "found"}, "loop": {"$ref": "#/parts/loop"}}}


def described(**responses: Any) -> Described:
    return Described(ROOT, item={}, operation={"responses": responses})


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ({"x": 1}, {"x": 1}),
        ({"$ref": "#/parts/a~1b~0c"}, {"name": "found"}),
        ({"$ref": "#/parts/loop"}, {"$ref": "#/parts/loop"}),
        ({"$ref": "#/parts/none"}, {}),
        ({"$ref": "other.json#/x"}, {"$ref": "other.json#/x"}),
        ("text", {}),
        (None, {}),
    ],
)
def test_a_reference_leads_to_a_part_of_the_document(part: Any, found: dict[str, Any]) -> None:
    assert described().resolved(part) == found


@pytest.mark.parametrize(
    ("status", "name"), [(200, "exact"), (201, "range"), (404, "lower"), (500, "rest")]
)
def test_an_answer_is_described_by_status_range_or_default(status: int, name: str) -> None:
    responses = {
        "200": {"n": "exact"},
        "2XX": {"n": "range"},
        "4xx": {"n": "lower"},
        "default": {"n": "rest"},
    }
    assert described(**responses).response(status) == {"n": name}


def test_an_answer_may_not_be_described() -> None:
    assert described().response(200) == {}
    assert Described({}, item={}, operation={"responses": []}).response(200) == {}


def test_a_status_that_is_not_declared_is_told_from_one_without_content() -> None:
    assert described(**{"200": {}}).declared_response(200) == {}
    assert described(**{"200": {}}).declared_response(404) is None
    assert Described(ROOT, item={}, operation={}).declared_response(200) is None


def test_parameters_of_the_operation_go_before_those_of_its_path() -> None:
    item = {"parameters": [{"name": "a", "in": "query"}, {"name": "b", "in": "path"}]}
    own = {"parameters": [{"name": "a", "in": "query", "required": True}, {"in": "query"}, 1]}
    assert Described(ROOT, item=item, operation=own).parameters() == [
        {"name": "a", "in": "query", "required": True},
        {"name": "b", "in": "path"},
    ]
    assert Described(ROOT, item={}, operation={"parameters": "x"}).parameters() == []
