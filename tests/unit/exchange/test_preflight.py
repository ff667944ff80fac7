from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from headgate.exchange.call import Call, begin
from headgate.exchange.preflight import answer_preflight
from headgate.exchange.snapshot import Snapshot
from headgate.model.access import Access
from headgate.model.clock import Micros
from headgate.model.context import Context
from headgate.model.entities import Api, Operation, Product
from headgate.model.errors import CallError, Where
from headgate.model.messages import Body, Headers, Request, Response, Url
from headgate.policy.plan import Block, Plan, Step
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock

GOLD = Product(id="gold", name="")
READ = Operation(id="read", name="", method="GET", url_template="/")
OWN = Operation(id="own", name="", method="OPTIONS", url_template="/own")
GET_OWN = Operation(id="get-own", name="", method="GET", url_template="/own")
API = Api(id="a", name="", path="a", operations=(READ, OWN, GET_OWN))

Answer = Callable[[Context], Response | None]


class Door:
    """Lets calls in that carry the header `key`."""

    def admit(self, api: Api, request: Request, *, now: Micros) -> Access:
        """Return the access of the product gold."""
        if "key" not in request.headers:
            raise CallError(401, "No.", source="authorization", reason="SubscriptionKeyNotFound")
        return Access(None, GOLD)


def plan(*answers: Answer) -> Plan:
    steps = []
    for answer in answers:
        step = Step("cors", Where(), apply=lambda context: None)
        step.preflight = answer
        steps.append(step)
    return Plan(
        inbound=Block(tuple(steps)), backend=Block(()), outbound=Block(()), on_error=Block(())
    )


def saying(reason: str) -> Answer:
    return lambda context: Response(200, reason, Headers(), Body())


def call_of(plans: Mapping[tuple[str, str | None], Plan], path: str = "/a", **headers: str) -> Call:
    bare = bare_snapshot(API)
    snapshot = Snapshot(
        number=1,
        router=bare.router,
        doorkeeper=Door(),
        plans={(*key, None): plan() for key in (("a", "read"), ("a", "own"), ("a", "get-own"))}
        | {("a", operation, product): made for (operation, product), made in plans.items()},
        unrouted=bare.unrouted,
        service_urls={},
        users={},
        deployment=bare.deployment,
        terms=bare.terms,
        backends=bare.backends,
    )
    given = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"} | headers
    lines = Headers.of(*((name, value) for name, value in given.items() if value))
    request = Request("OPTIONS", Url("http", "gw", 80, path, ""), lines, None, "127.0.0.1")
    return begin(snapshot, request, clock=VirtualClock(), request_id="call-1")


def reason(call: Call) -> str | None:
    """Return who answered, None if nobody."""
    if not answer_preflight(call):
        return None
    assert call.context.response is not None
    return call.context.response.reason


def test_the_operation_that_is_about_to_be_called_answers_without_a_key() -> None:
    assert reason(call_of({("read", None): plan(saying("cors"))})) == "cors"


def test_the_first_that_can_answers() -> None:
    made = plan(lambda context: None, saying("second"), saying("third"))
    assert reason(call_of({("read", None): made})) == "second"


def test_where_none_can_the_answer_is_empty() -> None:
    call = call_of({("read", None): plan(lambda context: None)})
    assert reason(call) == "OK"
    assert call.context.response is not None
    assert list(call.context.response.headers) == []


def test_a_key_brings_its_product_s_document() -> None:
    plans: dict[tuple[str, str | None], Plan] = {("read", "gold"): plan(saying("gold"))}
    assert reason(call_of(plans, key="k")) == "gold"
    assert reason(call_of(plans)) == "OK"


def test_an_operation_without_cors_leaves_it_to_the_usual_way() -> None:
    call = call_of({})
    assert reason(call) is None
    assert call.context.operation is None


def test_an_operation_for_options_gets_its_preflights_itself() -> None:
    call = call_of({("own", None): plan(saying("own")), ("get-own", None): plan(saying("get"))})
    call.context.request.url.path = "/a/own"
    assert reason(call) is None


@pytest.mark.parametrize("without", [{"Origin": ""}, {"Access-Control-Request-Method": ""}])
def test_another_options_request_is_no_preflight(without: dict[str, str]) -> None:
    assert reason(call_of({("read", None): plan(saying("cors"))}, **without)) is None


def test_a_preflight_for_nothing_is_left_to_the_404() -> None:
    assert reason(call_of({("read", None): plan(saying("cors"))}, path="/b")) is None


def test_a_policy_that_fails_names_its_place() -> None:
    def fail(context: Context) -> Response | None:
        raise CallError(500, "No.", source="cors", reason="Broken")

    with pytest.raises(CallError) as raised:
        reason(call_of({("read", None): plan(fail)}))
    assert raised.value.where == Where()
