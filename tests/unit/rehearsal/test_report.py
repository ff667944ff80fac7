from __future__ import annotations

from xml.etree import ElementTree

import msgspec
import orjson
import pytest

from headgate.rehearsal.coverage import Covered
from headgate.rehearsal.reading import Mistake
from headgate.rehearsal.report import Report, cut
from headgate.rehearsal.suite import Finding, Verdict

GOOD = Verdict(file="a.test.yaml", name="good", line=1)
BAD = Verdict(
    file="a.test.yaml",
    name="bad",
    line=7,
    findings=(
        Finding(
            line=9,
            column=5,
            what="request 1, status",
            wanted="200",
            came="429",
            answered="rate-limit in inbound, policy.xml:3:9",
        ),
        Finding(
            line=10,
            column=5,
            what="request 1, body",
            wanted='""',
            came='"\x00"',
            answered="rate-limit in inbound, policy.xml:3:9",
        ),
    ),
)
STUCK = Verdict(file="b.test.yaml", name="stuck", line=1, mistakes=("policy.xml:1:1 HG140 no",))
MISTAKE = Mistake(file="c.test.yaml", line=2, column=3, message="There is no key `x` here.")
PART = Covered(
    file="policy.xml",
    elements=3,
    ran=1,
    branches=2,
    taken=1,
    lines=((4, 6), (9, 9)),
    missed=((3, "otherwise"),),
)
WHOLE = Covered(file="whole.xml", elements=5, ran=5, branches=0, taken=0, lines=(), missed=())
ALL = Report(verdicts=[GOOD, BAD, STUCK], mistakes=[MISTAKE], covered=[PART, WHOLE])


def test_text_has_a_line_for_each_test_and_the_differences() -> None:
    assert ALL.to_text().splitlines() == [
        "c.test.yaml:2:3 There is no key `x` here.",
        "a.test.yaml",
        "  ok    good",
        "  FAIL  bad",
        "        a.test.yaml:9:5 request 1, status",
        "            expected  200",
        "            actual    429",
        "            answered by rate-limit in inbound, policy.xml:3:9",
        "        a.test.yaml:10:5 request 1, body",
        '            expected  ""',
        '            actual    "\x00"',
        "b.test.yaml",
        "  FAIL  stuck",
        "        policy.xml:1:1 HG140 no",
        "Not all elements and branches ran:",
        "   40 %  policy.xml",
        "         never ran: lines 4-6, line 9",
        "         never taken: line 3, otherwise",
        "3 tests: 1 passed, 2 failed, 1 files with mistakes, coverage 70 %",
    ]


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (Report(verdicts=[GOOD], mistakes=[], covered=[PART]), 0),
        (Report(verdicts=[GOOD, BAD], mistakes=[], covered=[]), 1),
        (Report(verdicts=[GOOD], mistakes=[MISTAKE], covered=[]), 1),
        (Report(verdicts=[], mistakes=[], covered=[]), 2),
        (Report(verdicts=[GOOD], mistakes=[], covered=[PART], coverage_min=40), 0),
        (Report(verdicts=[GOOD], mistakes=[], covered=[PART], coverage_min=41), 1),
    ],
)
def test_exit_code_tells_failures_from_nothing_to_do(report: Report, code: int) -> None:
    assert report.exit_code == code


def test_nothing_to_test_is_said() -> None:
    assert Report(verdicts=[], mistakes=[], covered=[]).to_text() == (
        "Nothing to test: no test was found in files *.test.yaml."
    )


def test_coverage_that_is_wanted_is_said() -> None:
    report = Report(verdicts=[GOOD], mistakes=[], covered=[WHOLE], coverage_min=90)
    said = "1 test: 1 passed, 0 failed, coverage 100 % (at least 90 % wanted)"
    assert report.to_text().endswith(said)


def test_json_has_all_of_it() -> None:
    found = orjson.loads(ALL.to_json())
    assert (found["passed"], found["failed"]) == (1, 2)
    assert [test["passed"] for test in found["tests"]] == [True, False, False]
    assert found["tests"][1]["findings"][0]["came"] == "429"
    assert found["mistakes"] == [msgspec.to_builtins(MISTAKE)]
    assert found["coverage"]["percent"] == 70
    assert found["coverage"]["documents"][0]["lines"] == [[4, 6], [9, 9]]


def test_junit_is_xml_that_counts_failures_and_errors() -> None:
    root = ElementTree.fromstring(ALL.to_junit())
    assert root.attrib == {"tests": "4", "failures": "2", "errors": "1"}
    failures = root.findall(".//failure")
    assert failures[0].attrib["message"] == "a.test.yaml:9:5 request 1, status"
    assert "\ufffd" in (failures[0].text or "")
    assert [case.attrib["name"] for case in root.findall(".//testcase")] == [
        "good",
        "bad",
        "stuck",
        "the file can be read",
    ]


def test_long_values_are_cut() -> None:
    assert cut("x" * 1000) == "x" * 1000
    assert cut("x" * 1001) == "x" * 1000 + "… (1001 characters)"
