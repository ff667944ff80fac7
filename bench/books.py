"""Do the gateway's books agree with what the upstream says it served?"""

from __future__ import annotations

import json
import re

import msgspec

from bench.rig import read

METRIC = "headgate_tokens_total"
SAMPLE = re.compile(rf'^{METRIC}\{{[^}}]*type="(prompt|completion)"[^}}]*\}} (\S+)', re.MULTILINE)


class Tokens(msgspec.Struct, frozen=True):
    """Prompt and completion tokens."""

    prompt: int
    completion: int

    @property
    def total(self) -> int:
        """Return both together."""
        return self.prompt + self.completion


def charged(metrics: str) -> Tokens:
    """Return what the gateway charged, summed over all label sets of its metrics page."""
    sums = {"prompt": 0.0, "completion": 0.0}
    for kind, value in SAMPLE.findall(metrics):
        sums[kind] += float(value)
    return Tokens(round(sums["prompt"]), round(sums["completion"]))


def served(counters: str) -> Tokens:
    """Return what the mock upstream sent in full, from its /_served page."""
    found = json.loads(counters)
    return Tokens(found["prompt_tokens"], found["completion_tokens"])


class Books(msgspec.Struct, frozen=True):
    """Both sides of the comparison."""

    charged: Tokens
    served: Tokens

    @property
    def agree(self) -> bool:
        """Say whether both kinds of tokens agree to the last one."""
        return self.charged == self.served


def compare(*, management: int, upstream: int) -> Books:
    """Read both sides."""
    return Books(charged(read(management, "/metrics")), served(read(upstream, "/_served")))
