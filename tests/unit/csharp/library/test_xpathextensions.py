"""XPath on nodes as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            "@{ var x = XElement.Parse(\"<a><b k='1'>x</b><c><b k='2'>y</b></c><b k="
            '\'3\'/></a>"); return string.Join(",", x.XPathSelectElements("//b").Sele'
            'ct(e => e.Attribute("k").Value)); }',
            "1,2,3",
            id="xml-176",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a><b k='1'>x</b><c><b k='2'>y</b></c></a>\").XPathSe"
            "lectElement(\"c/b[@k='2']\").Value)",
            "y",
            id="xml-177",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b>1</b><b>2</b></a>").XPathEvaluate("sum(b) * 2 - -1"))',
            "7",
            id="xml-178",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b>1</b><b>2</b></a>").XPathEvaluate("string(b[2])"))',
            "2",
            id="xml-179",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b>1</b><b>2</b></a>").XPathEvaluate("count(//b) '
            '= 2 and not(c)"))',
            "True",
            id="xml-180",
        ),
        pytest.param(
            '@(XDocument.Parse("<a><b>1</b><b>2</b></a>").XPathSelectElement("/a/b['
            'last()]").Value)',
            "2",
            id="xml-181",
        ),
        pytest.param(
            '@(XElement.Parse("<a xmlns=\'urn:x\'><b/></a>").XPathSelectElement("b") == null)',
            "True",
            id="xml-182",
        ),
        pytest.param(
            '@{ var m = new XmlNamespaceManager(new NameTable()); m.AddNamespace("s'
            '", "urn:x"); return XDocument.Parse("<a xmlns=\'urn:x\'><b>q</b></a>").X'
            'PathSelectElement("/s:a/s:b", m).Value; }',
            "q",
            id="xml-183",
        ),
        pytest.param(
            "@(XElement.Parse(\"<a><b i='1'/><b i='2'/><b i='3'/></a>\").XPathSelectE"
            'lement("b[3]/preceding-sibling::b[1]").Attribute("i").Value)',
            "2",
            id="xml-187",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b><c/></b></a>").XPathEvaluate("name(//c/ancestor::*[1])"))',
            "b",
            id="xml-188",
        ),
        pytest.param(
            '@(XElement.Parse("<a>x  y\\n z</a>").XPathEvaluate("concat(normalize-sp'
            "ace(), '|', translate('abc','ab','A'), '|', substring('12345', 2, 3), "
            "'|', substring-before('a-b','-'), substring-after('a-b','-'), '|', str"
            "ing-length('abc'), '|', round(2.5), '|', floor(-1.5), '|', ceiling(1.2"
            "), '|', 1 div 0, '|', 7 mod -3, '|', number('x'), '|', 0.1 + 0.2, '|',"
            ' 1000000 * 1000000)"))',
            "x y z|Ac|234|ab|3|3|-2|2|Infinity|1|NaN|0.30000000000000004|1000000000000",
            id="xml-189",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b>1</b><b>2</b></a>").XPathSelectElements("b[. ='
            ' 1 or . = 2][2]").Count())',
            "1",
            id="xml-191",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b><c>1</c></b><b><c>2</c></b></a>").XPathSelectE'
            'lements("//c[1]").Count() + XElement.Parse("<a><b><c>1</c></b><b><c>2<'
            '/c></b></a>").XPathSelectElements("(//c)[1]").Count()*10)',
            "12",
            id="xml-192",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b/>x<c/><d/></a>").XPathEvaluate("count(b/follow'
            "ing-sibling::node()) + 10*count(d/preceding::*) + 100*count(b/followin"
            'g::*)"))',
            "223",
            id="xml-193",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text


@pytest.mark.parametrize(
    ("source", "exception"),
    [
        pytest.param(
            '@(XElement.Parse("<a/>").XPathSelectElement("x:b") == null)',
            "System.Xml.XPath.XPathException",
            id="xml-184",
        ),
        pytest.param(
            '@(XElement.Parse("<a/>").XPathSelectElement("b[") == null)',
            "System.Xml.XPath.XPathException",
            id="xml-185",
        ),
        pytest.param(
            '@(XElement.Parse("<a/>").XPathSelectElement("\'x\'") == null)',
            "System.InvalidOperationException",
            id="xml-186",
        ),
        pytest.param(
            '@(XElement.Parse("<a/>").XPathEvaluate("foo()"))',
            "System.Xml.XPath.XPathException",
            id="xml-197",
        ),
        pytest.param(
            '@(XElement.Parse("<a><b>1</b></a>").XPathEvaluate("string(1.0e3)"))',
            "System.Xml.XPath.XPathException",
            id="xml-203",
        ),
    ],
)
def test_what_is_wrong_has_its_name(run: Run, source: str, exception: str) -> None:
    assert run(source) == exception
