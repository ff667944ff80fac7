from __future__ import annotations

import time

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.xmllinq import parse_document, parse_element
from headgate.csharp.runtime.xmltree import Element
from headgate.csharp.runtime.xmlwriter import to_string


@pytest.mark.parametrize(
    "text",
    [
        "<a />",
        "<a></a>",
        '<a x="1" y="&lt;&amp;&quot;" />',
        "<a>b<c />d</a>",
        "<a><!--c--><?p d?><![CDATA[<x>]]></a>",
        '<p:a xmlns:p="u" p:b="1" />',
        '<a xmlns="u"><b xmlns="" /></a>',
    ],
)
def test_what_is_read_is_written_again(text: str) -> None:
    assert to_string(parse_element(text), indent=False) == text


def test_an_empty_tag_is_told_from_a_pair_of_tags() -> None:
    assert isinstance(parse_element("<a/>"), Element)
    assert to_string(parse_element("<a></a>"), indent=False) == "<a></a>"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a b=1/>",
        '<a b="1" b="2"/>',
        "<p:a/>",
        "<a>&nope;</a>",
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<a>\x00</a>",
    ],
)
def test_what_is_no_xml_is_an_exception_of_its_name(text: str) -> None:
    with pytest.raises(DotNetError) as caught:
        parse_document(text)
    assert caught.value.type_name == "System.Xml.XmlException"


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * 100_000,
        "<a>" * 20_000 + "</a>" * 20_000,
        '<!DOCTYPE l [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>',
    ],
)
def test_hostile_texts_end_soon(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(DotNetError):
        parse_document(text)
    assert time.perf_counter() - began < 2.0  # seconds, for a machine that does much besides
