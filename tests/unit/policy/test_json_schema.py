from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from headgate.model.specification import Described, YamlNumber
from headgate.policy.json_schema import Mode, Schema
from headgate.policy.schema_keywords import SchemaError, TooMuchWork

PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
ROOT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Pet": PET,
            "Tree": {
                "type": "object",
                "properties": {"children": {"items": {"$ref": "#/components/schemas/Tree"}}},
                "additionalProperties": False,
            },
            "Loop": {"$ref": "#/components/schemas/Loop"},
        }
    }
}


def schema(given: Any, mode: Mode | None = None) -> Schema:
    return Schema(Described(ROOT, item={}, operation={}), given, mode=mode or Mode())


SCHEMAS: list[Any] = [
    True,
    False,
    PET,
    {"$ref": "#/components/schemas/Pet"},
    {"$ref": "#/components/schemas/Tree"},
    {"items": {"type": "integer"}, "maxItems": 2},
    {"prefixItems": [{"type": "string"}], "items": False},
    {"contains": {"type": "integer"}, "maxContains": 1},
    {"allOf": [PET, {"required": ["age"]}]},
    {"anyOf": [PET, {"type": "array"}]},
    {"oneOf": [{"type": "integer"}, {"minimum": 2}]},
    {"not": PET},
    {"if": PET, "then": {"minProperties": 2}, "else": {"type": "array"}},
    {"patternProperties": {"^n": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
    {"additionalProperties": False, "properties": {"name": True}},
    {"propertyNames": {"maxLength": 3}},
    {"dependentRequired": {"name": ["age"]}},
    {"type": ["object", "null"]},
]
VALUES: list[Any] = [
    *(None, 1, 2.0, 2.5, "x", [], [1], ["a"], ["a", 1], [1, 2], [1, 2, 3], {}),
    *({"name": "n"}, {"name": 1}, {"name": "n", "age": 3}, {"age": "x"}),
    *({"children": [{}]}, {"children": [{"children": [{"x": 1}]}]}),
]


@pytest.mark.parametrize("given", SCHEMAS, ids=str)
def test_verdicts_are_those_of_the_package_jsonschema(given: Any) -> None:
    whole = {**ROOT, **given} if isinstance(given, dict) else given
    other = jsonschema.Draft202012Validator(whole)
    mine = schema(given)
    for value in VALUES:
        assert (not mine.messages(value)) == other.is_valid(value), value


def test_messages_name_the_path() -> None:
    found = schema({"properties": {"a": {"items": PET}}}).messages({"a": [{"name": "x"}, {}]})
    assert found == ["Required properties are missing from object: name. Path 'a[1]'."]


def test_additional_properties_may_be_overridden() -> None:
    closed = {**PET, "additionalProperties": False}
    value = {"name": "n", "x": 1}
    assert schema(closed).messages(value)
    assert not schema(closed, Mode(additional=True)).messages(value)
    assert schema(PET, Mode(additional=False)).messages(value)
    composed = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"x": True}}]}
    assert not schema(composed, Mode(additional=False)).messages(value)
    assert schema(composed, Mode(additional=False)).messages({**value, "y": 1})


def test_case_of_names_may_be_ignored() -> None:
    assert schema(PET).messages({"Name": "n"})
    assert not schema(PET, Mode(ignore_case=True)).messages({"Name": "n"})
    assert schema(PET, Mode(ignore_case=True)).messages({"NAME": 1})


def test_numbers_of_yaml_are_numbers() -> None:
    given = {"maxLength": YamlNumber("2"), "maximum": YamlNumber("1.5"), "enum": [YamlNumber("1")]}
    assert not schema(given).messages(1)
    assert len(schema(given).messages(2)) == 2


@pytest.mark.parametrize(
    "given",
    [
        "x",
        {"$ref": "other.json#/a"},
        {"$ref": "https://example.com/schema"},
        {"$ref": "#/components/schemas/None"},
        {"unevaluatedProperties": False},
        {"properties": {"a": 1}},
    ],
)
def test_what_cannot_be_compiled_is_an_error(given: Any) -> None:
    with pytest.raises(SchemaError):
        schema(given)


def test_work_and_depth_are_bounded() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100):
        deep = {"children": [deep]}
    with pytest.raises(TooMuchWork):
        schema({"$ref": "#/components/schemas/Tree"}).messages(deep)
    with pytest.raises(TooMuchWork):
        schema({"$ref": "#/components/schemas/Loop"}).messages(1)
    assert not schema({"items": {"type": "integer"}}).messages([1] * 29_000)
    with pytest.raises(TooMuchWork):
        schema({"items": {"type": "integer"}}).messages([1] * 30_001)
