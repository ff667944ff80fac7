"""What callers get for each error that is documented, and what on-error learns of it.

The rows are in `errors/documented.yaml`; apim.md 7.5 is Microsoft's page on error handling.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jwt
import msgspec
import pytest
import yaml

from headgate.cli.assembly import assemble
from headgate.model.entities import Service
from headgate.policy.elements import discover
from headgate.rehearsal.calls import schedule
from headgate.rehearsal.expectations import Matches
from headgate.rehearsal.fixture import SUBSCRIPTION, service_of, settings_of
from headgate.rehearsal.outcome import Outcome
from headgate.rehearsal.reading import Mistake, ScriptLoader, read_tests
from headgate.rehearsal.report import told_of
from headgate.rehearsal.script import Script
from headgate.rehearsal.suite import Suite
from headgate.rehearsal.world import World
from headgate.settings.gateway import GatewaySettings

Row = dict[str, Any]

ROWS: list[Row] = yaml.load(
    (Path(__file__).parent / "errors" / "documented.yaml").read_text("utf-8"), ScriptLoader
)
PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text("utf-8")
SECTIONS = ("inbound", "backend", "outbound", "on-error")
SECRET = "0123456789abcdef0123456789abcdef"
CLAIMS = {"exp": 1764547260, "aud": "things", "iss": "me", "role": "reader", "team": "blue"}
MEMBERS = ("Source", "Reason", "Message", "Scope", "Section", "Path", "PolicyId")
TOLD = "".join(
    f'<set-header name="Error{name}"><value>@(context.LastError.{name})</value></set-header>'
    for name in MEMBERS
)
"""Microsoft's example of an on-error section, on the page on error handling."""
STATUS = "@(context.Response.StatusCode.ToString())"
TOLD += f'<set-header name="ErrorStatusCode"><value>{STATUS}</value></set-header>'
NAMES = [row["name"] for row in ROWS]


def document(row: Row, *, on_error: str) -> str:
    """Return the document of a row's operation, with an on-error section."""
    parts = {name: "<base />" + row.get(name, "") for name in ("inbound", "outbound")}
    parts["backend"] = row.get("backend", "<base />")
    parts["on-error"] = "<base />" + on_error
    return policies(parts)


def policies(parts: dict[str, str]) -> str:
    inner = "".join(f"<{name}>{parts.get(name, '<base />')}</{name}>" for name in SECTIONS)
    return f"<policies>{inner}</policies>"


def request(row: Row) -> Row:
    """Return the request of a row, with its token."""
    asked: Row = dict(row.get("request", {}))
    if "token" in row:
        form = row["token"]
        claims = {name: value for name, value in (CLAIMS | form.get("claims", {})).items() if value}
        headers = {"kid": form["kid"]} if "kid" in form else None
        token = jwt.encode(claims, form.get("secret", SECRET), "HS256", headers=headers)
        asked["headers"] = {"Authorization": f"Bearer {token}"}
    return asked


def service(row: Row, script: Script, folder: Path, *, on_error: str) -> Service:
    """Return the service of a row: its documents, and no more."""
    (folder / "policy.xml").write_text(document(row, on_error=on_error))
    made = service_of(script, folder, document="policy.xml")
    if row.get("subscription-required"):
        apis = tuple(msgspec.structs.replace(api, subscription_required=True) for api in made.apis)
        made = msgspec.structs.replace(made, apis=apis)
    return made


def call(row: Row, folder: Path, *, on_error: str) -> Outcome:
    """Make a row's call and return what became of it."""
    asked = request(row)
    scopes = {}
    for scope, inbound in row.get("documents", {}).items():
        scopes[scope] = f"{scope}.xml"
        backend = "<forward-request />" if scope == "global" else "<base />"
        parts = {"inbound": f"<base />{inbound}", "backend": backend}
        parts["on-error"] = on_error if scope == "global" else "<base />"
        (folder / scopes[scope]).write_text(policies(parts))
    fragments = {}
    if "fragment" in row:
        fragments = {"shared": "shared.xml"}
        (folder / "shared.xml").write_text(f"<fragment>{row['fragment']}</fragment>")
    given = {"subscription": SUBSCRIPTION} | {
        name: row[name]
        for name in ("subscription", "upstream", "operation", "openid", "backends")
        if name in row
    }
    requests = [asked, {**asked, "at": 1e-6}] if row.get("twice") else [asked]
    script = msgspec.convert(
        given | {"requests": requests, "scopes": scopes, "fragments": fragments}, Script
    )
    made = service(row, script, folder, on_error=on_error)
    make, found = assemble(made, settings_of(script.settings, GatewaySettings()))
    assert make is not None, "\n".join(map(str, found))
    world = World(script, made, snapshot=make())
    outcomes = schedule(world)
    world.timeline.run()
    return outcomes[-1]


