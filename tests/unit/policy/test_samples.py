from __future__ import annotations

from typing import Any

import orjson
import pytest

from headgate.model.specification import MEMO_MAX, Described, YamlNumber
from headgate.policy.samples import NESTED_MAX, PARTS_MAX, Sample, sample

JSON = "application/json"


def described(content: Any, *, root: dict[str, Any] | None = None) -> Described:
    return Described(root or {}, item={}, operation={"responses": {"200": {"content": content}}})


def shown(
    content: Any, *, status: int = 200, content_type: str | None = None, index: int | None = None
) -> Sample:
    return sample(described(content), status, content_type=content_type, index=index)


def made(schema: Any, **root: Any) -> Any:
    """Return the value that is made of a schema."""
    source = described({JSON: {"schema": schema}}, root=root)
    return orjson.loads(sample(source, 200, content_type=None, index=None).body)


EXAMPLES = {"one": {"value": {"n": 1}}, "two": {"value": "second"}, "none": {"summary": "x"}}


@pytest.mark.parametrize(
    ("media", "index", "body"),
    [
        ({"example": {"a": [1, None]}}, None, b'{"a":[1,null]}'),
        ({"example": "as it is"}, None, b"as it is"),
        ({"examples": EXAMPLES}, None, b'{"n":1}'),
        ({"examples": EXAMPLES}, 0, b'{"n":1}'),
        ({"examples": EXAMPLES}, 1, b"second"),
        ({"examples": EXAMPLES}, 2, b""),
        ({"examples": EXAMPLES, "schema": {"type": "integer"}}, 2, b"0"),
        ({}, None, b""),
    ],
)
def test_examples_go_before_schemas(media: Any, index: int | None, body: bytes) -> None:
    assert shown({JSON: media}, index=index) == Sample(JSON, body)


def test_the_media_type_that_is_asked_for_is_taken() -> None:
    content = {"text/plain; charset=utf-8": {"example": "t"}, JSON: {"example": {}}}
    assert shown(content) == Sample("text/plain; charset=utf-8", b"t")
    assert shown(content, content_type="Application/JSON; v=1") == Sample(
        "Application/JSON; v=1", b"{}"
    )
    assert shown(content, content_type="text/xml") == Sample("text/xml", b"")


def test_what_nobody_describes_is_empty() -> None:
    nothing = Sample(None, b"")
    assert sample(None, 200, content_type=None, index=None) == nothing
    assert shown({JSON: {"example": 1}}, status=404) == nothing
    assert shown("not an object") == nothing


def test_no_xml_is_made_of_a_schema() -> None:
    assert shown({"text/xml": {"schema": {"type": "object"}}}) == Sample("text/xml", b"")


def test_numbers_of_yaml_become_numbers() -> None:
    texts = ["12", "-1.5", "1e2", "2026", "1.2.3", "9" * 41, "9" * 40]
    example = {"n": [YamlNumber(text) for text in texts], "s": "12"}
    body = orjson.loads(shown({JSON: {"example": example}}).body)
    assert body == {"n": [12, -1.5, 100.0, 2026, "1.2.3", "9" * 41, "9" * 40], "s": "12"}


def test_a_deep_example_is_cut() -> None:
    deep: Any = 1
    for _ in range(NESTED_MAX * 5):
        deep = [deep]
    assert shown({JSON: {"example": deep}}).body.count(b"[") == NESTED_MAX + 1


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date"}, "2026-01-01"),
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"type": "integer"}, 0),
        ({"type": "number", "example": 1.5}, 1.5),
        ({"type": "boolean"}, True),
        ({"type": ["null", "string"]}, "string"),
        ({"type": "null"}, None),
        ({"type": "array", "items": {"type": "integer", "default": 7}}, [7]),
        ({"type": "array"}, []),
        ({"const": "x"}, "x"),
        ({"examples": ["first", "second"]}, "first"),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 0),
        ({"properties": {"a": {"type": "string"}}}, {"a": "string"}),
        (
            {"allOf": [{"properties": {"a": {"const": 1}}}], "properties": {"b": {"const": 2}}},
            {"a": 1, "b": 2},
        ),
        ({"allOf": [{"type": "string"}]}, "string"),
        ({}, {}),
        ("no schema", {}),
    ],
)
def test_a_value_is_made_of_a_schema(schema: Any, value: Any) -> None:
    assert made(schema) == value


def test_a_schema_that_holds_itself_is_cut() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/schemas/node"}}}
    value = made({"$ref": "#/schemas/node"}, schemas={"node": node})
    assert value["next"]["next"]["next"] is not None
    assert len(orjson.dumps(value)) < 200


def test_a_schema_that_branches_into_itself_is_bounded() -> None:
    node = {"properties": {str(n): {"$ref": "#/schemas/node"} for n in range(20)}}
    value = orjson.dumps(made({"$ref": "#/schemas/node"}, schemas={"node": node}))
    assert value.count(b":") <= PARTS_MAX


def test_what_was_made_is_kept_within_bounds() -> None:
    source = described({JSON: {"schema": {"type": "integer"}}})
    first = sample(source, 200, content_type=None, index=None)
    assert sample(source, 200, content_type=None, index=None) is first
    for index in range(MEMO_MAX * 2):
        sample(source, 200, content_type=None, index=index)
    assert len(source.memo) == MEMO_MAX
