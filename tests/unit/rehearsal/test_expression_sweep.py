"""Expressions of whole folders."""

from __future__ import annotations

import json
from pathlib import Path

from headgate.rehearsal.expression_sweep import CALLS, sweep, variables_of

DOCUMENT = """<policies><inbound>
  <set-variable name="a" value="@(context.User.Email)" />
  <unknown-element>@{ return context.LastError.Reason; }</unknown-element>
  <set-variable name="b" value=" @(context.User.Email) " />
  <set-variable name="c" value="@(7 / int.Parse("{{seven}}"))" />
  <set-variable name="d" value="@(new[] {0}.Select(x => 1 / x))" />
  <set-variable name="e" value="text" />
  BROKEN
</inbound></policies>"""
NULL = "System.NullReferenceException"


def written(folder: Path, broken: str = "") -> Path:
    (folder / "policy.xml").write_text(DOCUMENT.replace("BROKEN", broken))
    (folder / "other.xml").write_text("<catalogue>@(1)</catalogue>")
    return folder


def test_each_expression_is_evaluated_for_three_calls(tmp_path: Path) -> None:
    report = sweep([written(tmp_path)])
    assert (report.documents, report.expressions, report.compiled) == (1, 4, 4)
    divided = "System.DivideByZeroException"
    assert report.outcomes == {
        "filled": {"value": 2, NULL: 1, divided: 1},
        "sparse": {"value": 1, NULL: 2, divided: 1},
        "failed": {"value": 3, divided: 1},
    }
    assert report.exit_code == 0
    assert report.to_text().splitlines()[0] == (
        "1 documents, 0 of them unreadable; 4 different expressions, 4 compile"
    )
    assert json.loads(report.to_json())["outcomes"]["failed"]["value"] == 3


def test_named_values_can_be_given(tmp_path: Path) -> None:
    report = sweep([written(tmp_path)], variables={"seven": "0"})
    assert report.outcomes["failed"]["System.DivideByZeroException"] == 2


def test_what_does_not_compile_is_told_with_its_place(tmp_path: Path) -> None:
    report = sweep([written(tmp_path, "<x>@(contxt)</x>")])
    assert (report.expressions, report.compiled) == (5, 4)
    assert [one.code for one in report.refused] == ["HG206"]
    assert report.refused[0].line == 8
    assert report.to_text().startswith(f"{tmp_path / 'policy.xml'}:8:")
    assert report.exit_code == 1


def test_documents_that_cannot_be_scanned_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<policies><inbound>")
    (tmp_path / "b.xml").write_bytes(b"\xff")
    report = sweep([tmp_path])
    assert (report.documents, report.unreadable, report.exit_code) == (2, 2, 1)


def test_service_folders_are_looked_through(tmp_path: Path) -> None:
    api = tmp_path / "apis/a"
    api.mkdir(parents=True)
    (api / "apiInformation.json").write_text("{}")
    written(api)
    assert sweep([tmp_path]).expressions == 4
    assert sweep([api / "other.xml"]).expressions == 1


def test_nothing_to_evaluate_is_told(tmp_path: Path) -> None:
    report = sweep([tmp_path])
    assert report.exit_code == 2
    assert report.to_text().splitlines()[1:] == [f"{call}: nothing to evaluate" for call in CALLS]


def test_the_filled_call_has_the_variables_that_an_expression_reads() -> None:
    source = """@{
        var a = (int)context.Variables["a"] + context.Variables.GetValueOrDefault<bool>("b");
        return (Odd)context.Variables["c"] + ((JObject)context.Variables["d"])["e"];
    }"""
    found = dict(variables_of(source))
    assert {name: one["type"] for name, one in found.items()} == {
        "a": "int",
        "b": "bool",
        "c": "string",
        "d": "JObject",
    }


def test_blanks_around_an_expression_do_not_hide_it(tmp_path: Path) -> None:
    file = tmp_path / "policy.xml"
    text = "<policies><inbound><set-body>\n  @(1 + 1)\n</set-body></inbound></policies>"
    file.write_text(text)
    assert sweep([file]).outcomes["filled"] == {"value": 1}
