from __future__ import annotations

import pytest

from headgate.tokens.factors import MEMORY, MODELS_MAX, LearnedFactors


def test_a_model_never_seen_is_estimated_as_it_is() -> None:
    factors = LearnedFactors()
    assert factors.factor("claude-4") == 1
    assert factors.scaled("claude-4", 100) == 100


def test_a_factor_nears_what_answers_report() -> None:
    factors = LearnedFactors()
    seen = []
    for _ in range(50):
        factors.observe("claude-4", 1000, reported=1200)
        seen.append(factors.factor("claude-4"))
    assert seen == sorted(seen)
    assert seen[0] < 1.1
    assert seen[-1] == pytest.approx(1.2, rel=0.01)
    assert factors.scaled("claude-4", 1000) == pytest.approx(1200, rel=0.01)


def test_older_observations_fade() -> None:
    factors = LearnedFactors()
    for _ in range(3):
        factors.observe("gemini-3", MEMORY, reported=MEMORY * 2)
    for _ in range(8):
        factors.observe("gemini-3", MEMORY, reported=MEMORY // 2)
    assert factors.factor("gemini-3") == pytest.approx(0.5, rel=0.02)


@pytest.mark.parametrize(("reported", "factor"), [(10**9, 4), (1, 0.25)])
def test_no_factor_runs_away(reported: int, factor: float) -> None:
    factors = LearnedFactors()
    for _ in range(200):
        factors.observe("claude-4", 100_000, reported=reported)
    assert factors.factor("claude-4") == pytest.approx(factor, rel=0.01)


@pytest.mark.parametrize("model", ["gpt-4o", "o3-mini", "text-embedding-3-small"])
def test_where_the_tokenizer_is_known_nothing_is_learned(model: str) -> None:
    factors = LearnedFactors()
    factors.observe(model, 100, reported=200)
    assert factors.scaled(model, 100) == 100


@pytest.mark.parametrize(("estimated", "reported"), [(0, 5), (5, 0), (-1, 5)])
def test_nothing_is_learned_of_nothing(estimated: int, reported: int) -> None:
    factors = LearnedFactors()
    factors.observe("claude-4", estimated, reported=reported)
    assert factors.factor("claude-4") == 1


def test_the_model_unused_for_longest_is_forgotten() -> None:
    factors = LearnedFactors()
    for at in range(MODELS_MAX):
        factors.observe(f"m{at}", 100_000, reported=200_000)
    factors.observe("m0", 100_000, reported=200_000)
    factors.observe("another", 100_000, reported=200_000)
    assert factors.factor("m1") == 1
    assert factors.factor("m0") > 1
