from __future__ import annotations

from typing import Any

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.xmljson import FromJson, decoded, encoded, to_json
from headgate.csharp.runtime.xmllinq import FAMILY, parse_element


@pytest.mark.parametrize(
    ("text", "json"),
    [
        ("<a/>", {"a": None}),
        ("<a>1</a>", {"a": "1"}),
        ("<a x='1'>t</a>", {"a": {"@x": "1", "#text": "t"}}),
        ("<a><b>1</b><b>2</b></a>", {"a": {"b": ["1", "2"]}}),
        ("<a><b/><c>x</c></a>", {"a": {"b": None, "c": "x"}}),
        ("<a><!--c--><b>1</b></a>", {"a": {"b": "1"}}),
    ],
)
def test_elements_become_members(text: str, json: Any) -> None:
    assert to_json(parse_element(text)) == json


def test_the_root_may_be_left_out() -> None:
    assert to_json(parse_element("<a><b>1</b></a>"), omit_root=True) == {"b": "1"}


@pytest.mark.parametrize(
    ("json", "text"),
    [
        ({"a": {"b": "1"}}, "<a>\n  <b>1</b>\n</a>"),
        ({"a": {"@x": "1", "#text": "t"}}, '<a x="1">t</a>'),
        ({"a": {"b": ["1", "2"]}}, "<a>\n  <b>1</b>\n  <b>2</b>\n</a>"),
        ({"a": None}, "<a />"),
    ],
)
def test_members_become_elements(json: Any, text: str) -> None:
    document = FromJson(FAMILY, mark_arrays=False).document(json, None)
    assert document.to_text() == text


def test_a_root_is_needed_unless_one_is_named() -> None:
    with pytest.raises(DotNetError):
        FromJson(FAMILY, mark_arrays=False).document({"a": "1", "b": "2"}, None)
    document = FromJson(FAMILY, mark_arrays=False).document({"a": "1", "b": "2"}, "r")
    assert document.to_text() == "<r>\n  <a>1</a>\n  <b>2</b>\n</r>"


def test_names_that_xml_cannot_hold_are_escaped_and_back() -> None:
    assert encoded("a b") == "a_x0020_b"
    assert decoded("a_x0020_b") == "a b"
    assert encoded("plain") == "plain"
