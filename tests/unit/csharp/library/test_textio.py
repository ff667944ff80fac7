"""Readers and writers of text as the real C# runtime has them (recorded `xml-…`)."""

from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from tests.unit.csharp.conftest import Run


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param(
            '@{ var d = new XDocument(new XDeclaration("1.0", "utf-8", "yes"), new '
            'XElement("a", new XElement("b"))); var w = new System.IO.StringWriter('
            "); d.Save(w); return w.ToString(); }",
            '<?xml version="1.0" encoding="utf-16" standalone="yes"?>\n<a>\n  <b />\n</a>',
            id="xml-235",
        ),
        pytest.param(
            '@{ var d = new XDocument(new XElement("a", new XElement("b"))); var w '
            "= new System.IO.StringWriter(); d.Save(w, SaveOptions.DisableFormattin"
            "g); return w.ToString(); }",
            '<?xml version="1.0" encoding="utf-16"?><a><b /></a>',
            id="xml-236",
        ),
        pytest.param(
            '@(XElement.Load(new System.IO.StringReader("<a> <b/> </a>")).ToString())',
            "<a>\n  <b />\n</a>",
            id="xml-288",
        ),
        pytest.param(
            '@{ var r = new System.IO.StringReader("l1\\r\\nl2\\nl3"); return r.ReadLi'
            'ne() + "|" + r.ReadLine() + "|" + (char)r.Read() + "|" + r.ReadToEnd()'
            ' + "|" + (r.ReadLine() == null) + r.Peek(); }',
            "l1|l2|l|3|True-1",
            id="xml-289",
        ),
        pytest.param(
            '@{ var w = new System.IO.StringWriter(); w.Write("a"); w.Write(1); w.W'
            "riteLine(true); w.WriteLine(); w.Write('c'); return w.ToString(); }",
            "a1True\n\nc",
            id="xml-290",
        ),
    ],
)
def test_text_of_what_comes_out(run: Run, source: str, text: str) -> None:
    assert to_text(run(source)) == text
