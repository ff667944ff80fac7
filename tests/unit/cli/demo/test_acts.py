from __future__ import annotations

import time
from io import StringIO

import pytest
from rich.console import Console

from headgate.cli.demo import acts
from headgate.cli.demo.clients import Caller, Ledger, Row, Served


class Limited(Caller):
    """Answers 200 until a class has drawn its limit."""

    def __init__(self, **limits: int) -> None:
        self.left = limits

    def embed(self, tokens: int, service_class: str) -> Row:
        if self.left[service_class] < tokens:
            return Row(status=429)
        self.left[service_class] -= tokens
        return Row(status=200, prompt=tokens)


def quiet() -> Console:
    return Console(file=StringIO(), width=100)


def test_each_class_draws_until_its_first_refusal() -> None:
    assert acts.draw(Limited(high=30, low=10), ("high", "low")) == {"high": 30, "low": 10}


def test_shares_that_are_right_and_equal_the_ledger_are_no_fault() -> None:
    callers: dict[str, Caller] = {
        "low alone": Limited(low=130),
        "both": Limited(high=300, low=120),
    }
    served = {"low alone": 130, "both": 420}
    assert acts.adaptive(quiet(), callers, ledgers=served.__getitem__) == []


def test_wrong_shares_and_a_ledger_that_differs_are_faults() -> None:
    callers: dict[str, Caller] = {"low alone": Limited(low=100)}
    first, second = acts.adaptive(quiet(), callers, ledgers=lambda name: 90)
    assert first == "low alone: (0, 100) instead of (0, 130)"
    assert second == "low alone: the simulator served 90 tokens, not 100"


def test_the_table_shows_what_is_known_and_leaves_the_rest_empty() -> None:
    console = quiet()
    console.print(acts.lesson_table("t", [Row(status=200, prompt=23), Row(status=429)]))
    out = console.file
    assert isinstance(out, StringIO)
    assert "23" in out.getvalue()
    assert "None" not in out.getvalue()


def test_what_follows_a_table_stands_on_a_line_of_its_own_without_a_terminal() -> None:
    console = quiet()
    acts.adaptive(console, {"low alone": Limited(low=130)}, ledgers=lambda name: 130)
    out = console.file
    assert isinstance(out, StringIO)
    lines = out.getvalue().splitlines()
    assert "  The same limits as in the simulator's ledger, to the token." in lines
    assert not any(character in out.getvalue() for character in "\x1b\r\b")


def test_waiting_for_a_time_that_has_passed_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(seconds: float) -> None:
        raise AssertionError(seconds)

    monkeypatch.setattr(time, "sleep", never)
    acts.wait(quiet(), time.monotonic() - 1)


class Gateway(Caller):
    """Gives the answers of a script; what it lets through is in its ledger."""

    def __init__(self, *script: Row) -> None:
        self.script = list(script)
        self.served: list[Served] = []

    def chat(self, *, stream: bool) -> Row:
        row = self.script.pop(0)
        if row.status == 200:
            self.served.append(Served(23, 4))
        return row


class Book(Ledger):
    """The ledger of what such a gateway let through."""

    def __init__(self, gateway: Gateway, *more: Served) -> None:
        self.gateway = gateway
        self.more = more

    def calls(self, tag: str) -> list[Served]:
        return [*self.gateway.served, *self.more]


ANSWER = Row(status=200, prompt=23, completion=4)
REFUSAL = Row(
    status=429,
    retry_after=59,
    message="Token limit is exceeded. Try again in 59 seconds.",
    at=-1000.0,  # So long ago that there is nothing left to wait for.
)


def faults_of(gateway: Gateway, *more: Served, console: Console | None = None) -> list[str]:
    book = Book(gateway, *more)
    return acts.lesson(console or quiet(), gateway, ledger=book, tag="t", stream=False)


def test_a_lesson_that_goes_as_it_should_has_no_fault_and_tells_the_sums() -> None:
    console = quiet()
    assert faults_of(Gateway(ANSWER, ANSWER, REFUSAL, ANSWER), console=console) == []
    out = console.file
    assert isinstance(out, StringIO)
    assert REFUSAL.message in out.getvalue()
    assert "Tokens shown: 81. Tokens in the simulator's ledger: 81." in out.getvalue()


def test_a_call_that_is_refused_after_its_wait_is_a_fault() -> None:
    gateway = Gateway(ANSWER, ANSWER, REFUSAL, REFUSAL)
    assert faults_of(gateway) == ["after Retry-After the call got 429"]


def test_tokens_that_nobody_was_shown_are_a_fault() -> None:
    gateway = Gateway(ANSWER, ANSWER, REFUSAL, ANSWER)
    found = faults_of(gateway, Served(1, 0))
    assert "81 tokens were shown, the simulator served 82" in found


def test_a_refusal_without_a_time_to_wait_ends_the_lesson() -> None:
    found = faults_of(Gateway(ANSWER, ANSWER, Row(status=429)))
    assert found == ["the last call was not refused with Retry-After"]


def test_a_gateway_that_never_refuses_is_not_asked_for_ever() -> None:
    gateway = Gateway(*[ANSWER] * (acts.CALLS_MAX + 1))
    found = faults_of(gateway)
    assert len(gateway.script) == 1
    assert "call 3 got 200 with 54 tokens used" in found
    assert "the last call was not refused with Retry-After" in found
