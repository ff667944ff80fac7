from __future__ import annotations

from headgate.model.entities import Api, Operation, Service, Subscription
from headgate.rehearsal.asking import headers_of, request_body, request_of
from headgate.rehearsal.script import Answer, Asked, Script
from headgate.rehearsal.world import World
from headgate.testing.snapshots import bare_snapshot

OPERATION = Operation(id="ask", name="", method="POST", url_template="/ask")
API = Api(id="chat", name="", path="chat", key_header="api-key", operations=(OPERATION,))
MINE = Subscription(id="mine", name="", scope="all", primary_key="secret")


def world(subscription: str | None = None) -> World:
    script = Script(requests=[], subscription=subscription)
    return World(script, Service(subscriptions=(MINE,)), snapshot=bare_snapshot(API))


def test_body_is_json_text_or_repeated_texts() -> None:
    assert request_body(Asked()) is None
    assert request_body(Asked(json=None)) == b"null"
    assert request_body(Asked(body="a")) == b"a"
    assert request_body(Asked(body=[("a", 2), ("b", 1)])) == b"aab"


def test_request_has_path_query_address_and_the_type_of_its_body() -> None:
    asked = Asked(path="/chat/ask?a=b?c", json={}, ip="198.51.100.1")
    request = request_of(world(), asked, content=b"{}")
    assert str(request.url) == "https://gateway.example/chat/ask?a=b?c"
    assert request.ip_address == "198.51.100.1"
    assert dict(request.headers) == {"Content-Type": "application/json"}
    assert request.body is not None
    assert not request.body.complete


def test_key_of_the_subscription_stands_where_the_api_wants_it() -> None:
    asked = Asked(path="/chat/ask")
    assert dict(request_of(world("mine"), asked, content=None).headers) == {"api-key": "secret"}
    other = Asked(path="/chat/ask", subscription="mine")
    assert dict(request_of(world(), other, content=None).headers) == {"api-key": "secret"}
    none = Asked(path="/chat/ask", subscription=None)
    assert dict(request_of(world("mine"), none, content=None).headers) == {}


def test_request_that_no_api_matches_carries_no_key() -> None:
    assert list(request_of(world("mine"), Asked(path="/x"), content=None).headers) == []


def test_answers_say_what_their_bodies_are_unless_the_test_does() -> None:
    assert dict(headers_of(Answer(json=1))) == {"Content-Type": "application/json"}
    assert dict(headers_of(Answer(sse=[]))) == {"Content-Type": "text/event-stream"}
    assert dict(headers_of(Answer(body="x"))) == {}
    given = Answer(json=1, headers={"content-type": "text/plain", "Vary": ["a", "b"]})
    assert list(headers_of(given)) == [("content-type", "text/plain"), ("Vary", "a"), ("Vary", "b")]
