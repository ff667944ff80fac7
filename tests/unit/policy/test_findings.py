from __future__ import annotations

from headgate.model.diagnostic import Position, Severity
from headgate.policy.findings import FINDINGS_MAX, Findings, nearest, quote


def add(findings: Findings, line: int, *, warning: bool = False) -> None:
    severity: Severity = "warning" if warning else "error"
    findings.add("HG140", ("f", Position(line, 1, 0)), message="m", severity=severity)


def test_findings_are_listed_in_the_order_of_the_text() -> None:
    findings = Findings()
    for line in (3, 1, 2):
        add(findings, line)
    assert [d.line for d in findings.listed()] == [1, 2, 3]


def test_only_errors_count_as_errors() -> None:
    findings = Findings()
    add(findings, 1)
    add(findings, 2, warning=True)
    assert findings.errors == 1


def test_list_is_cut_at_its_bound() -> None:
    findings = Findings()
    for line in range(FINDINGS_MAX):
        add(findings, line)
    assert len(findings.listed()) == FINDINGS_MAX
    add(findings, FINDINGS_MAX)
    add(findings, FINDINGS_MAX + 1)
    assert findings.listed()[-1].code == "HG119"
    assert findings.listed()[-1].message == "2 more findings are not listed."
    assert len(findings.listed()) == FINDINGS_MAX + 1


def test_quote_is_short_and_in_one_line() -> None:
    assert quote("a\n b") == "`a b`"
    assert quote("x" * 60) == "`" + "x" * 60 + "`"
    assert quote("x" * 61) == "`" + "x" * 59 + "…`"


def test_nearest_name_is_suggested() -> None:
    assert nearest("set-headr", ["set-body", "set-header"])() == "Did you mean `set-header`?"
    assert nearest("zzz", ["set-body"])() == ""
    assert nearest("zzz", ["set-body"], otherwise="Look it up.")() == "Look it up."
    assert nearest("set-header" * 100, ["set-header" * 100])() == ""


def test_hints_are_made_only_for_what_is_listed() -> None:
    made = []

    def hint() -> str:
        made.append(1)
        return "h"

    findings = Findings()
    for _ in range(FINDINGS_MAX + 5):
        findings.add("HG140", ("f", Position()), message="m", hint=hint)
    assert len(made) == FINDINGS_MAX
    assert findings.errors == FINDINGS_MAX + 5
    assert findings.listed()[0].hint == "h"
    assert findings.listed()[-1].hint == ""
