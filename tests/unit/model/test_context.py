from __future__ import annotations

from headgate.model.context import Context
from headgate.model.entities import Deployment
from headgate.model.messages import Headers, Request, Url
from headgate.testing.virtual_clock import START, VirtualClock


def context(path: str = "/llm/chat", query: str = "?v=1") -> Context:
    url = Url("https", "gw", 443, path, query)
    request = Request("GET", url, Headers(), None, "127.0.0.1")
    return Context(request, clock=VirtualClock(), request_id="r", deployment=Deployment())


def test_a_call_begins_with_nothing_decided() -> None:
    call = context()
    assert call.response is None
    assert call.base is None
    assert call.variables == {}
    assert (call.timestamp, call.started) == (START, 0)


def test_aiming_keeps_the_path_below_the_api_and_the_query() -> None:
    call = context()
    call.remainder = "/chat"
    call.aim(Url.parse("http://backend:81/base/"))
    assert str(call.request.url) == "http://backend:81/base/chat?v=1"


def test_aiming_again_replaces_the_base_only() -> None:
    call = context()
    call.remainder = "/chat"
    call.aim(Url.parse("http://one/base"))
    call.aim(Url.parse("https://two"))
    assert str(call.request.url) == "https://two/chat?v=1"


def test_aiming_at_a_root_adds_no_slash() -> None:
    call = context()
    call.remainder = ""
    call.aim(Url.parse("http://one/base/"))
    assert call.request.url.path == "/base"


def test_rewriting_replaces_the_path_below_the_base() -> None:
    call = context()
    call.remainder = "/chat"
    call.aim(Url.parse("http://one/base"))
    call.rewrite("/other")
    assert (call.request.url.path, call.remainder) == ("/base/other", "/other")


def test_a_rewrite_outlives_a_later_aim() -> None:
    call = context()
    call.rewrite("/other")
    assert call.request.url.path == "/other"
    call.aim(Url.parse("http://one/base"))
    assert call.request.url.path == "/base/other"
