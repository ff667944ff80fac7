"""System.Net.IPAddress."""

from __future__ import annotations

import ipaddress

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError, bad_format, null_argument
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject


class IPAddress(NetObject):
    """An IPv4 or IPv6 address."""

    __slots__ = ("address",)
    NET = Type("System.Net.IPAddress")

    def __init__(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        self.address = address

    def to_text(self) -> str:
        """Return the address as text."""
        return str(self.address)

    def net_equals(self, other: object) -> bool:
        """Compare the addresses."""
        return isinstance(other, IPAddress) and self.address == other.address


LONGEST = 100
"""Characters that an address may have, scope and brackets included."""

TYPE = DotNetType("System.Net.IPAddress", python=IPAddress)


@TYPE.static("IPAddress! Parse(string ipString)")
def parse(text: str | None) -> IPAddress:
    """Return the address in a text. Raises FormatException."""
    if text is None:
        raise null_argument("ipString")
    if len(text) > LONGEST:
        raise bad_format("An invalid IP address was specified.")
    try:
        return IPAddress(ipaddress.ip_address(text.strip("[]")))
    except ValueError as error:
        raise bad_format("An invalid IP address was specified.") from error


@TYPE.static("bool TryParse(string ipString, out IPAddress address)")
def try_parse(text: str | None) -> tuple[bool, IPAddress | None]:
    """Return whether the text is an address, and the address."""
    try:
        return True, parse(text)
    except DotNetError:
        return False, None


TYPE.method("byte[]! GetAddressBytes()")(lambda value: bytearray(value.address.packed))
