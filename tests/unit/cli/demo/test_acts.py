from __future__ import annotations

import time
from io import StringIO

import pytest
from rich.console import Console

from headgate.cli.demo import acts
from headgate.cli.demo.clients import Caller, Row


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
