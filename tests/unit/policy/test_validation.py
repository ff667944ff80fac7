from __future__ import annotations

import pytest

from headgate.csharp.values import to_text
from headgate.model.errors import CallError
from headgate.policy.schema import Site
from headgate.policy.validation import HIDDEN, PROBLEMS_MAX, Action, Problem, Validation, no_schema
from headgate.testing.playbook import make_context

PROBLEM = Problem(
    name="n", type="StatusCode", rule="Unspecified", details="Secret.", public="Told."
)


def concluded(action: Action, section: str = "inbound") -> tuple[str | None, CallError | None]:
    context = make_context()
    validation = Validation(Site(name="validate-x", section=section), "errors")
    validation.add(PROBLEM, action)
    error = None
    try:
        validation.conclude(context)
    except CallError as raised:
        error = raised
    found = context.variables.get("errors")
    return None if found is None else "".join(to_text(found).split()), error


def test_what_is_ignored_leaves_no_trace() -> None:
    assert concluded("ignore") == (None, None)


def test_what_is_detected_is_logged() -> None:
    logged = '[{"Name":"n","Type":"StatusCode","ValidationRule":"Unspecified",'
    assert concluded("detect") == (logged + '"Details":"Secret.","Action":"detect"}]', None)


@pytest.mark.parametrize(
    ("section", "status", "message", "reason"),
    [
        ("inbound", 400, "Told.", "Bad request"),
        ("outbound", 502, HIDDEN, "Response not allowed"),
        ("on-error", 502, HIDDEN, "Response not allowed"),
    ],
)
def test_what_is_prevented_ends_the_call(
    section: str, status: int, message: str, reason: str
) -> None:
    logged, error = concluded("prevent", section)
    assert logged is not None
    assert error is not None
    assert (error.status, error.message, error.detail) == (status, message, "Secret.")
    assert (error.source, error.reason) == ("validate-x", reason)


def test_errors_are_bounded_and_a_variable_is_not_needed() -> None:
    validation = Validation(Site(name="v", section="inbound"), None)
    for _ in range(PROBLEMS_MAX + 1):
        validation.add(no_schema(), "detect")
    assert len(validation.found) == PROBLEMS_MAX
    validation.conclude(make_context())
