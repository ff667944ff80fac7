from __future__ import annotations

import pytest

from headgate.model.errors import CallError
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

NAMED = (
    "<address>192.0.2.7</address><address>2001:db8::7</address><address>203.0.113.0/30</address>"
    '<address-range from="198.51.100.10" to="198.51.100.20" />'
    '<address-range from="2001:db8:1::" to="2001:db8:1::ff" />'
)
INSIDE = [
    "192.0.2.7",
    "2001:db8::7",
    "2001:0DB8:0:0::7",
    "203.0.113.0",
    "203.0.113.3",
    "198.51.100.10",
    "198.51.100.20",
    "2001:db8:1::ff",
    "::ffff:192.0.2.7",
]
OUTSIDE = [
    "192.0.2.6",
    "192.0.2.8",
    "2001:db8::8",
    "203.0.113.4",
    "198.51.100.9",
    "198.51.100.21",
    "2001:db8:1::100",
    "::c000:207",
]


def filtered(address: str, *, action: str, named: str = NAMED) -> CallError | None:
    """Return how a caller is refused, if it is."""
    context = make_context(headers={"X-Forwarded-For": "192.0.2.7"}, variables={"a": "192.0.2.9"})
    context.request.ip_address = address
    step = compile_element(f'<ip-filter action="{action}">{named}</ip-filter>')
    try:
        Playbook(step, context).run()
    except CallError as error:
        return error
    return None


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_are_named(address: str) -> None:
    assert filtered(address, action="allow") is None
    error = filtered(address, action="forbid")
    assert error is not None
    assert (error.status, error.source, error.reason) == (403, "ip-filter", "CallerIpBlocked")
    assert error.message == "Caller IP address is blocked. Access denied."


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_that_are_not_named_whatever_they_say_they_forward_for(address: str) -> None:
    assert filtered(address, action="Forbid") is None
    error = filtered(address, action="Allow")
    assert error is not None
    assert (error.status, error.reason) == (403, "CallerIpNotAllowed")
    assert error.message == f"Caller IP address {address} is not allowed. Access denied."


@pytest.mark.parametrize("action", ["allow", "forbid"])
def test_a_caller_without_an_address_is_refused(action: str) -> None:
    error = filtered("", action=action)
    assert error is not None
    assert (error.status, error.reason) == (403, "FailedToParseCallerIP")
    assert error.message == "Failed to establish IP address for the caller. Access denied."


def test_addresses_ranges_and_action_may_be_expressions() -> None:
    one = '<address>@((string)context.Variables["a"])</address>'
    span = '<address-range from="192.0.2.0" to="@((string)context.Variables["a"])" />'
    action = '@(true ? "allow" : "forbid")'
    for named in (one, span):
        assert filtered("192.0.2.9", action=action, named=named) is None
        assert filtered("192.0.2.10", action=action, named=named) is not None


@pytest.mark.parametrize("text", ["", "somewhere", "192.0.2.1/24"])
def test_an_expression_that_yields_no_address_is_an_error_of_the_document(text: str) -> None:
    named = f'<address>@("{text}" + "")</address>'
    error = filtered("192.0.2.7", action="allow", named=named)
    assert error is not None
    assert (error.status, error.reason) == (500, "ExpressionValueEvaluationFailure")


@pytest.mark.parametrize(
    ("named", "codes"),
    [
        ("", ["HG153"]),
        ("<address>192.0.2</address>", ["HG157"]),
        ("<address>192.0.2.1/24</address>", ["HG157"]),
        ("<address>192.0.2.0/24</address>", []),
        ('<address-range from="192.0.2.2" to="192.0.2.1" />', ["HG157"]),
        ('<address-range from="192.0.2.2" to="192.0.2.2" />', []),
        ('<address-range from="192.0.2.2" to="2001:db8::1" />', ["HG157"]),
    ],
)
def test_what_is_no_address_is_found_at_load(named: str, codes: list[str]) -> None:
    assert diagnose(f'<ip-filter action="allow">{named}</ip-filter>') == codes
