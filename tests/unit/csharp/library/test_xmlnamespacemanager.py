"""Prefixes for XPath as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            "@{ var d = new XmlDocument(); d.LoadXml(\"<a xmlns='urn:x' xmlns:p='urn"
            ":p' p:q='1'><p:b>t</p:b></a>\"); var m = new XmlNamespaceManager(d.Name"
            'Table); m.AddNamespace("z", "urn:p"); m.AddNamespace("y","urn:x"); ret'
            'urn d.SelectSingleNode("/y:a/z:b", m).InnerText + d.SelectSingleNode("'
            '//y:a/@z:q", m).Value + d.SelectNodes("/a").Count; }',
            "t10",
            id="xml-152",
        ),
        pytest.param(
            '@{ var m = new XmlNamespaceManager(new NameTable()); m.AddNamespace("s'
            '", "urn:x"); return XDocument.Parse("<a xmlns=\'urn:x\'><b>q</b></a>").X'
            'PathSelectElement("/s:a/s:b", m).Value; }',
            "q",
            id="xml-183",
        ),
        pytest.param(
            "@{ var d = new XmlDocument(); d.LoadXml(\"<s:e xmlns:s='urn:s'><s:b><r>"
            'v</r></s:b></s:e>"); var m = new XmlNamespaceManager(d.NameTable); m.A'
            'ddNamespace("soap", "urn:s"); return d.SelectSingleNode("//soap:b/r", '
            "m).InnerXml + d.DocumentElement.LocalName + d.DocumentElement.Prefix +"
            ' d.DocumentElement.NamespaceURI + m.LookupNamespace("soap") + m.HasNam'
            'espace("x"); }',
            "vesurn:surn:sFalse",
            id="xml-293",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text
