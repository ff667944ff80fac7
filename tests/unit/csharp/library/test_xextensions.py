"""Extensions on many nodes as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            '@{ var x = XElement.Parse("<a><b>1</b><c/></a>"); x.Element("b").Remov'
            "e(); return x.ToString(SaveOptions.DisableFormatting); }",
            "<a><c /></a>",
            id="xml-056",
        ),
        pytest.param(
            "@{ var x = XElement.Parse(\"<a><b i='1'/><b i='2'/></a>\"); x.Elements(\""
            'b").Remove(); return x.ToString(); }',
            "<a />",
            id="xml-210",
        ),
        pytest.param(
            "@{ var x = XElement.Parse(\"<a><b i='1'/><b i='2'/></a>\"); x.Elements(\""
            'b").Attributes("i").Remove(); return x.ToString(SaveOptions.DisableFor'
            "matting); }",
            "<a><b /><b /></a>",
            id="xml-211",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b><c><d/></c></b></a>").Descendants("d").First()'
            ".Ancestors().Select(e => e.Name.LocalName).Aggregate((x, y) => x + y))",
            "cba",
            id="xml-212",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b><c><d/></c></b></a>").Descendants("d").Ancesto'
            'rsAndSelf().Count() + XElement.Parse("<a><b><c/></b><b><c/></b></a>").'
            'Elements("b").Elements("c").Count() * 10)',
            "24",
            id="xml-213",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b>x</b></a>").DescendantsAndSelf().Select(n => n'
            '.Name.ToString()).Aggregate((x, y) => x + "," + y))',
            "a,b",
            id="xml-215",
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
            '@{ var n = XElement.Parse("<a><b/><c/></a>"); return string.Join(",", '
            "n.Elements().Reverse().InDocumentOrder().Select(e => e.Name.LocalName)"
            "); }",
            "b,c",
            id="xml-274",
        ),
        pytest.param(
            '@{ var x = XElement.Parse("<a><b/></a>"); foreach (var e in x.Elements'
            "().ToList()) { e.Remove(); } return x.ToString() + x.HasElements; }",
            "<a />False",
            id="xml-276",
        ),
        pytest.param(
            "@{ var d = XDocument.Parse(\"<a xmlns='urn:x'><b xmlns=''><c/></b></a>\""
            "); foreach (var e in d.Descendants()) { e.Name = e.Name.LocalName; e.A"
            "ttributes().Where(q => q.IsNamespaceDeclaration).Remove(); } return d."
            "ToString(SaveOptions.DisableFormatting); }",
            "<a><b><c /></b></a>",
            id="xml-310",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text


@pytest.mark.parametrize(
    ("source", "exception"),
    [
        pytest.param(
            '@{ var x = new XElement("a"); x.Remove(); return 1; }',
            "System.InvalidOperationException",
            id="xml-275",
        ),
    ],
)
def test_what_is_wrong_has_its_name(run: Run, source: str, exception: str) -> None:
    assert run(source) == exception
