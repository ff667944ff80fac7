from __future__ import annotations

import pytest

from headgate.limits.calendar import LIFETIME, cycle
from headgate.limits.operations import AddCalls, CountCalls, Counted, QuotaRule
from headgate.model.clock import SECOND, Micros
from headgate.model.entities import Api, Operation, Subscription
from headgate.policy.call_quota import QuotaAccount
from headgate.policy.effects import Apply
from headgate.policy.elements.quota import start_of
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

SINCE = "2026-11-20T00:20:30.5Z"
CHAT = Operation(id="chat", name="Chat", method="POST", url_template="/")


def rule(limit: int, *, part: str = "", period: str = "", kind: str = "calls") -> QuotaRule:
    hour = cycle(3600, start_of(SINCE))
    return QuotaRule(f"quota/red/api/llm{part}", limit, period or hour, kind=kind)  # type: ignore[arg-type]  # a word of Kind


def playbook(xml: str, *, subscribed: bool = True) -> Playbook:
    context = make_context()
    context.api = Api(id="llm", name="Model", path="")
    context.operation = CHAT
    if subscribed:
        context.subscription = Subscription(id="red", name="", scope="all", start_date=SINCE)
    return Playbook(compile_element(xml), context)


def test_a_call_is_counted_for_its_subscription_from_the_start_of_it() -> None:
    book = playbook('<quota calls="7" renewal-period="3600" />')
    book.expect(Apply(CountCalls(rule(7), 1)), Counted(6)).run()


def test_a_call_without_a_subscription_is_not_limited() -> None:
    playbook('<quota calls="0" renewal-period="3600" />', subscribed=False).run()


def test_bandwidth_is_asked_about_and_owed() -> None:
    book = playbook('<quota bandwidth="2" renewal-period="0" />')
    owed = rule(2048, period=LIFETIME, kind="bytes")
    book.expect(Apply(CountCalls(owed, 0)), Counted(1)).run()
    account = book.context.owners[QuotaAccount]
    assert account.owed == [owed]


def test_parts_are_asked_before_any_is_charged() -> None:
    book = playbook(
        '<quota calls="9" renewal-period="3600">'
        '<api name="Model" calls="5" renewal-period="0">'
        '<operation id="chat" bandwidth="1" calls="2" /></api></quota>'
    )
    of_api = rule(5, part="/llm", period=LIFETIME)
    of_bytes = rule(1024, part="/llm/chat", period=LIFETIME, kind="bytes")
    of_calls = rule(2, part="/llm/chat", period=LIFETIME)
    book.expect(Apply(CountCalls(of_bytes, 0)), Counted(1))
    book.expect(Apply(CountCalls(rule(9), 0)), Counted(1))
    book.expect(Apply(CountCalls(of_api, 0)), Counted(1))
    book.expect(Apply(CountCalls(of_calls, 1)), Counted(1))
    book.expect(Apply(AddCalls(rule(9), 1)), Counted(1))
    book.expect(Apply(AddCalls(of_api, 1)), Counted(1)).run()


def test_other_parts_are_no_matter() -> None:
    book = playbook('<quota calls="9" renewal-period="3600"><api id="other" calls="0" /></quota>')
    book.expect(Apply(CountCalls(rule(9), 1)), Counted(1)).run()


@pytest.mark.parametrize(
    ("date", "second"),
    [("", 0), ("1970-01-01T00:00:10", 10), ("1970-01-01T01:00:10.75+01:00", 10)],
)
def test_a_subscription_starts_in_whole_seconds_of_utc(date: str, second: int) -> None:
    assert start_of(date) == Micros(second * SECOND)


@pytest.mark.parametrize(
    ("xml", "codes"),
    [
        ('<quota renewal-period="3600" />', ["HG153"]),
        ('<quota calls="-1" renewal-period="3600" />', ["HG144"]),
        ('<quota calls="1" renewal-period="1" />', []),
        ('<quota calls="1" renewal-period="1"><api calls="1" /></quota>', ["HG153"]),
        ('<quota calls="1" renewal-period="1"><api id="a" /></quota>', ["HG153"]),
        ('<quota calls="@(1)" renewal-period="1" />', ["HG146"]),
    ],
)
def test_documents_are_checked_at_load(xml: str, codes: list[str]) -> None:
    assert diagnose(xml) == codes
