"""What holds nodes as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            '@(XElement.Parse("<a><b>1</b></a>").Element("b").Value)',
            "1",
            id="xml-002",
        ),
        pytest.param(
            '@(XElement.Parse("<a xmlns=\'urn:x\'><b>1</b></a>").Element("b") == null)',
            "True",
            id="xml-030",
        ),
        pytest.param(
            '@(XDocument.Parse("<a><b>1</b></a>").Descendants("b").Single().Value)',
            "1",
            id="xml-053",
        ),
        pytest.param(
            '@(XElement.Parse("<a><!--c--><b/></a>").Nodes().Count())',
            "2",
            id="xml-062",
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
            "@{ var x = XElement.Parse(\"<a><b i='1'/><b i='2'/></a>\"); x.Elements(\""
            'b").Attributes("i").Remove(); return x.ToString(SaveOptions.DisableFor'
            "matting); }",
            "<a><b /><b /></a>",
            id="xml-211",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a xmlns='urn:d'><b/></a>\").Elements().First().Name."
            'ToString() + XName.Get("{urn:x}q").NamespaceName + ((XName)"z").LocalN'
            "ame)",
            "{urn:d}burn:xz",
            id="xml-221",
        ),
        pytest.param(
            '@{ var x = XElement.Parse("<a>x<b/>y</a>"); ((XText)x.FirstNode).Value'
            ' = "q"; return x.ToString() + ((XText)x.LastNode).Value + x.Nodes().Of'
            "Type<XText>().Count() + x.Nodes().OfType<XElement>().First().Name; }",
            "<a>q<b />y</a>y2b",
            id="xml-239",
        ),
        pytest.param(
            '@{ var e = XElement.Parse("<r><i>3</i><i>1</i></r>"); return string.Jo'
            'in(",", e.Elements().OrderBy(i => (int)i).Select(i => i.Value)) + e.El'
            'ements().Max(i => (int)i) + e.Elements("i").Any(i => i.Value == "3"); '
            "}",
            "1,33True",
            id="xml-253",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b>5</b></a>").Element("z")?.Value ?? "none")',
            "none",
            id="xml-258",
        ),
        pytest.param(
            '@{ var n = XElement.Parse("<a><b/><c/></a>"); return string.Join(",", '
            "n.Elements().Reverse().InDocumentOrder().Select(e => e.Name.LocalName)"
            "); }",
            "b,c",
            id="xml-274",
        ),
        pytest.param(
            '@(XElement.Parse("<A><B>1</B></A>").Descendants().FirstOrDefault(e => '
            'e.Name.LocalName.Equals("b", StringComparison.OrdinalIgnoreCase))?.Val'
            "ue)",
            "1",
            id="xml-281",
        ),
        pytest.param(
            '@{ var x = new XElement("r"); x.SetElementValue("a", "1"); x.Element("'
            'a").SetAttributeValue("k", "v"); x.Element("a").Add(new XElement("q"))'
            "; return x.ToString(); }",
            '<r>\n  <a k="v">1<q /></a>\n</r>',
            id="xml-308",
        ),
        pytest.param(
            '@(new XElement("a").Elements("b").FirstOrDefault() == null)',
            "True",
            id="xml-333",
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
            '@(new XElement("a").Descendants("b").First())',
            "System.InvalidOperationException",
            id="xml-332",
        ),
    ],
)
def test_what_is_wrong_has_its_name(run: Run, source: str, exception: str) -> None:
    assert run(source) == exception
