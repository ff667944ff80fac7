"""Names as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            '@{ XNamespace n = "urn:x"; return XElement.Parse("<a xmlns=\'urn:x\'><b>'
            '1</b></a>").Element(n + "b").Value; }',
            "1",
            id="xml-031",
        ),
        pytest.param(
            '@(new XElement(XName.Get("a","urn:x"), new XAttribute(XNamespace.Xmlns'
            ' + "p", "urn:x"), new XElement(XName.Get("b","urn:x"))).ToString())',
            '<p:a xmlns:p="urn:x">\n  <p:b />\n</p:a>',
            id="xml-117",
        ),
        pytest.param(
            '@(new XElement(XName.Get("a","urn:x"), new XAttribute("xmlns", "urn:x"'
            '), new XElement("b")).ToString())',
            '<a xmlns="urn:x">\n  <b xmlns="" />\n</a>',
            id="xml-118",
        ),
        pytest.param(
            '@{ XNamespace s = "urn:s"; return new XElement(s + "a", new XAttribute'
            '(XNamespace.Xmlns + "s", s), new XElement(s + "b", 1)).ToString(); }',
            '<s:a xmlns:s="urn:s">\n  <s:b>1</s:b>\n</s:a>',
            id="xml-219",
        ),
        pytest.param(
            '@{ XNamespace s = "urn:s"; XNamespace t = "urn:t"; return new XElement'
            '(s + "a", new XAttribute("xmlns", "urn:s"), new XElement(t + "b", new '
            'XAttribute(XNamespace.Xmlns + "t", t.NamespaceName)), new XElement("c"'
            ")).ToString(); }",
            '<a xmlns="urn:s">\n  <t:b xmlns:t="urn:t" />\n  <c xmlns="" />\n</a>',
            id="xml-220",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a xmlns='urn:d'><b/></a>\").Elements().First().Name."
            'ToString() + XName.Get("{urn:x}q").NamespaceName + ((XName)"z").LocalN'
            "ame)",
            "{urn:d}burn:xz",
            id="xml-221",
        ),
        pytest.param(
            '@{ XName n = "{urn:x}b"; return n.Namespace == "urn:x" && n == XNamesp'
            'ace.Get("urn:x") + "b" && n.Equals(XName.Get("b", "urn:x")); }',
            "True",
            id="xml-223",
        ),
        pytest.param(
            '@(new XElement("a", new XAttribute(XNamespace.Xml + "space", "preserve'
            '"), " ").ToString())',
            '<a xml:space="preserve"> </a>',
            id="xml-286",
        ),
        pytest.param(
            '@{ XNamespace s = "urn:s"; return new XElement(s + "a", new XElement(s'
            ' + "b", 1), new XElement("c", new XAttribute(s + "k", "v"))).ToString('
            "); }",
            '<a xmlns="urn:s">\n  <b>1</b>\n  <c p2:k="v" xmlns:p2="urn:s" xmlns="" />\n</a>',
            id="xml-307",
        ),
        pytest.param(
            '@{ XNamespace s = "http://schemas.xmlsoap.org/soap/envelope/"; var d ='
            ' XDocument.Parse("<s:Envelope xmlns:s=\\"http://schemas.xmlsoap.org/soa'
            'p/envelope/\\"><s:Header/><s:Body><R xmlns=\\"urn:r\\"><V>5</V></R></s:Bo'
            'dy></s:Envelope>"); var b = d.Root.Element(s + "Body").Elements().Firs'
            't(); return b.ToString() + b.Element(b.Name.Namespace + "V").Value; }',
            '<R xmlns="urn:r">\n  <V>5</V>\n</R>5',
            id="xml-309",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a xml:lang='en'/>\").Attributes().First().Name.ToStr"
            "ing() + XElement.Parse(\"<a xml:lang='en'/>\").Attribute(XNamespace.Xml "
            '+ "lang").Value)',
            "{http://www.w3.org/XML/1998/namespace}langen",
            id="xml-317",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text


@pytest.mark.parametrize(
    ("source", "exception"),
    [
        pytest.param(
            "@(new XElement((XName)null))",
            "System.ArgumentNullException",
            id="xml-224",
        ),
    ],
)
def test_what_is_wrong_has_its_name(run: Run, source: str, exception: str) -> None:
    assert run(source) == exception
