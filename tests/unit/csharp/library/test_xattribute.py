"""Attributes as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            "@(XElement.Parse(\"<a x='1' y='2'/>\").Attribute(\"x\").Value)",
            "1",
            id="xml-010",
        ),
        pytest.param(
            '@((bool)XElement.Parse("<a x=\'True\'/>").Attribute("x"))',
            "True",
            id="xml-015",
        ),
        pytest.param(
            '@(new XElement("a", new XAttribute("q", "a\\"b<c")).ToString())',
            '<a q="a&quot;b&lt;c" />',
            id="xml-041",
        ),
        pytest.param(
            '@(new XElement("a", new XAttribute("{urn:x}q", 1)).Attribute("{urn:x}q").ToString())',
            'p0:q="1"',
            id="xml-102",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a xmlns:p='urn:p' p:q='1'><p:b/></a>\").Attributes()"
            ".Select(x=>x.ToString()).ToArray())",
            "System.String[]",
            id="xml-106",
        ),
        pytest.param(
            '@(new XElement("a","x\\ny\\r\\nz\\rw", new XAttribute("b","1\\n2\\t3")).ToString())',
            '<a b="1&#xA;2&#x9;3">x\ny\nz\nw</a>',
            id="xml-109",
        ),
        pytest.param(
            '@(new XElement(XName.Get("a","urn:x"), new XAttribute("xmlns", "urn:x"'
            '), new XElement("b")).ToString())',
            '<a xmlns="urn:x">\n  <b xmlns="" />\n</a>',
            id="xml-118",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a><b i='1'/><b i='2'/><b i='3'/></a>\").XPathSelectE"
            'lement("b[3]/preceding-sibling::b[1]").Attribute("i").Value)',
            "2",
            id="xml-187",
        ),
        pytest.param(
            "@{ var x = XElement.Parse(\"<a k='1' m='2'><b/></a>\"); x.SetAttributeVa"
            'lue("k", null); x.SetElementValue("b", null); return x.ToString() + x.'
            "IsEmpty + x.HasAttributes + x.FirstAttribute.Name + x.LastAttribute.Va"
            "lue; }",
            '<a m="2" />TrueTruem2',
            id="xml-207",
        ),
        pytest.param(
            "@{ var x = XElement.Parse(\"<a k='1'><b/>t</a>\"); x.RemoveAll(); var s "
            '= x.ToString(); x.ReplaceAll(new XAttribute("n", 1), new XElement("c")'
            "); s += x.ToString(SaveOptions.DisableFormatting); x.ReplaceAttributes"
            '(new XAttribute("m", 2)); x.ReplaceNodes("text"); return s + x; }',
            '<a /><a n="1"><c /></a><a m="2">text</a>',
            id="xml-209",
        ),
        pytest.param(
            '@{ XNamespace s = "urn:s"; return new XElement(s + "a", new XAttribute'
            '(XNamespace.Xmlns + "s", s), new XElement(s + "b", 1)).ToString(); }',
            '<s:a xmlns:s="urn:s">\n  <s:b>1</s:b>\n</s:a>',
            id="xml-219",
        ),
        pytest.param(
            '@(new XElement("a", new XElement("b").Attribute("q")).ToString())',
            "<a />",
            id="xml-229",
        ),
        pytest.param(
            "@{ var x = XElement.Parse(\"<a x='1' y='2'/>\"); return x.Attributes().W"
            'here(q => q.Name != "x").Select(q => q.Name + "=" + q.Value).First() +'
            " x.FirstAttribute.NextAttribute.PreviousAttribute.Name; }",
            "y=2x",
            id="xml-241",
        ),
        pytest.param(
            '@(XElement.Parse("<a b=\'1\'/>").Attribute("b")?.Value + (string)XElemen'
            't.Parse("<a b=\'1\'/>").Attribute("c"))',
            "1",
            id="xml-259",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text


@pytest.mark.parametrize(
    ("source", "exception"),
    [
        pytest.param(
            '@(new XElement("a", new XAttribute("xmlns", "urn:x")).ToString())',
            "System.Xml.XmlException",
            id="xml-119",
        ),
        pytest.param(
            '@(new XElement("a", new XAttribute("x", 1), new XAttribute("x", 2)))',
            "System.InvalidOperationException",
            id="xml-227",
        ),
        pytest.param(
            '@(new XAttribute("x", null))',
            "System.ArgumentNullException",
            id="xml-228",
        ),
    ],
)
def test_what_is_wrong_has_its_name(run: Run, source: str, exception: str) -> None:
    assert run(source) == exception
