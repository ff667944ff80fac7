"""What can be set about a simulator as a whole."""

from __future__ import annotations

import msgspec

from headgate.simulator.faults import Fault

COMPLETION_MAX = 100_000
"""Tokens of one completion."""
DELAY_MAX_MS = 3_600_000.0


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
    completion_tokens: int | tuple[int, int] = 64
    """Length of completions if the request does not cut them: fixed, or lowest and highest."""
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
        low, high = self.completion_range
        _require(0 <= self.port <= 65535, "port is from 0 to 65535")
        _require(0 <= low <= high <= COMPLETION_MAX, f"completion_tokens: 0 to {COMPLETION_MAX:,}")
        for name in ("first_token_latency_ms", "token_pace_ms", "slow_head_ms", "retry_after_ms"):
            in_bounds = 0 <= getattr(self, name) <= DELAY_MAX_MS
            _require(in_bounds, f"{name} is from 0 to {DELAY_MAX_MS:.0f}")
        rates = self.failure_rates.values()
        rates_fit = all(rate >= 0 for rate in rates) and sum(rates) <= 1 + 1e-9
        _require(rates_fit, "failure_rates are from 0 to 1, together at most 1")
        for name in ("tokens_per_minute", "requests_per_minute"):
            limit = getattr(self, name)
            _require(limit is None or limit > 0, f"{name} is at least 1")
        _require(self.ledger_calls >= 0, "ledger_calls is at least 0")
        in_a_header = self.region.isascii() and self.region.isprintable()
        _require(in_a_header, "region is printable ASCII")

    @property
    def completion_range(self) -> tuple[int, int]:
        """Return the lowest and the highest length of a completion."""
        length = self.completion_tokens
        return (length, length) if isinstance(length, int) else length


def _require(condition: bool, rule: str) -> None:
    if not condition:
        raise ValueError(rule)
