from __future__ import annotations

from pathlib import Path

import pytest

from headgate.cli.assembly import assemble
from headgate.rehearsal.reading import Mistake, read_tests
from headgate.rehearsal.suite import Suite, Verdict

POLICY = """<policies>
    <inbound>
        <rate-limit-by-key calls="1" renewal-period="60" counter-key="all" />
    </inbound>
    <backend><forward-request /></backend>
</policies>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.xml").write_text(POLICY)
    return tmp_path


def verdicts(folder: Path, text: str, *, suite: Suite | None = None) -> list[Verdict]:
    file = folder / "a.test.yaml"
    file.write_text(text)
    trials = read_tests(file)
    assert not isinstance(trials, Mistake), str(trials)
    suite = suite or Suite(assemble)
    return [suite.run(trial) for trial in trials]


TWO = """\
upstream: [{body: x, times: any}]
requests:
  - expect: {status: 200}
  - {at: 1, expect: {status: 429, headers: {Retry-After: "60"}}}
counters: [{key: all, used: 1, remaining: 0}]
"""


def test_test_passes_when_all_is_as_expected(folder: Path) -> None:
    (verdict,) = verdicts(folder, TWO)
    assert verdict.findings == ()
    assert verdict.passed


def test_each_test_has_a_world_of_its_own(folder: Path) -> None:
    text = TWO + "tests: [{name: one}, {name: two}]"
    assert [(one.name, one.passed) for one in verdicts(folder, text)] == [
        ("one", True),
        ("two", True),
    ]


def test_finding_has_its_place_in_the_test_and_the_element_that_answered(folder: Path) -> None:
    text = TWO.replace("status: 429", "status: 200").replace("used: 1", "used: 2")
    (verdict,) = verdicts(folder, text)
    first, second = verdict.findings
    assert (first.what, first.wanted, first.came) == ("request 2, status", "200", "429")
    assert (first.line, first.column) == (4, 22)
    place = f"{folder}/policy.xml:3:9"
    assert first.answered == f"rate-limit-by-key in inbound, {place}"
    assert (second.what, second.line) == ("counters.0.used", 5)


def test_answer_of_a_backend_is_told(folder: Path) -> None:
    text = "upstream: [{status: 500}]\nrequests: [{expect: {status: 200}}]"
    ((finding,),) = [one.findings for one in verdicts(folder, text)]
    assert finding.answered == "backend backend.example"


def test_repeated_requests_are_told_by_their_turn(folder: Path) -> None:
    text = "upstream: [{}]\nrequests: [{times: 2, every: 1, expect: {status: 200}}]"
    ((finding,),) = [one.findings for one in verdicts(folder, text)]
    assert finding.what == "request 1, time 2, status"
    text = text.replace("every: 1", "every: 61").replace("[{}]", "[{times: any}]")
    assert verdicts(folder, text)[0].passed


def test_document_that_does_not_compile_is_why_a_test_cannot_run(folder: Path) -> None:
    (folder / "policy.xml").write_text("<policies><inbound><nothing /></inbound></policies>")
    (verdict,) = verdicts(folder, TWO)
    assert not verdict.passed
    (said,) = verdict.mistakes
    assert said.startswith(f"{folder}/policy.xml:1:20 HG140")


def test_mistake_of_the_test_itself_has_its_place(folder: Path) -> None:
    (verdict,) = verdicts(folder, "policy: gone.xml\nrequests: []")
    assert "cannot be read" in verdict.mistakes[0]


def test_what_ran_is_summed_over_all_tests(folder: Path) -> None:
    suite = Suite(assemble)
    verdicts(folder, "requests: []", suite=suite)
    assert [(one.elements, one.ran) for one in suite.covered()] == [(2, 0)]
    verdicts(folder, TWO, suite=suite)
    assert [(one.elements, one.ran) for one in suite.covered()] == [(2, 2)]


SERVICE = {
    "apis/chat/apiInformation.json": '{"displayName": "Chat", "path": "", '
    '"serviceUrl": "http://one.example", "subscriptionRequired": true}',
    "apis/chat/specification.yaml": "openapi: 3.0.1\ninfo: {title: Chat, version: '1'}\n"
    "paths: {/ask: {get: {operationId: ask, responses: {}}}}\n",
    "subscriptions/mine/subscriptionInformation.json": '{"displayName": "Mine", "scope": '
    '"/apis", "primaryKey": "{{key}}"}',
    "named values/key/namedValueInformation.json": '{"value": "k"}',
    "policy.xml": POLICY,
}


def test_service_folder_is_served_with_its_keys_and_compiled_once(folder: Path) -> None:
    for name, text in SERVICE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    compiled = 0

    def counted(*args: object, **options: object) -> object:
        nonlocal compiled
        compiled += 1
        return assemble(*args, **options)  # type: ignore[arg-type]  # passed on

    text = """\
upstream: [{}]
requests: [{method: GET, path: /ask, expect: {status: 200}}]
tests:
  - {name: with a key, subscription: mine}
  - {name: again, subscription: mine}
  - {name: with another key, subscription: mine, named-values: {key: other}}
  - {name: without a key, requests: [{method: GET, path: /ask, expect: {status: 401}}]}
  - {name: unknown, subscription: my}
"""
    suite = Suite(counted)  # type: ignore[arg-type]  # it is called as assemble is
    found = verdicts(folder, text, suite=suite)
    assert [one.passed for one in found] == [True, True, True, True, False]
    assert found[4].mistakes[0].startswith(f"{folder}/a.test.yaml:8:21 The service has no")
    assert compiled == 2
