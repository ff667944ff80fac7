"""What can be set about a simulator as a whole."""

from __future__ import annotations

import msgspec

from headgate.simulator.faults import Fault
from headgate.simulator.lengths import LENGTH_MAX, Length, in_bounds

DELAY_MAX_MS = 3_600_000.0
PERCENT_MAX = 1000
"""What a header may ask for as the billed share of a prompt."""


class SimulatorOptions(msgspec.Struct, frozen=True, kw_only=True):
    """All settings; each is bounded, and a value out of bounds raises ValueError."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: any free one."""
    seed: int = 0
    """What all random choices follow from, call by call in order of arrival."""
    first_token_latency_ms: float = 0.0
    """From the end of the request to the first token."""
    token_pace_ms: float = 0.0
    """From one token to the next; an unstreamed answer comes when its last token would."""
    completion_tokens: Length = 64
    """Length of completions, as far as they are shown, if the request does not cut them."""
    reasoning_tokens: Length = 0
    """What the model thinks before it: part of the completion, not shown, cut first to last."""
    prompt_percent: Length = 100
    """What is billed of a prompt, in percent of the count; varies the truth behind an estimate."""
    cached_percent: int = 0
    """Share of the prompt that is reported as read from the cache."""
    cache_write_percent: int = 0
    """Share of the prompt that is reported as written to the cache."""
    failure_rates: dict[Fault, float] = {}
    """The share of calls that each fault happens to, 0 to 1; together at most 1."""
    slow_head_ms: float = 2000.0
    """How long the fault `slow-head` waits after the status line."""
    retry_after_ms: int = 1000
    """What injected 429 and 503 answers ask for."""
    tokens_per_minute: int | None = None
    """The provider's own limit, prompt and completion together; None: none."""
    requests_per_minute: int | None = None
    keys: tuple[str, ...] = ()
    """Credentials that are accepted; empty: everything, even none."""
    deployments: dict[str, str] = {}
    """Deployment name to model name; empty: every name is a deployment of that model."""
    region: str = "Sweden Central"
    """What `x-ms-region` says."""
    ledger_calls: int = 100_000
    """How many calls the ledger keeps one by one; the oldest go first, totals stay."""

    def __post_init__(self) -> None:
        """Check the bounds."""
        _require(0 <= self.port <= 65535, "port is from 0 to 65535")
        for name in ("completion_tokens", "reasoning_tokens", "prompt_percent"):
            _require(in_bounds(getattr(self, name)), f"{name}: lengths are 0 to {LENGTH_MAX:,}")
        cached, written = self.cached_percent, self.cache_write_percent
        shares_fit = min(cached, written) >= 0 and cached + written <= 100
        _require(shares_fit, "cached_percent and cache_write_percent: 0 to 100, also together")
        for name in ("first_token_latency_ms", "token_pace_ms", "slow_head_ms", "retry_after_ms"):
            fits = 0 <= getattr(self, name) <= DELAY_MAX_MS
            _require(fits, f"{name} is from 0 to {DELAY_MAX_MS:.0f}")
        rates = self.failure_rates.values()
        rates_fit = all(rate >= 0 for rate in rates) and sum(rates) <= 1 + 1e-9
        _require(rates_fit, "failure_rates are from 0 to 1, together at most 1")
        for name in ("tokens_per_minute", "requests_per_minute"):
            limit = getattr(self, name)
            _require(limit is None or limit > 0, f"{name} is at least 1")
        _require(self.ledger_calls >= 0, "ledger_calls is at least 0")
        in_a_header = self.region.isascii() and self.region.isprintable()
        _require(in_a_header, "region is printable ASCII")


def _require(condition: bool, rule: str) -> None:
    if not condition:
        raise ValueError(rule)
