from __future__ import annotations

from typing import Any

import orjson
import pytest

from headgate.policy import xml_to_json as subject
from headgate.policy.xml_to_json import Kind, XmlRefused, xml_to_json


def read(xml: str, kind: Kind = "direct", *, arrays: bool = False) -> Any:
    return orjson.loads(xml_to_json(xml.encode(), kind, arrays=arrays))


@pytest.mark.parametrize(
    ("xml", "json"),
    [
        ("<a>x</a>", {"a": "x"}),
        ("<a/>", {"a": None}),
        ("<a></a>", {"a": None}),
        ("<a> </a>", {"a": " "}),
        ("<a x='1'/>", {"a": {"@x": "1"}}),
        ("<a x='1'>t</a>", {"a": {"@x": "1", "#text": "t"}}),
        ("<a><b>1</b><b/><c>2</c></a>", {"a": {"b": ["1", None], "c": "2"}}),
        ("<a>\n  <b/>\n</a>", {"a": {"b": None}}),
        ("<a>x<b/>y</a>", {"a": {"b": None, "#text": ["x", "y"]}}),
        ("<a>&lt;<![CDATA[&]]></a>", {"a": "<&"}),
        ("<a><!-- no --><?no x?></a>", {"a": None}),
    ],
)
def test_the_structure_is_kept(xml: str, json: Any) -> None:
    assert read(xml) == json


def test_prefixes_namespaces_and_the_declaration_read_as_recorded_of_apim() -> None:
    xml = (
        '<?xml version="1.0" encoding="utf-8"?><s:E xmlns="u" xmlns:s="v"><s:B s:nil="true"/></s:E>'
    )
    assert read(xml) == {
        "version": "1.0",
        "encoding": "utf-8",
        "s$E": {"@xmlns": "u", "@xmlns$s": "v", "s$B": {"@s$nil": "true"}},
    }
    assert read('<?xml version="1.0" standalone="yes"?><a/>') == {
        "version": "1.0",
        "standalone": "yes",
        "a": None,
    }


def test_the_friendly_kind_has_names_of_javascript() -> None:
    assert read("<a x='1'>t</a>", "javascript-friendly") == {"a": {"x": "1", "$t": "t"}}


def test_children_are_arrays_where_that_is_asked_for() -> None:
    assert read("<a><b><c/></b></a>", arrays=True) == {"a": {"b": [{"c": [None]}]}}


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        ("", "not well-formed"),
        ("{}", "not well-formed"),
        ("<a>", "not well-formed"),
        ("<a x='1' x='2'/>", "not well-formed"),
        ("<?xml version='1.0' encoding='no-such'?><a/>", "not well-formed"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type"),
    ],
)
def test_what_is_no_xml_is_refused(xml: str, message: str) -> None:
    with pytest.raises(XmlRefused, match=message):
        read(xml)


def test_work_is_bounded() -> None:
    inside = subject.NODES_MAX - 1
    assert len(read(f"<a>{'<b/>' * inside}</a>")["a"]["b"]) == inside
    for xml in (
        f"<a>{'<b/>' * (inside + 1)}</a>",
        "<a>" + "<b c='1'/>" * (inside // 2 + 1) + "</a>",
        "<a>" * 201 + "</a>" * 201,
        f"<a>{'x' * subject.SIZE_MAX}</a>",
    ):
        with pytest.raises(XmlRefused):
            read(xml)
    read("<a>" * 200 + "</a>" * 200)