def holds(wanted: str | Matches, text: str) -> bool:
    return wanted.holds(text) if isinstance(wanted, Matches) else wanted == text


def test_rows_have_names_and_sources() -> None:
    assert len(set(NAMES)) == len(ROWS) > 40
    assert all(row["source"] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_caller_gets_status_and_standard_body(row: Row, tmp_path: Path) -> None:
    outcome = call(row, tmp_path, on_error="")
    assert outcome.status == row["status"], outcome.body
    told = json.loads(outcome.body)
    assert told["statusCode"] == row["status"]
    assert holds(row["message"], told["message"]), told
    assert told.keys() - {"activityId"} == {"statusCode", "message"}
    assert ("activityId" in told) == (row["status"] == 500)
    assert outcome.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_on_error_learns_of_it(row: Row, tmp_path: Path) -> None:
    outcome = call(row, tmp_path, on_error=TOLD)
    learnt = {name: outcome.headers.get(f"Error{name}", "") for name in MEMBERS}
    wanted = {
        "Message": row["message"],
        "Scope": "operation",
        "Section": "inbound",
        "PolicyId": "",
    } | row["error"]
    wanted = {
        name: learnt[name] if holds(value, learnt[name]) else value
        for name, value in wanted.items()
    }
    assert learnt == wanted
    assert outcome.headers["ErrorStatusCode"] == str(row["status"])
    assert outcome.status == row["status"]


def test_page_names_every_reason_that_is_documented() -> None:
    for row in ROWS:
        assert f"`{row['error']['Reason']}`" in PAGE, row["name"]


def test_example_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    for file, text in re.findall(
        r"`([a-z.]+)`[^`\n]*(?:`[^\n]*)?:\n\n```\w+\n(.*?)```", PAGE, re.S
    ):
        (tmp_path / file).write_text(text)
    trials = read_tests(tmp_path / "policy.test.yaml")
    assert not isinstance(trials, Mistake), str(trials)
    suite = Suite(assemble)
    for trial in trials:
        verdict = suite.run(trial)
        assert verdict.passed, "\n".join(told_of(verdict))
    assert len(trials) == 2


FAILING = '<set-variable name="x" value="@(context.Variables[&quot;missing&quot;])" />'


def fails_then(on_error: str, folder: Path) -> Outcome:
    """Return the outcome of a call that is refused in inbound and has an on-error section."""
    row = {"inbound": '<ip-filter action="forbid"><address>203.0.113.7</address></ip-filter>'}
    return call(row, folder, on_error=on_error)


def test_error_in_on_error_is_the_last_one_and_ends_the_section(tmp_path: Path) -> None:
    outcome = fails_then(f'<set-status code="418" reason="T" />{FAILING}{TOLD}', tmp_path)
    assert (outcome.status, json.loads(outcome.body)["statusCode"]) == (500, 500)
    assert "ErrorSource" not in outcome.headers
    assert outcome.last_error is not None
    assert outcome.last_error["source"] == "set-variable"
    assert outcome.last_error["reason"] == "ExpressionValueEvaluationFailure"
    assert (outcome.last_error["section"], outcome.last_error["path"]) == (
        "on-error",
        "set-variable[1]",
    )


def test_on_error_may_answer_by_reason(tmp_path: Path) -> None:
    reason = "@(context.LastError.Reason == &quot;CallerIpBlocked&quot;)"
    outcome = fails_then(
        f'<choose><when condition="{reason}"><return-response>'
        '<set-status code="418" reason="Teapot" />'
        '<set-header name="X-Why"><value>@(context.LastError.Path)</value></set-header>'
        "<set-body>@(context.LastError.Message)</set-body></return-response></when>"
        f"<otherwise>{FAILING}</otherwise></choose>{FAILING}",
        tmp_path,
    )
    assert (outcome.status, outcome.reason) == (418, "Teapot")
    assert outcome.body == b"Caller IP address is blocked. Access denied."
    assert outcome.headers["X-Why"] == "ip-filter[1]"
    assert outcome.last_error is not None
    assert outcome.last_error["reason"] == "CallerIpBlocked"


def test_on_error_may_change_the_standard_answer(tmp_path: Path) -> None:
    outcome = fails_then(
        '<set-status code="401" reason="No" /><set-body>@{ return new JObject(new JProperty('
        '"error", context.LastError.Message), new JProperty("was", context.Response.StatusCode))'
        ".ToString(); }</set-body>",
        tmp_path,
    )
    assert (outcome.status, outcome.reason) == (401, "No")
    assert json.loads(outcome.body) == {
        "error": "Caller IP address is blocked. Access denied.",
        "was": 401,
    }


def test_outbound_does_not_run_after_an_error(tmp_path: Path) -> None:
    row = {
        "inbound": FAILING,
        "outbound": '<set-header name="X-Out"><value>1</value></set-header>',
    }
    outcome = call(row, tmp_path, on_error=TOLD)
    assert "X-Out" not in outcome.headers
    assert outcome.headers["ErrorStatusCode"] == "500"


ALLOWED = {
    "choose": '<choose><when condition="@(true)"><trace source="a">a</trace></when></choose>',
    "set-variable": '<set-variable name="a" value="b" />',
    "find-and-replace": '<find-and-replace from="statusCode" to="code" />',
    "return-response": "<return-response />",
    "set-header": '<set-header name="a"><value>b</value></set-header>',
    "set-method": "<set-method>GET</set-method>",
    "set-status": '<set-status code="500" reason="b" />',
    "send-request": '<send-request mode="new" ignore-error="true" response-variable-name="a">'
    "<set-url>http://other.example/</set-url></send-request>",
    "send-one-way-request": "<send-one-way-request><set-url>http://other.example/</set-url>"
    "</send-one-way-request>",
    "log-to-eventhub": '<log-to-eventhub logger-id="a">b</log-to-eventhub>',
    "json-to-xml": '<json-to-xml apply="always" />',
    "xml-to-json": '<xml-to-json kind="direct" apply="content-type-xml" />',
    "limit-concurrency": '<limit-concurrency key="a" max-count="1">'
    '<set-status code="500" reason="b" /></limit-concurrency>',
    "mock-response": '<mock-response status-code="201" />',
    "retry": '<retry condition="@(false)" count="1" interval="1">'
    '<set-status code="500" reason="b" /></retry>',
    "trace": '<trace source="a"><message>b</message></trace>',
    "emit-metric": '<emit-metric name="a"><dimension name="API ID" /></emit-metric>',
    "cache-store-value": '<cache-store-value key="a" value="b" duration="1" />',
    "set-body": "<set-body>b</set-body>",
}
"""Microsoft's list of the policies that are allowed in on-error, and what documents use there."""


@pytest.mark.parametrize("name", [name for name in ALLOWED if name in discover()])
def test_policy_that_is_allowed_in_on_error_runs_there(name: str, tmp_path: Path) -> None:
    row = {
        "inbound": '<ip-filter action="forbid"><address>203.0.113.7</address></ip-filter>',
        "upstream": [{"match": {"url": "http://other.example/"}}],
    }
    outcome = call(row, tmp_path, on_error=ALLOWED[name])
    assert outcome.last_error is not None
    assert outcome.last_error["reason"] == "CallerIpBlocked", outcome.last_error


def test_nothing_runs_for_a_caller_who_has_left(tmp_path: Path) -> None:
    row = {"upstream": [{"delay": 9}], "request": {"hang-up-at": 3}}
    outcome = call(row, tmp_path, on_error='<trace source="a"><message>b</message></trace>')
    assert (outcome.status, outcome.traces, outcome.last_error) == (0, [], None)


def test_failure_that_a_retry_overcame_is_no_error(tmp_path: Path) -> None:
    row = {
        "backend": '<retry condition="@(context.LastError != null)" count="1" interval="1">'
        "<forward-request /></retry>",
        "upstream": [{"fault": "refused"}, {}],
    }
    outcome = call(row, tmp_path, on_error=TOLD)
    assert outcome.status == 200
    assert "ErrorSource" not in outcome.headers
