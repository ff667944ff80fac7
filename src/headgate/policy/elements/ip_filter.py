"""`ip-filter` (apim.md 9.2)."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

from headgate.csharp.errors import DotNetError
from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.constraints import at_least_one
from headgate.policy.fields import attr, children, computed
from headgate.policy.schema import Element, ElementError, Part
from headgate.policy.value import Value

Span = tuple[int, int, int]
"""IP version, first and last address as numbers."""


class AddressRange(Part, name="address-range"):
    """Addresses from one to another, both included."""

    first: Value[str] = attr("First address.", name="from", example="192.0.2.0")
    last: Value[str] = attr("Last address.", name="to", example="192.0.2.255")


class IpFilter(Element, name="ip-filter", sections=("inbound",)):
    """Let only some addresses call, or forbid them; others get 403.

    The caller's address is that of the connection; X-Forwarded-For, which anybody can write, is
    not looked at. An `address` may also be a network such as `192.0.2.0/24`, which is an addition
    of Headgate.
    """

    constraints = (at_least_one("addresses", "ranges"),)

    example = (
        '<ip-filter action="allow">\n'
        "    <address>192.0.2.7</address>\n"
        '    <address-range from="198.51.100.0" to="198.51.100.255" />\n'
        "</ip-filter>"
    )

    action: Value[Literal["allow", "forbid"]] = attr(
        "What happens to the addresses that are named.", example="allow", any_case=True
    )
    addresses: tuple[Value[str], ...] = children("One address, or a network.", name="address")
    ranges: tuple[AddressRange, ...] = children("A range of addresses.", name="address-range")

    fixed: tuple[Span, ...] = computed()
    """What is the same for every call."""
    varying: tuple[tuple[Value[str], Value[str]], ...] = computed()
    """First and last address of what is not."""

    def prepare(self) -> None:
        """Parse literals once. Raises ElementError for what is no address."""
        ends = [(address, address) for address in self.addresses]
        ends += [(item.first, item.last) for item in self.ranges]
        fixed: list[Span] = []
        varying: list[tuple[Value[str], Value[str]]] = []
        for first, last in ends:
            if first.literal is None or last.literal is None:
                varying.append((first, last))
                continue
            try:
                fixed.append(span(first.literal, last.literal))
            except DotNetError as error:
                raise ElementError(error.message) from error
        self.fixed, self.varying = tuple(fixed), tuple(varying)

    def apply(self, context: Context) -> None:
        """Check the caller's address. Raises CallError 403, DotNetError."""
        text = context.request.ip_address
        try:
            address = _address(text)
        except ValueError as error:
            message = "Failed to establish IP address for the caller. Access denied."
            raise _refusal("FailedToParseCallerIP", message) from error
        caller = (address.version, int(address))
        named = any(_holds(one, caller) for one in self.fixed) or any(
            _holds(span(first.of(context), last.of(context)), caller)
            for first, last in self.varying
        )
        if self.action.of(context) == "allow":
            if not named:
                message = f"Caller IP address {text} is not allowed. Access denied."
                raise _refusal("CallerIpNotAllowed", message)
        elif named:
            raise _refusal("CallerIpBlocked", "Caller IP address is blocked. Access denied.")


def _holds(one: Span, caller: tuple[int, int]) -> bool:
    return one[0] == caller[0] and one[1] <= caller[1] <= one[2]


def _refusal(reason: str, message: str) -> CallError:
    return CallError(403, message, source="ip-filter", reason=reason)


@lru_cache(maxsize=1024)
def _address(text: str) -> IPv4Address | IPv6Address:
    """Return an address; an IPv4 one in the clothes of IPv6 is IPv4. Raises ValueError."""
    address = ip_address(text.strip())
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def network(text: str) -> Span:
    """Return what an address or a network stands for. Raises DotNetError."""
    try:
        if "/" not in text:
            address = _address(text)
            return address.version, int(address), int(address)
        found = ip_network(text.strip())
    except ValueError as error:
        message = f"'{text}' is not an IP address."
        raise DotNetError("System.FormatException", message) from error
    return found.version, int(found.network_address), int(found.broadcast_address)


def span(first: str, last: str) -> Span:
    """Return what stands from one address, or network, to another. Raises DotNetError."""
    version, begin, _ = network(first)
    other, _, end = network(last)
    if version != other or end < begin:
        message = f"'{first}' to '{last}' is not a range of IP addresses."
        raise DotNetError("System.FormatException", message)
    return version, begin, end
