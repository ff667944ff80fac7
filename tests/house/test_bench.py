"""The bench reads both ledgers right and puts the ratios first."""

from __future__ import annotations

from bench.books import Books, Tokens, charged, served
from bench.report import Report

METRICS = """\
# HELP headgate_tokens_total Tokens charged.
# TYPE headgate_tokens_total counter
headgate_tokens_total{api="metered",type="prompt"} 200.0
headgate_tokens_total{api="estimated",type="prompt"} 12.0
headgate_tokens_total{type="completion",api="metered"} 1.0e+03
headgate_tokens_total_other{type="prompt"} 7.0
headgate_calls_total{api="metered",type="prompt"} 9.0
"""


def test_charged_tokens_are_summed_over_label_sets() -> None:
    assert charged(METRICS) == Tokens(212, 1000)


def test_served_tokens_come_from_the_upstream() -> None:
    page = '{"calls":1,"streams":0,"prompt_tokens":212,"completion_tokens":1000}'
    assert served(page) == Tokens(212, 1000)


def test_books_agree_only_if_each_kind_does() -> None:
    assert Books(Tokens(1, 2), Tokens(1, 2)).agree
    assert not Books(Tokens(1, 2), Tokens(2, 1)).agree


def report(books: Books | None) -> Report:
    return Report(
        date="2026-11-23",
        rounds=3,
        gateway="Headgate",
        nginx={"plain": [10.0, 30.0, 20.0]},
        headgate={"plain": [44.0, 40.0, 90.0], "estimated": [84.0]},
        body_kb=2.0,
        books=books,
    )


def test_ratios_divide_medians() -> None:
    assert report(None).ratios() == [
        ("plain call, CPU µs", "2.20 x nginx", "<= 2.5 x"),
        ("prompt estimation, per KB of body", "+20.0 µs", "<= +35 µs"),
    ]


def test_books_that_disagree_are_told_with_the_difference() -> None:
    assert report(Books(Tokens(5, 7), Tokens(5, 9))).books_lines()[1].endswith("9: **off by -2**.")
    assert report(Books(Tokens(5, 7), Tokens(5, 7))).books_lines()[1].endswith("7: equal.")
