from __future__ import annotations

from headgate.exchange.call import Call, begin
from headgate.limits.operations import Seen
from headgate.model.entities import Backend
from headgate.model.messages import Body, Headers, Request, Url
from headgate.policy.content_safety import Screen
from headgate.policy.metering import TokenTerms, meter
from headgate.policy.screening import Screening, ScreeningTap
from headgate.policy.settling import before_forward
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock
from headgate.tokens.cutting import CuttingTap
from headgate.tokens.following import tap_for
from headgate.tokens.registry import dialect_for


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


WORD = b'data: {"choices":[{"delta":{"content":"one"}}]}\n\n'


def streaming(terms: TokenTerms | None = None) -> Call:
    """Return a call whose answer has begun to come, under a limit."""
    body = Body(b'{"model":"gpt-4o","messages":[],"stream":true}')
    url = Url("http", "gw", 80, "/chat/completions", "")
    request = Request("POST", url, Headers(), body, "127.0.0.1")
    snapshot = bare_snapshot(terms=terms or TokenTerms())
    call = begin(snapshot, request, clock=VirtualClock(), request_id="r")
    account = meter(call.context)
    account.reserved, account.granted = True, 2
    account.tap = tap_for(account.llm, b"text/event-stream", encoding=b"", hide_usage=False)
    return call


def test_progress_is_what_has_passed_so_far() -> None:
    call = streaming()
    tap = call.tap
    assert tap is not None
    assert call.progress() is None
    tap.feed(WORD)
    tap.feed(WORD)
    assert call.progress() == Seen("r", 2)
    tap.feed(WORD)
    assert call.progress() == Seen("r", 3)


def test_a_call_that_no_policy_meters_has_no_progress() -> None:
    request = Request("GET", Url("http", "gw", 80, "/", ""), Headers(), None, "127.0.0.1")
    call = begin(bare_snapshot(), request, clock=VirtualClock(), request_id="r")
    assert call.progress() is None


def test_what_is_cut_off_is_no_progress() -> None:
    call = streaming(TokenTerms(overrun="cut"))
    tap = call.tap
    assert isinstance(tap, CuttingTap)
    for _ in range(4):
        tap.feed(WORD)
    assert tap.ended
    assert call.progress() == Seen("r", 2)


def test_a_request_that_got_no_connection_is_no_attempt_and_is_charged_nothing() -> None:
    call = streaming()
    call.context.attempts = 1
    before_forward(call.context)
    account = meter(call.context)
    assert account.sent
    call.not_sent()
    assert (call.context.attempts, account.sent, account.unanswered) == (0, False, False)


def test_screens_look_at_what_the_other_followers_pass() -> None:
    request = Request("POST", Url("http", "gw", 80, "/", ""), Headers(), None, "127.0.0.1")
    call = begin(bare_snapshot(), request, clock=VirtualClock(), request_id="r")
    screening = call.context.owners[Screening] = Screening(dialect_for("/chat/completions"))
    backend = Backend(id="s", url="http://s")
    screening.screens.append(Screen(backend=backend, blocklists=("l",)))
    assert isinstance(call.tap, ScreeningTap)
