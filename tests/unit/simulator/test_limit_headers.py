from __future__ import annotations

from headgate.model.clock import SECOND, Micros
from headgate.simulator.allowance import Allowance
from headgate.simulator.limit_headers import limit_headers
from headgate.simulator.vendors import Vendor

NOW = Micros(1_000_000_000 * SECOND)


def books() -> dict[str, Allowance]:
    made = {"requests": Allowance(None, NOW), "tokens": Allowance(60, NOW)}
    made["tokens"].wait(20, NOW)
    made["tokens"].take(20)
    return made


def test_openai_tells_limit_and_remainder() -> None:
    headers = dict(limit_headers(books(), Vendor.OPENAI, now=NOW))
    assert headers["x-ratelimit-limit-tokens"] == "60"
    assert headers["x-ratelimit-remaining-tokens"] == "40"
    assert headers["x-ratelimit-limit-requests"] == "10000000"


def test_anthropic_tells_also_when_all_is_there_again() -> None:
    headers = dict(limit_headers(books(), Vendor.ANTHROPIC, now=NOW))
    assert headers["anthropic-ratelimit-tokens-limit"] == "60"
    assert headers["anthropic-ratelimit-tokens-remaining"] == "40"
    assert headers["anthropic-ratelimit-tokens-reset"] == "2001-09-09T01:47:00Z"
    assert headers["anthropic-ratelimit-requests-reset"] == "2001-09-09T01:46:40Z"


def test_google_tells_nothing() -> None:
    assert limit_headers(books(), Vendor.GOOGLE, now=NOW) == []
