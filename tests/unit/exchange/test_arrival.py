from __future__ import annotations

import pytest

from headgate.exchange.arrival import admit, enter, find, match
from headgate.exchange.call import Call, begin
from headgate.model.entities import Api, Operation
from headgate.model.errors import CallError
from headgate.model.messages import Headers, Request, Url
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock

READ = Operation(id="read", name="", method="GET", url_template="/things/{id}")
API = Api(id="a", name="", path="a", operations=(READ,))


def called(method: str, path: str = "/a/things/7") -> Call:
    url = Url("http", "gw", 80, path, "")
    request = Request(method, url, Headers(), None, "127.0.0.1")
    return begin(bare_snapshot(API), request, clock=VirtualClock(), request_id="call-1")


def test_a_call_is_for_an_operation() -> None:
    call = called("GET")
    assert match(call) == ("a", "read")
    assert call.context.operation is READ
    assert call.context.request.matched_parameters == {"id": "7"}


def test_a_call_for_nothing_is_a_404() -> None:
    with pytest.raises(CallError) as raised:
        match(called("POST"))
    assert (raised.value.status, raised.value.reason) == (404, "OperationNotFound")


def test_policies_learn_of_it_in_the_words_of_azure() -> None:
    with pytest.raises(CallError) as caught:
        match(called("POST"))
    told = caught.value.last_error()
    assert told.message == "Unable to match incoming request to an operation."
    assert (told.section, told.scope, told.path) == ("backend", "", "")


def test_another_method_can_be_tried_without_entering() -> None:
    call = called("POST")
    found = find(call, "GET")
    assert found is not None
    assert call.context.request.matched_parameters == {}
    enter(call, found)
    assert call.context.operation is READ
    assert call.context.request.original_url is not call.context.request.url


def test_who_needs_no_key_is_admitted_in_nobody_s_name() -> None:
    call = called("GET")
    match(call)
    admit(call)
    assert call.context.subscription is None
