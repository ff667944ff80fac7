from __future__ import annotations

from headgate.exchange.call import begin
from headgate.model.messages import Body, Headers, Request, Url
from headgate.policy.metering import TokenTerms, before_forward, meter
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock


def test_a_call_begins_with_the_terms_of_its_snapshot_and_no_tap() -> None:
    snapshot = bare_snapshot(terms=TokenTerms(admission="apim"))
    request = Request("GET", Url("http", "gw", 80, "/", ""), Headers(), None, "127.0.0.1")
    call = begin(snapshot, request, clock=VirtualClock(), request_id="r")
    assert call.context.owners[TokenTerms].admission == "apim"
    assert call.tap is None
    assert call.ending is None


def test_the_tap_is_that_of_the_calls_metering() -> None:
    body = Body(b'{"model":"gpt-4o","messages":[],"stream":true}')
    url = Url("http", "gw", 80, "/chat/completions", "")
    request = Request("POST", url, Headers(), body, "127.0.0.1")
    call = begin(bare_snapshot(), request, clock=VirtualClock(), request_id="r")
    account = meter(call.context)
    before_forward(call.context)
    assert account.hides_usage
    assert call.tap is None
