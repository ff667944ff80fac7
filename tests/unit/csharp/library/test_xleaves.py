"""Texts, comments and instructions as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            '@(new XElement("a", new XComment("x--y-"), new XProcessingInstruction('
            '"t","d?>"), new XCData("a]]>b")).ToString())',
            "<a>\n  <!--x- -y- -->\n  <?t d? >?><![CDATA[a]]]]><![CDATA[>b]]></a>",
            id="xml-104",
        ),
        pytest.param(
            '@(new XDocument(new XDeclaration("1.0","utf-8",null), new XComment("c"'
            '), new XDocumentType("a",null,null,null), new XElement("a","x")).ToStr'
            "ing())",
            "<!--c-->\n<!DOCTYPE a >\n<a>x</a>",
            id="xml-105",
        ),
        pytest.param(
            '@(new XDocumentType("a","p","s","i").ToString()+new XDocumentType("a",'
            'null,"s",null).ToString()+new XDocumentType("a",null,null,null).ToStri'
            'ng()+new XDocumentType("a","p",null,"").ToString())',
            '<!DOCTYPE a PUBLIC "p" "s"[i]><!DOCTYPE a SYSTEM "s"><!DOCTYPE a ><!DO'
            'CTYPE a PUBLIC "p" ""[]>',
            id="xml-116",
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
            '@{ var d = new XDocument(new XDeclaration("1.0", "utf-8", "yes"), new '
            'XElement("a", new XElement("b"))); var w = new System.IO.StringWriter('
            "); d.Save(w); return w.ToString(); }",
            '<?xml version="1.0" encoding="utf-16" standalone="yes"?>\n<a>\n  <b />\n</a>',
            id="xml-235",
        ),
        pytest.param(
            '@{ var x = XElement.Parse("<a>x<b/>y</a>"); ((XText)x.FirstNode).Value'
            ' = "q"; return x.ToString() + ((XText)x.LastNode).Value + x.Nodes().Of'
            "Type<XText>().Count() + x.Nodes().OfType<XElement>().First().Name; }",
            "<a>q<b />y</a>y2b",
            id="xml-239",
        ),
        pytest.param(
            '@{ object o = XElement.Parse("<a>1</a>"); return o is XElement && o is'
            " XNode && o is XContainer && !(o is XDocument) && (o as XText) == null"
            " && ((XObject)o).NodeType == System.Xml.XmlNodeType.Element; }",
            "True",
            id="xml-242",
        ),
        pytest.param(
            '@(new XElement("a", new XText("x"), new XText("y"), new XCData("<&>"))'
            ".Nodes().Count())",
            "3",
            id="xml-270",
        ),
        pytest.param(
            '@(new XComment("c").ToString() + new XText("a<b").ToString() + new XCD'
            'ata("q").ToString() + new XProcessingInstruction("t", "d").ToString() '
            '+ new XProcessingInstruction("t", "").ToString())',
            "<!--c-->a&lt;b<![CDATA[q]]><?t d?><?t?>",
            id="xml-271",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text
