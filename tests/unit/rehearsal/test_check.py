from __future__ import annotations

import json
from pathlib import Path

import pytest

from headgate.rehearsal.check import CheckReport, check

GOOD = "<policies><inbound><base /></inbound></policies>"
BAD = "<policies>\n<inbuond /></policies>"
INCLUDE = '<policies><inbound><include-fragment fragment-id="one" /></inbound></policies>'


def put(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def counts(report: CheckReport) -> tuple[int, int, int, int]:
    return report.documents, report.ok, report.failed, report.exit_code


def codes(report: CheckReport) -> list[str]:
    return [found.code for found in report.diagnostics]


def test_documents_below_a_folder_are_counted(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", GOOD)
    put(tmp_path / "b/c.xml", BAD)
    put(tmp_path / "pom.xml", "<project/>")
    report = check([tmp_path])
    assert counts(report) == (2, 1, 1, 1)
    assert codes(report) == ["HG121"]


def test_nothing_to_check_is_an_error_of_its_own(tmp_path: Path) -> None:
    report = check([tmp_path])
    assert counts(report) == (0, 0, 0, 2)
    assert "Nothing to check" in report.to_text()


def test_named_file_is_checked_whatever_it_holds(tmp_path: Path) -> None:
    report = check([put(tmp_path / "a.txt", "<project/>")])
    assert counts(report) == (1, 0, 1, 1)
    assert codes(report) == ["HG120"]


def test_file_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    path = put(tmp_path / "a.xml", GOOD)
    assert counts(check([path, tmp_path])) == (1, 1, 0, 0)


def test_binary_huge_and_looping_files_are_findings(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", bytes(range(256)))
    put(tmp_path / "b.xml", b"<policies>" + b" " * 4_000_000)
    (tmp_path / "c.xml").symlink_to(tmp_path / "c.xml")
    report = check([tmp_path])
    assert counts(report) == (3, 0, 3, 1)
    assert codes(report) == ["HG113", "HG100", "HG113"]


def test_loose_fragment_is_found_by_its_file_name(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", INCLUDE)
    put(tmp_path / "one.xml", "<fragment><nothing-known /></fragment>")
    report = check([tmp_path])
    assert counts(report) == (2, 0, 2, 1)
    # The finding comes up in both and is told once.
    assert codes(report) == ["HG140"]


def test_fragment_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    report = check([put(tmp_path / "a.xml", INCLUDE)])
    assert counts(report) == (1, 1, 0, 0)
    assert [found.severity for found in report.diagnostics] == ["warning"]


def test_named_values_come_from_variables_or_may_be_missing(tmp_path: Path) -> None:
    text = '<policies><backend><forward-request timeout="{{t}}" /></backend></policies>'
    path = put(tmp_path / "a.xml", text)
    assert codes(check([path])) == ["HG182"]
    assert counts(check([path], variables={"t": "3"})) == (1, 1, 0, 0)
    assert codes(check([path], variables={"t": "x"})) == ["HG143"]
    assert check([path], allow_missing_named_values=True).exit_code == 0


def test_elements_that_do_not_exist_here_can_be_allowed(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", "<policies><inbound><xsl-transform /></inbound></policies>")
    assert counts(check([tmp_path])) == (1, 0, 1, 1)
    report = check([tmp_path], allow_unsupported=True)
    assert counts(report) == (1, 1, 0, 0)
    assert [(found.code, found.severity) for found in report.diagnostics] == [("HG140", "warning")]


def test_elements_that_exist_nowhere_are_never_allowed(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", "<policies><inbound><no-such-thing /></inbound></policies>")
    assert counts(check([tmp_path], allow_unsupported=True)) == (1, 0, 1, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a service folder with a document of every scope."""
    tmp_path /= "service"
    information = {"properties": {"displayName": "A", "path": "a", "protocols": ["https"]}}
    put(tmp_path / "apis/a/apiInformation.json", json.dumps(information))
    operation = {"properties": {"displayName": "O", "method": "GET", "urlTemplate": "/o"}}
    put(tmp_path / "apis/a/operations/o/operationInformation.json", json.dumps(operation))
    product = {"properties": {"displayName": "P", "state": "published"}}
    put(tmp_path / "products/p/productInformation.json", json.dumps(product))
    fragment = {"properties": {"description": "F"}}
    put(tmp_path / "policy fragments/f/policyFragmentInformation.json", json.dumps(fragment))
    put(tmp_path / "policy fragments/f/policy.xml", "<fragment />")
    for place in (".", "apis/a", "apis/a/operations/o", "products/p"):
        put(tmp_path / place / "policy.xml", GOOD)
    return tmp_path


def test_service_folder_is_checked_with_all_its_documents(folder: Path) -> None:
    report = check([folder])
    # Five documents, and what the folder itself declares.
    assert counts(report) == (6, 6, 0, 0), report.to_text()


def test_findings_of_a_service_folder_lead_to_its_files(folder: Path) -> None:
    put(folder / "apis/a/policy.xml", BAD)
    report = check([folder.parent])
    assert counts(report) == (6, 5, 1, 1)
    errors = [found for found in report.diagnostics if found.severity == "error"]
    assert [found.file for found in errors] == [str(folder / "apis/a/policy.xml")]


def test_service_knows_its_fragments_and_backends(folder: Path) -> None:
    put(folder / "apis/a/policy.xml", INCLUDE)
    report = check([folder])
    assert [found.code for found in report.diagnostics if found.severity == "error"] == ["HG180"]


def test_folder_that_cannot_be_read_counts_as_one(folder: Path) -> None:
    put(folder / "apis/a/apiInformation.json", "{")
    report = check([folder])
    assert counts(report) == (1, 0, 1, 1)


def test_report_reads_as_lines(tmp_path: Path) -> None:
    path = put(tmp_path / "a.xml", BAD)
    assert check([path]).to_text().splitlines() == [
        f"{path}:2:1 HG121 `policies` has no section `inbuond`. (Did you mean `inbound`?) [error]",
        "1 document: 0 ok, 1 failed",
    ]


def test_report_is_json_of_a_fixed_shape(tmp_path: Path) -> None:
    path = put(tmp_path / "a.xml", BAD)
    assert json.loads(check([path]).to_json()) == {
        "documents": 1,
        "ok": 0,
        "failed": 1,
        "diagnostics": [
            {
                "file": str(path),
                "line": 2,
                "column": 1,
                "code": "HG121",
                "message": "`policies` has no section `inbuond`.",
                "hint": "Did you mean `inbound`?",
                "severity": "error",
            }
        ],
    }
