"""The adaptive limits of the example, to the token (design: limits, section 5).

Two classes share 500 tokens a minute; a class may use its default and a tenth of what is left.
Calls of equal size alternate between the classes from an empty window, all in one instant.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from headgate.rehearsal.script import Answer, Asked, Script
from tests.conformance.runner import perform

EXAMPLE = Path(__file__).parents[2] / "examples/adaptive-limits/apis/adaptive"
CALLS = 320


def admitted(size: int, *classes: str) -> dict[str, int]:
    """Return the tokens that each class may use with calls of one size."""
    body = {"model": "text-embedding-3-small", "input": [1] * size}
    requests = [
        Asked(path="/embeddings", headers={"x-service-class": name}, json=body)
        for _ in range(CALLS)
        for name in classes
    ]
    answer = Answer(json={"data": [], "usage": {"prompt_tokens": size, "total_tokens": size}})
    script = Script(
        requests=requests,
        upstream=[answer] * len(requests),
        scopes={"global": "../../policy.xml", "api": "policy.xml"},
    )
    used = dict.fromkeys(classes, 0)
    stopped = set()
    for asked, outcome in zip(requests, perform(script, EXAMPLE), strict=True):
        name = str(asked.headers["x-service-class"])
        if outcome.status == 200:
            assert name not in stopped, "a class passed after it had been refused"
            used[name] += size
        else:
            assert outcome.status == 429
            stopped.add(name)
    assert stopped == set(classes)
    return used


@pytest.mark.parametrize(
    ("size", "low_alone", "high_alone", "high", "low"),
    [
        (1, 136, 318, 306, 125),
        (5, 135, 315, 305, 125),
        (10, 130, 310, 300, 120),
        (20, 120, 300, 300, 120),
    ],
)
def test_classes_share_what_is_left(
    size: int, low_alone: int, *, high_alone: int, high: int, low: int
) -> None:
    assert admitted(size, "low") == {"low": low_alone}
    assert admitted(size, "high") == {"high": high_alone}
    assert admitted(size, "high", "low") == {"high": high, "low": low}
