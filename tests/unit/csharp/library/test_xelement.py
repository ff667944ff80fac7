"""Elements as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            '@(XElement.Parse("<a><b>1</b></a>"))',
            "<a>\n  <b>1</b>\n</a>",
            id="xml-001",
        ),
        pytest.param(
            '@(XElement.Parse("<a>&lt;&amp;&quot;&gt;</a>").ToString())',
            '<a>&lt;&amp;"&gt;</a>',
            id="xml-024",
        ),
        pytest.param(
            '@{ var x = XElement.Parse("<a><b>1</b></a>"); x.Element("b").Value = "'
            '2"; x.Add(new XElement("c", 3)); return x.ToString(SaveOptions.Disable'
            "Formatting); }",
            "<a><b>2</b><c>3</c></a>",
            id="xml-054",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a xmlns:p='urn:p' p:q='1'><p:b p:c='2'/></a>\").Elem"
            "ents().First().ToString())",
            '<p:b p:c="2" xmlns:p="urn:p" />',
            id="xml-107",
        ),
        pytest.param(
            '@((TimeSpan)new XElement("a","P1Y2M"))',
            "425.00:00:00",
            id="xml-124",
        ),
        pytest.param(
            '@((string)new XElement("a",new XElement("b","x")))',
            "x",
            id="xml-144",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b><c/></b></a>").XPathEvaluate("name(//c/ancestor::*[1])"))',
            "b",
            id="xml-188",
        ),
        pytest.param(
            '@{ var x = XElement.Parse("<a><b/><c/></a>"); x.Element("b").AddAfterS'
            'elf(new XElement("z", 1), "t", "u"); x.Element("c").AddBeforeSelf("v")'
            '; x.AddFirst("first", new XComment("k")); return x.ToString(SaveOption'
            "s.DisableFormatting); }",
            "<a>first<!--k--><b /><z>1</z>tuv<c /></a>",
            id="xml-205",
        ),
        pytest.param(
            '@{ XNamespace s = "urn:s"; return new XElement(s + "a", new XAttribute'
            '(XNamespace.Xmlns + "s", s), new XElement(s + "b", 1)).ToString(); }',
            '<s:a xmlns:s="urn:s">\n  <s:b>1</s:b>\n</s:a>',
            id="xml-219",
        ),
        pytest.param(
            '@{ object o = XElement.Parse("<a>1</a>"); return o is XElement && o is'
            " XNode && o is XContainer && !(o is XDocument) && (o as XText) == null"
            " && ((XObject)o).NodeType == System.Xml.XmlNodeType.Element; }",
            "True",
            id="xml-242",
        ),
        pytest.param(
            '@(XElement.Parse("<a>&#x41;&amp;&apos;&#233;</a>").Value)',
            "A&'é",
            id="xml-262",
        ),
        pytest.param(
            '@(new XElement("a", new XElement("b", new XElement("c", "")), "").ToString())',
            "<a>\n  <b>\n    <c></c>\n  </b>\n</a>",
            id="xml-284",
        ),
        pytest.param(
            '@(XElement.Parse("<a b=\'x\\r\\ny\\tz\'/>").Attribute("b").Value.Replace("\\'
            'n", "N").Replace("\\t", "T").Replace("\\r","R"))',
            "x y z",
            id="xml-319",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text


@pytest.mark.parametrize(
    ("source", "exception"),
    [
        pytest.param(
            '@((int)XElement.Parse("<a><b>1</b></a>").Element("z"))',
            "System.ArgumentNullException",
            id="xml-005",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b>1</b></a>").Element("z").Value)',
            "System.NullReferenceException",
            id="xml-007",
        ),
        pytest.param(
            '@(XElement.Parse("<a"))',
            "System.Xml.XmlException",
            id="xml-027",
        ),
        pytest.param(
            '@(XElement.Parse(""))',
            "System.Xml.XmlException",
            id="xml-028",
        ),
        pytest.param(
            '@(XElement.Parse("<a/><b/>"))',
            "System.Xml.XmlException",
            id="xml-029",
        ),
    ],
)
def test_what_is_wrong_has_its_name(run: Run, source: str, exception: str) -> None:
    assert run(source) == exception
