from __future__ import annotations

from typing import Any

import pytest

from headgate.cli.assembly import assemble
from headgate.model.entities import Api, Operation, PolicySource, Service
from headgate.rehearsal.calls import schedule
from headgate.rehearsal.outcome import Outcome
from headgate.rehearsal.script import Answer, Asked, Match, Script
from headgate.rehearsal.world import World
from headgate.settings.gateway import GatewaySettings

API = Api(
    id="api",
    name="",
    path="",
    service_url="http://backend.example",
    subscription_required=False,
    operations=(Operation(id="all", name="", method="*", url_template="/*"),),
)
FORWARD = "<forward-request />"
TWO_EVENTS = Answer(sse=["1", "2"], delay=1, interval=2)


def served(
    script: Script, *, inbound: str = "", backend: str = FORWARD, outbound: str = ""
) -> list[Outcome]:
    sections = f"<inbound>{inbound}</inbound><backend>{backend}</backend>"
    text = f"<policies>{sections}<outbound>{outbound}</outbound></policies>"
    service = Service(apis=(API,), global_policy=PolicySource(file="policy.xml", text=text))
    make, found = assemble(service, GatewaySettings())
    assert make is not None, found
    world = World(script, service, snapshot=make())
    outcomes = schedule(world)
    world.timeline.run()
    return outcomes


def test_answer_passes_and_takes_its_time() -> None:
    asked = Asked(method="GET", path="/x?y")
    (outcome,) = served(Script(requests=[asked], upstream=[TWO_EVENTS]))
    assert outcome.status == 200
    assert outcome.body == b"data: 1\n\ndata: 2\n\n"
    assert outcome.duration == 5_000_000
    (sent,) = outcome.sent
    assert (str(sent), sent.backend) == ("GET http://backend.example/x?y", "backend.example")


def test_requests_begin_in_the_order_of_time() -> None:
    requests = [Asked(at=2, body="b"), Asked(at=1, body="a")]
    script = Script(requests=requests, upstream=[Answer(body="1"), Answer(body="2")])
    assert [outcome.body for outcome in served(script)] == [b"2", b"1"]


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        (Asked(hang_up_after=1), b"data: 1\n\n"),
        (Asked(hang_up_after=0), b""),
        (Asked(hang_up_at=4), b"data: 1\n\n"),
        (Asked(hang_up_at=0.5), b""),
    ],
)
def test_client_that_hangs_up_has_what_came_before(asked: Asked, body: bytes) -> None:
    (outcome,) = served(Script(requests=[asked], upstream=[TWO_EVENTS]))
    assert outcome.body == body


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer(fault="refused"), 502),
        (Answer(fault="timeout"), 504),
        (Answer(delay=3), 504),
        (Answer(delay=2), 200),
    ],
)
def test_faults_and_delays_are_the_upstreams(answer: Answer, status: int) -> None:
    (outcome,) = served(
        Script(requests=[Asked()], upstream=[answer]), backend='<forward-request timeout="2" />'
    )
    assert outcome.status == status


def test_body_that_breaks_off_cannot_be_read_but_begins_to_pass() -> None:
    script = Script(requests=[Asked()], upstream=[Answer(body="half", fault="broken")])
    (outcome,) = served(script)
    assert (outcome.status, outcome.body) == (200, b"half")
    reads = '<set-variable name="x" value="@(context.Response.Body.As<string>())" />'
    (outcome,) = served(script, outbound=reads)
    assert outcome.status == 502


def test_redirects_are_followed_where_the_policy_says_so() -> None:
    moved = Answer(status=307, headers={"Location": "/there"})
    script = Script(requests=[Asked()], upstream=[moved, Answer(body="here")])
    (outcome,) = served(script, backend='<forward-request follow-redirects="true" />')
    assert outcome.body == b"here"
    assert [sent.url for sent in outcome.sent][1] == "http://backend.example/there"


def test_variables_are_there_before_inbound() -> None:
    script = Script(
        requests=[Asked(variables={"b": 3})], variables={"a": 1, "b": 2}, upstream=[Answer()]
    )
    value = "@((int)context.Variables[&quot;a&quot;] + (int)context.Variables[&quot;b&quot;])"
    (outcome,) = served(script, inbound=f'<set-variable name="sum" value="{value}" />')
    assert outcome.variables["sum"] == 4


def test_variables_may_be_json() -> None:
    script = Script(requests=[Asked()], variables={"o": {"a": [1, 2]}}, upstream=[Answer()])
    value = "@((int)((JObject)context.Variables[&quot;o&quot;])[&quot;a&quot;][1])"
    (outcome,) = served(script, inbound=f'<set-variable name="two" value="{value}" />')
    assert outcome.variables["two"] == 2


def test_bodies_and_forwarding_are_not_for_what_runs_side_by_side() -> None:
    forward = "<wait><choose><when condition='true'><forward-request /></when></choose></wait>"
    (outcome,) = served(Script(requests=[Asked()]), backend=forward)
    assert outcome.last_error is not None
    assert outcome.last_error["reason"] == "NotPossibleInParallel"


def test_request_that_no_answer_is_for_ends_the_call() -> None:
    (outcome,) = served(Script(requests=[Asked()]))
    assert outcome.unscripted == outcome.sent[0]


SEND = (
    '<send-request mode="new" response-variable-name="{name}" timeout="{timeout}">'
    "<set-url>http://{name}.example/</set-url><set-method>GET</set-method></send-request>"
)


def answer_of(name: str, **fields: Any) -> Answer:
    return Answer(match=Match(url=f"http://{name}.example/"), **fields)


def test_gateways_own_requests_get_the_answers_that_match() -> None:
    script = Script(requests=[Asked()], upstream=[Answer(), answer_of("one", status=418, delay=3)])
    (outcome,) = served(script, inbound=SEND.format(name="one", timeout=5))
    assert outcome.variables["one"].status == 418
    assert outcome.duration == 3_000_000
    assert [str(errand) for errand in outcome.errands] == ["GET http://one.example/"]


def test_gateways_own_requests_time_out() -> None:
    script = Script(requests=[Asked()], upstream=[Answer(), answer_of("one", delay=9)])
    (outcome,) = served(script, inbound=SEND.format(name="one", timeout=5))
    assert (outcome.status, outcome.duration) == (500, 5_000_000)


@pytest.mark.parametrize(("wait_for", "seconds"), [("all", 3), ("any", 1)])
def test_gateways_own_requests_run_side_by_side(wait_for: str, seconds: int) -> None:
    answers = [Answer(), answer_of("one", delay=3), answer_of("two", delay=1)]
    sends = "".join(SEND.format(name=name, timeout=5) for name in ("one", "two"))
    (outcome,) = served(
        Script(requests=[Asked()], upstream=answers),
        inbound=f'<wait for="{wait_for}">{sends}</wait>',
    )
    assert outcome.duration == seconds * 1_000_000
    assert ("one" in outcome.variables) == (wait_for == "all")


def test_one_way_requests_are_noted_and_nobody_waits() -> None:
    send = "<send-one-way-request><set-url>http://log.example/</set-url></send-one-way-request>"
    (outcome,) = served(Script(requests=[Asked()], upstream=[Answer()]), inbound=send)
    assert [errand.url for errand in outcome.errands] == ["http://log.example/"]
    assert outcome.duration == 0
