from __future__ import annotations

from headgate.model.errors import CallError, Fault, LastError, Where


def test_an_error_is_the_callers_fault_and_has_no_place_until_somebody_says() -> None:
    error = CallError(429, "slow", source="rate-limit", reason="RateLimitExceeded")
    assert (error.status, error.message, str(error)) == (429, "slow", "slow")
    assert (error.fault, error.headers, error.where) == (Fault.CALLER, (), None)


def test_each_fault_has_a_name_of_its_own() -> None:
    assert {fault.value for fault in Fault} == {"caller", "operator", "upstream", "gateway"}


def test_last_error_and_place_may_know_little() -> None:
    error = LastError(source="s", reason="r", message="m")
    assert (error.scope, error.section, error.path, error.policy_id) == ("", "", "", None)
    assert Where() == Where(scope="", section="", path="", policy_id=None, file="", line=0)
