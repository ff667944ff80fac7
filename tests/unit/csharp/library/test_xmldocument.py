"""XmlDocument as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            '@{ var d = new XmlDocument(); d.LoadXml("<a><b>1</b><b>2</b></a>"); re'
            'turn d.SelectNodes("//b").Count; }',
            "2",
            id="xml-064",
        ),
        pytest.param(
            '@{ var d = new XmlDocument(); d.LoadXml("<a><b>1</b></a>"); return d.S'
            'electSingleNode("/a/z") == null; }',
            "True",
            id="xml-066",
        ),
        pytest.param(
            "@{ var d = new XmlDocument(); d.LoadXml(\"<?xml version='1.0' encoding="
            "'utf-8'?><a xmlns='urn:x' xmlns:p='urn:p' p:q='1'><!--c--><p:b>t</p:b>"
            '<c></c><d/> </a>"); return d.OuterXml; }',
            '<?xml version="1.0" encoding="utf-8"?><a xmlns="urn:x" xmlns:p="urn:p"'
            ' p:q="1"><!--c--><p:b>t</p:b><c></c><d /></a>',
            id="xml-150",
        ),
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
            '@{ var d = new XmlDocument(); var r = d.CreateElement("r"); d.AppendCh'
            'ild(r); var c = d.CreateElement("p", "c", "urn:c"); c.SetAttribute("x"'
            ', "1"); c.InnerText = "a<b"; r.AppendChild(c); r.AppendChild(d.CreateT'
            'extNode("t")); return d.OuterXml; }',
            '<r><p:c x="1" xmlns:p="urn:c">a&lt;b</p:c>t</r>',
            id="xml-154",
        ),
        pytest.param(
            '@{ var d = new XmlDocument(); d.LoadXml("<a><b>1</b><c><b>2</b></c></a'
            '>"); return d.GetElementsByTagName("b").Cast<XmlNode>().Select(n => n.'
            'InnerText).Aggregate((x,y)=>x+y) + d["a"]["c"].OuterXml; }',
            "12<c><b>2</b></c>",
            id="xml-156",
        ),
        pytest.param(
            '@{ var d = new XmlDocument(); d.LoadXml("<a><b/></a>"); d.DocumentElem'
            'ent.FirstChild.InnerXml = "<x>1</x>t<y/>"; return d.InnerXml; }',
            "<a><b><x>1</x>t<y /></b></a>",
            id="xml-158",
        ),
        pytest.param(
            "@(JsonConvert.DeserializeXmlNode(\"{'?xml':{'@version':'1.0'},'a':{'@k'"
            ":'v','b':[1,{'c':null}],'#text':'t', 'd':true,'e':1.5,'f':'2024-01-02T"
            "03:04:05Z'}}\").OuterXml)",
            '<?xml version="1.0"?><a k="v"><b>1</b><b><c /></b>t<d>true</d><e>1.5</'
            "e><f>2024-01-02T03:04:05Z</f></a>",
            id="xml-162",
        ),
        pytest.param(
            '@{ var d = new XmlDocument(); d.AppendChild(d.CreateXmlDeclaration("1.'
            '0","utf-8",null)); d.AppendChild(d.CreateElement("a")); var a = d.Crea'
            'teAttribute("k"); a.Value = "v"; d.DocumentElement.Attributes.Append(a'
            '); d.DocumentElement.SetAttribute("q","urn:q","w"); d.DocumentElement.'
            'AppendChild(d.CreateCDataSection("x")); d.DocumentElement.PrependChild'
            '(d.CreateComment("c")); return d.OuterXml; }',
            '<?xml version="1.0" encoding="utf-8"?><a k="v" d1p1:q="w" xmlns:d1p1="'
            'urn:q"><!--c--><![CDATA[x]]></a>',
            id="xml-171",
        ),
        pytest.param(
            '@{ var d = new XmlDocument(); d.LoadXml("<a><b>1</b><c/><b>3</b></a>")'
            '; return d.SelectNodes("/a/*[not(self::c)]").Count + "," + d.SelectNod'
            'es("//b | //c").Count + "," + d.SelectNodes("//b[. > 1]").Count + "," '
            '+ d.SelectNodes("//text()").Count + "," + d.SelectNodes("//b[position('
            ") = 2 or text() = '1']\").Count; }",
            "2,3,1,2,2",
            id="xml-190",
        ),
        pytest.param(
            '@{ var d = new XmlDocument(); d.LoadXml("<a><b>1</b><b>2</b></a>"); va'
            'r l = d.GetElementsByTagName("b"); return l[0].InnerText + l.Item(1).I'
            "nnerText + (l[5] == null) + l.Count; }",
            "12True2",
            id="xml-292",
        ),
        pytest.param(
            '@{ var d = new XmlDocument(); d.LoadXml("<a/>"); d.DocumentElement.Inn'
            'erText = "x & y"; return d.OuterXml + d.DocumentElement.InnerXml; }',
            "<a>x &amp; y</a>x &amp; y",
            id="xml-294",
        ),
        pytest.param(
            "@{ var d = new XmlDocument(); return d.OuterXml + (d.DocumentElement ="
            "= null) + d.ChildNodes.Count; }",
            "True0",
            id="xml-298",
        ),
        pytest.param(
            '@(JsonConvert.DeserializeXmlNode("{\\"a\\":[1]}", "r", true).OuterXml)',
            '<r><a json:Array="true" xmlns:json="http://james.newtonking.com/projec'
            'ts/json">1</a></r>',
            id="xml-303",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text


@pytest.mark.parametrize(
    ("source", "exception"),
    [
        pytest.param(
            '@{ var d = new XmlDocument(); d.LoadXml("<a>"); return 1; }',
            "System.Xml.XmlException",
            id="xml-159",
        ),
        pytest.param(
            '@{ var d = new XmlDocument(); d.LoadXml("<a><b/></a>"); d.DocumentElem'
            'ent.Value = "x"; return 1; }',
            "System.InvalidOperationException",
            id="xml-295",
        ),
        pytest.param(
            '@{ var d = new XmlDocument(); d.AppendChild(d.CreateElement("a")); d.A'
            'ppendChild(d.CreateElement("b")); return 1; }',
            "System.InvalidOperationException",
            id="xml-296",
        ),
    ],
)
def test_what_is_wrong_has_its_name(run: Run, source: str, exception: str) -> None:
    assert run(source) == exception
