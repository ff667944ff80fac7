"""Nodes as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            '@(XElement.Parse("<a>\\n <b/>\\n</a>").ToString())',
            "<a>\n  <b />\n</a>",
            id="xml-020",
        ),
        pytest.param(
            '@(new XElement("a", "").ToString())',
            "<a></a>",
            id="xml-048",
        ),
        pytest.param(
            '@(XElement.Parse("<a><!--c--><b/></a>").FirstNode.NodeType)',
            "Comment",
            id="xml-063",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a xmlns:p='urn:p' p:q='1'><p:b/></a>\").Attributes()"
            ".Select(x=>x.ToString()).ToArray())",
            "System.String[]",
            id="xml-106",
        ),
        pytest.param(
            '@(XElement.Parse("<a>\\n <b/>\\n</a>", LoadOptions.PreserveWhitespace).ToString())',
            "<a>\n <b />\n</a>",
            id="xml-114",
        ),
        pytest.param(
            '@(JsonConvert.DeserializeXNode("{\'b\':[1,2]}", "root").ToString())',
            "<root>\n  <b>1</b>\n  <b>2</b>\n</root>",
            id="xml-163",
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
            "@(XNode.DeepEquals(XElement.Parse(\"<a x='1'><b/></a>\"), XElement.Parse"
            "(\"<a x='1'> <b/> </a>\")))",
            "True",
            id="xml-216",
        ),
        pytest.param(
            '@{ var b = new XElement("b"); var x = new XElement("a", b, b); b.Value'
            ' = "changed"; return x.ToString(SaveOptions.DisableFormatting); }',
            "<a><b>changed</b><b /></a>",
            id="xml-230",
        ),
        pytest.param(
            '@{ object o = XElement.Parse("<a>1</a>"); return o is XElement && o is'
            " XNode && o is XContainer && !(o is XDocument) && (o as XText) == null"
            " && ((XObject)o).NodeType == System.Xml.XmlNodeType.Element; }",
            "True",
            id="xml-242",
        ),
        pytest.param(
            '@(new XComment("c").ToString() + new XText("a<b").ToString() + new XCD'
            'ata("q").ToString() + new XProcessingInstruction("t", "d").ToString() '
            '+ new XProcessingInstruction("t", "").ToString())',
            "<!--c-->a&lt;b<![CDATA[q]]><?t d?><?t?>",
            id="xml-271",
        ),
        pytest.param(
            '@(XElement.Load(new System.IO.StringReader("<a> <b/> </a>")).ToString())',
            "<a>\n  <b />\n</a>",
            id="xml-288",
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
            '@(XElement.Parse("<a>\\r\\n<b>x\\r\\ny</b>\\r\\n</a>").ToString() + XElement'
            '.Parse("<a>x\\r\\ny</a>").Value.Length)',
            "<a>\n  <b>x\ny</b>\n</a>3",
            id="xml-318",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text


@pytest.mark.parametrize(
    ("source", "exception"),
    [
        pytest.param(
            '@(new XElement("a","x\\u0001").ToString())',
            "System.ArgumentException",
            id="xml-110",
        ),
        pytest.param(
            '@(new XElement("a", new XAttribute("xmlns", "urn:x")).ToString())',
            "System.Xml.XmlException",
            id="xml-119",
        ),
        pytest.param(
            "@(JsonConvert.DeserializeXNode(\"{'b':1,'c':2}\").ToString())",
            "Newtonsoft.Json.JsonSerializationException",
            id="xml-164",
        ),
        pytest.param(
            '@(JsonConvert.DeserializeXNode("[1]", "root").ToString())',
            "Newtonsoft.Json.JsonSerializationException",
            id="xml-166",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>\").ToString())",
            "System.Xml.XmlException",
            id="xml-265",
        ),
    ],
)
def test_what_is_wrong_has_its_name(run: Run, source: str, exception: str) -> None:
    assert run(source) == exception
