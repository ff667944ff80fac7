from __future__ import annotations

import orjson
import pytest
from lxml import etree

from headgate.policy import json_to_xml as subject
from headgate.policy.json_reading import JsonRefused
from headgate.policy.json_to_xml import Naming, encoded, json_to_xml

NAMED = Naming(separator=":", declares="xmlns", attributes="#attrs", parse_dates=False)


def written(json: object, naming: Naming | None = None) -> str:
    return json_to_xml(orjson.dumps(json), naming or Naming()).decode()


@pytest.mark.parametrize(
    ("json", "xml"),
    [
        ({"a": "x"}, "<a>x</a>"),
        ({"a": ""}, "<a />"),
        ({"a": {}}, "<a />"),
        ({"a": True, "b": 1, "c": 1.5}, "<Document><a>True</a><b>1</b><c>1.5</c></Document>"),
        ({"a": [1, {"b": 2}]}, "<Document><a>1</a><a><b>2</b></a></Document>"),
        ({"a": [], "b": [[1, 2]]}, "<Document><a /><b><b>1</b><b>2</b></b></Document>"),
        ([1, 2], "<Document><Item>1</Item><Item>2</Item></Document>"),
        ("x", "<Document>x</Document>"),
        ({}, "<Document />"),
        ({"a": "<&>\"'\r"}, "<a>&lt;&amp;&gt;&quot;'&#13;</a>"),
        ({"a": "x\x00\x0by"}, "<a>xy</a>"),
        ({"a b": 1}, "<a_x0020_b>1</a_x0020_b>"),
    ],
)
def test_values_become_elements(json: object, xml: str) -> None:
    assert written(json) == xml
    etree.fromstring(xml.encode())


def test_null_is_nil() -> None:
    nil = ' xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    assert written({"a": None}) == f"<a{nil} />"


def test_the_example_of_the_page() -> None:
    json = {
        "soapenv:Envelope": {
            "xmlns:soapenv": "http://schemas.xmlsoap.org/soap/envelope/",
            "xmlns:v1": "http://localdomain.com/core/v1",
            "soapenv:Header": {},
            "soapenv:Body": {
                "v1:QueryList": {
                    "#attrs": {"queryName": "test"},
                    "v1:QueryItem": {"name": "dummy text"},
                }
            },
        }
    }
    assert written(json, NAMED) == (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:v1="http://localdomain.com/core/v1"><soapenv:Header /><soapenv:Body>'
        '<v1:QueryList queryName="test"><v1:QueryItem><name>dummy text</name></v1:QueryItem>'
        "</v1:QueryList></soapenv:Body></soapenv:Envelope>"
    )


def test_a_prefix_is_one_where_it_is_declared() -> None:
    assert written({"p:a": 1}, NAMED) == "<p_x003A_a>1</p_x003A_a>"
    assert written({"first_name": 1}) == "<first_name>1</first_name>"
    inner = {"a": {"xmlns": "u", "xmlns:p": "v", "p:b": 1, "xmlnsx": 2}}
    assert written(inner, NAMED) == ('<a xmlns="u" xmlns:p="v"><p:b>1</p:b><xmlnsx>2</xmlnsx></a>')


def test_a_block_that_is_no_object_is_an_element() -> None:
    assert written({"a": {"#attrs": 1}}, NAMED) == "<a><_x0023_attrs>1</_x0023_attrs></a>"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-01-02T03:04:05.500Z", "2026-01-02T03:04:05.5Z"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05"),
        ("2026-01-02", "2026-01-02"),
        ("2026-13-02T03:04:05Z", "2026-13-02T03:04:05Z"),
    ],
)
def test_dates_are_written_as_net_does_unless_they_are_copied(text: str, date: str) -> None:
    assert written({"a": text}) == f"<a>{date}</a>"
    assert written({"a": text}, NAMED) == f"<a>{text}</a>"


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("a-1", "a-1"),
        ("1a", "_x0031_a"),
        ("", "_"),
        ("größe", "größe"),
        ("_x0020_", "_x005F_x0020_"),
        ("a_x0020_", "a_x005F_x0020_"),
        ("a:b", "a_x003A_b"),
    ],
)
def test_names_are_escaped_as_net_does(name: str, result: str) -> None:
    assert encoded(name) == result


def test_work_is_bounded() -> None:
    most = [1] * (subject.NODES_MAX - 1)
    assert written({"a": {"b": most[1:]}}).count("<b>") == len(most) - 1
    deep: object = 1
    for _ in range(202):
        deep = {"a": deep}
    for body in (
        orjson.dumps([1] * subject.NODES_MAX),
        orjson.dumps(deep),
        orjson.dumps(["2026-01-02T03:04:05Z"] * (subject.NODES_MAX // subject.DATE)),
        b"<a/>",
    ):
        with pytest.raises(JsonRefused):
            json_to_xml(body, Naming())
