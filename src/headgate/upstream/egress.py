"""Where the gateway may connect to (design: security, egress).

Checked on the resolved address of every new connection. Link-local addresses, where clouds keep
their metadata services, are never reached, and neither is the gateway's own management port. What
the operator named in the folder, a service URL or a backend, is; other names, which come from
expressions, reach loopback and private ranges only where `[egress] allow` has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

METADATA = tuple(
    ip_network(network)
    for network in (
        "169.254.0.0/16",
        "fe80::/10",
        "fd00:ec2::254/128",
        "fd20:ce::254/128",
        "100.100.100.200/32",
        "168.63.129.16/32",
    )
)
"""Link-local ranges, and the metadata services that stand elsewhere: those of AWS, Google Cloud,
Alibaba Cloud and the host agent of Azure."""

CARRIERS = tuple(
    (ip_network(network), shift)
    for network, shift in (
        ("::ffff:0:0/96", 0),
        ("::/96", 0),
        ("64:ff9b::/96", 0),
        ("64:ff9b:1::/48", 0),
        ("2002::/16", 80),
    )
)
"""IPv6 ranges whose addresses stand for one of IPv4, and by how many bits it is shifted in them:
mapped and compatible addresses (RFC 4291, 2.5.5), NAT64 (RFC 6052, RFC 8215) and 6to4 (RFC 3056).
"""

Origin = tuple[str, int]
"""Host as written and port."""


def destination(address: str) -> IPv4Address | IPv6Address:
    """Return where packets to an address end: of an IPv6 address that stands for one of IPv4, that.

    Raises ValueError for what is no address.
    """
    where = ip_address(address.partition("%")[0])
    # `::` and `::1` look compatible with IPv4 and are not.
    if isinstance(where, IPv6Address) and not (where.is_loopback or where.is_unspecified):
        for network, shift in CARRIERS:
            if where in network:
                return IPv4Address(int(where) >> shift & 0xFFFFFFFF)
    return where


class Egress:
    """The guard of one process; a reload configures it anew."""

    def __init__(self) -> None:
        self._own: set[int] = set()
        self.configure(allow=(), deny=(), named=())

    def configure(
        self, *, allow: Iterable[str], deny: Iterable[str], named: Iterable[Origin]
    ) -> None:
        """Take over `[egress]` and the origins that the folder names."""
        self._allow = tuple(ip_network(network) for network in allow)
        self._deny = tuple(ip_network(network) for network in deny)
        self._named = frozenset(named)

    def deny_own(self, port: int) -> None:
        """Deny a port of this gateway on loopback."""
        self._own.add(port)

    def refusal(self, host: str, address: str, *, port: int) -> str | None:
        """Return why `address`, which `host` resolved to, is out of bounds; None if it is not."""
        where = destination(address)
        if any(where in network for network in METADATA):
            return "link-local and metadata addresses are never reached"
        if port in self._own and (where.is_loopback or where.is_unspecified):
            return "this is the gateway's own management port"
        if any(where in network for network in self._deny):
            return "[egress] deny has this address"
        if (host, port) in self._named or self._is_public(where):
            return None
        if any(where in network for network in self._allow):
            return None
        return "loopback and private addresses need [egress] allow, or a backend that names them"

    @staticmethod
    def _is_public(where: IPv4Address | IPv6Address) -> bool:
        return where.is_global and not (
            where.is_multicast or (where.version == 6 and where.is_site_local)
        )
