from __future__ import annotations

import msgspec
import pytest

from headgate.tokens.body import ABSENT
from headgate.tokens.prompt import PromptParts, RequestUnreadable
from headgate.tokens.tools import add_tools


def parts_of(
    tools: object = None, *, functions: object = None, model: str = "gpt-4o"
) -> PromptParts:
    parts = PromptParts()
    add_tools(
        parts,
        tools=ABSENT if tools is None else msgspec.Raw(msgspec.json.encode(tools)),
        functions=ABSENT if functions is None else msgspec.Raw(msgspec.json.encode(functions)),
        model=model,
    )
    return parts


PLAIN = {"name": "clock", "description": "Tells the time."}
FULL = {
    "name": "weather",
    "description": "Weather of a place",
    "parameters": {
        "type": "object",
        "properties": {
            "place": {"type": "string", "description": "Town, country."},
            "unit": {"type": "string", "enum": ["K", "C"]},
            "days": {"type": "integer", "enum": [1, 2, None]},
        },
    },
}


def test_a_function_without_parameters_costs_its_frame_and_one_line() -> None:
    parts = parts_of([{"type": "function", "function": PLAIN}])
    assert parts == PromptParts(texts=["clock:Tells the time"], overhead=7 + 12)


def test_older_models_pay_more_for_a_function() -> None:
    assert parts_of([{"function": PLAIN}], model="gpt-4").overhead == 10 + 12


def test_properties_and_enumerations_follow_the_published_formula() -> None:
    parts = parts_of([{"type": "function", "function": FULL}])
    assert parts.texts == [
        "weather:Weather of a place",
        "place:string:Town, country",
        "unit:string:",
        "K",
        "C",
        "days:integer:",
    ]
    assert parts.overhead == 7 + 3 + 3 * 3 + (-3 + 2 * 3) + (-3 + 3) + 12


def test_the_end_is_counted_once_for_tools_and_functions_together() -> None:
    parts = parts_of([{"function": PLAIN}, {"function": PLAIN}], functions=[PLAIN])
    assert parts.overhead == 3 * 7 + 12
    assert len(parts.texts) == 3


def test_nested_schemas_count_as_compact_json() -> None:
    nested = {"type": "array", "items": {"type": "string"}}
    union = {"type": ["string", "null"]}
    properties = {"tags": nested, "note": union}
    parts = parts_of([{"function": {"name": "save", "parameters": {"properties": properties}}}])
    assert parts.texts == [
        "save:",
        "tags",
        '{"type":"array","items":{"type":"string"}}',
        "note",
        '{"type":["string","null"]}',
    ]


def test_what_has_another_shape_counts_as_compact_json_without_a_frame() -> None:
    parts = parts_of([{"type": "web_search"}, "odd"], functions=[{"description": "no name"}])
    assert parts.texts == ['{"type":"web_search"}', '"odd"', '{"description":"no name"}']
    assert parts.overhead == 0


@pytest.mark.parametrize("nothing", [[], None])
def test_empty_lists_cost_nothing(nothing: object) -> None:
    assert parts_of(nothing, functions=nothing) == PromptParts()


def test_null_is_an_empty_list() -> None:
    parts = PromptParts()
    add_tools(parts, tools=msgspec.Raw(b"null"), functions=msgspec.Raw(b"null"), model="")
    assert parts == PromptParts()


def test_a_list_that_is_none_is_refused() -> None:
    with pytest.raises(RequestUnreadable, match="Expected `array"):
        parts_of({"function": PLAIN})
