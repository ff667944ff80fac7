"""TLS on both sides of the data plane."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from headgate.model.entities import Backend
from tests.e2e.raw_peers import GET, OK, rig, run


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_tls(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_clients_may_connect_by_tls(authority: trustme.CA, tmp_path: Path) -> None:
    issued = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    context = ssl.create_default_context()
    authority.configure_trust(context)

    async def scenario() -> None:
        async with rig(certificate=(str(chain), str(key))) as gateway:
            client = await gateway.connect(tls=context)
            client.send(GET)
            upstream = await gateway.upstream.accept()
            await upstream.request()
            upstream.send(OK)
            assert (await client.answer()).body == b"ok"
            assert gateway.facts[0].context.request.original_url.scheme == "https"

    run(scenario())


@pytest.mark.parametrize(
    ("name", "trusted", "chain", "check_name", "works"),
    [
        ("127.0.0.1", True, True, True, True),
        ("127.0.0.1", False, True, True, False),
        ("127.0.0.1", False, False, True, True),
        ("elsewhere.test", True, True, True, False),
        ("elsewhere.test", True, True, False, True),
    ],
)
def test_upstream_certificates_are_checked(
    authority: trustme.CA,
    tmp_path: Path,
    *,
    name: str,
    trusted: bool,
    chain: bool,
    check_name: bool,
    works: bool,
) -> None:
    bundle = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(bundle)

    async def scenario() -> None:
        async with rig(
            upstream_tls=server_tls(authority, name),
            authorities=str(bundle) if trusted else None,
        ) as gateway:
            gateway.backend = Backend(
                id="b",
                url="https://127.0.0.1",
                validate_certificate_chain=chain,
                validate_certificate_name=check_name,
            )
            client = await gateway.connect()
            client.send(GET)
            if works:
                upstream = await gateway.upstream.accept()
                await upstream.request()
                upstream.send(OK)
            answer = await client.answer()
            assert answer.status == (200 if works else 502)
            assert answer.body.startswith(b"ok" if works else b"tls:")

    run(scenario())


def test_tls_towards_a_plain_port_fails_as_tls() -> None:
    async def scenario() -> None:
        async with rig() as gateway:
            gateway.scheme = "https"
            client = await gateway.connect()
            client.send(GET)
            upstream = await gateway.upstream.accept()
            upstream.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            answer = await client.answer()
            assert (answer.status, answer.body[:4]) == (502, b"tls:")

    run(scenario())
