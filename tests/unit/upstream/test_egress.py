from __future__ import annotations

from ipaddress import ip_address

import pytest

from headgate.upstream.egress import Egress

PUBLIC = "93.184.216.34"


def refusal(egress: Egress, address: str, *, host: str = "host", port: int = 80) -> str | None:
    return egress.refusal(host, address, port=port)


def configured(
    *, allow: tuple[str, ...] = (), deny: tuple[str, ...] = (), named: tuple[str, ...] = ()
) -> Egress:
    egress = Egress()
    egress.configure(allow=allow, deny=deny, named=[(name, 80) for name in named])
    return egress


def test_public_addresses_are_reached() -> None:
    assert refusal(Egress(), PUBLIC) is None
    assert refusal(Egress(), "2606:4700::1111") is None


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "168.63.129.16",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)
def test_metadata_is_never_reached_not_even_where_it_is_named(address: str) -> None:
    egress = configured(allow=("0.0.0.0/0", "::/0"), named=("host",))
    assert refusal(egress, address) is not None


@pytest.mark.parametrize(
    "address",
    ["::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::a00:1", "2002:a00:1::"],
)
def test_ipv6_addresses_that_stand_for_ipv4_are_judged_as_that(address: str) -> None:
    assert refusal(Egress(), address) is not None
    assert refusal(configured(allow=("10.0.0.0/8",)), address) is None
    assert refusal(configured(allow=("::/0",)), address) is not None
    assert refusal(Egress(), f"64:ff9b::{PUBLIC}") is None


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "::", "fd00::1", "fec0::1"]
)
def test_private_addresses_need_a_name_in_the_folder_or_leave(address: str) -> None:
    assert refusal(Egress(), address) is not None
    assert refusal(configured(named=("host",)), address) is None
    assert refusal(configured(named=("other",)), address) is not None
    network = f"{address}/128" if ":" in address else f"{address}/32"
    assert refusal(configured(allow=(network,)), address) is None


def test_the_port_counts_in_a_name() -> None:
    assert refusal(configured(named=("host",)), "127.0.0.1", port=81) is not None


def test_deny_goes_before_everything_that_allows() -> None:
    egress = configured(allow=("10.0.0.0/8",), deny=("10.0.0.0/8",), named=("host",))
    assert refusal(egress, "10.1.2.3") is not None
    assert refusal(configured(deny=(f"{PUBLIC}/32",)), PUBLIC) is not None


def test_the_gateways_own_management_port_is_never_reached() -> None:
    egress = configured(named=("host",))
    egress.deny_own(80)
    assert refusal(egress, "127.0.0.1") is not None
    assert refusal(egress, "::ffff:127.0.0.1") is not None
    assert refusal(egress, PUBLIC) is None


@pytest.mark.parametrize("address", ["100.100.100.200", "fd20:ce::254"])
def test_metadata_services_outside_link_local_are_single_addresses(address: str) -> None:
    everything = configured(allow=("0.0.0.0/0", "::/0"))
    assert refusal(everything, address) is not None
    assert refusal(everything, str(ip_address(address) + 1)) is None


def test_a_reload_forgets_what_was_named_and_keeps_the_own_port() -> None:
    egress = configured(named=("host",))
    egress.deny_own(80)
    assert refusal(egress, "10.0.0.1") is None
    egress.configure(allow=("127.0.0.0/8",), deny=(), named=())
    assert refusal(egress, "10.0.0.1") is not None
    assert refusal(egress, "127.0.0.1", port=81) is None
    assert refusal(egress, "127.0.0.1") is not None


@pytest.mark.parametrize("text", ["", "host", "300.0.0.1"])
def test_what_is_no_address_is_an_error_and_never_passes(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        refusal(Egress(), text)


@pytest.mark.parametrize("address", ["224.0.0.1", "239.1.1.1", "ff02::1", "ff0e::1"])
def test_groups_are_no_public_addresses(address: str) -> None:
    assert refusal(Egress(), address) is not None


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_the_unspecified_address_leads_to_the_own_port_too(address: str) -> None:
    egress = configured(allow=("0.0.0.0/0", "::/0"))
    assert refusal(egress, address) is None
    egress.deny_own(80)
    assert refusal(egress, address) is not None
    assert refusal(egress, address, port=81) is None
