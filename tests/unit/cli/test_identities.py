from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2

from headgate.cli.identities import managed_identities
from headgate.policy.effects import TokenFailed
from headgate.settings.gateway import ClientCredentials, ManagedIdentity
from headgate.testing.virtual_clock import VirtualClock


def fetched(tmp_path: Path, identity: ManagedIdentity, resource: str) -> str | TokenFailed:
    def issuer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"access_token": "granted", "expires_in": 60})

    async def scenario() -> str | TokenFailed:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(issuer)) as client:
            identities = managed_identities(
                (identity,), folder=tmp_path, clock=VirtualClock(), client=client
            )
            return await identities.fetch(resource, None)

    return asyncio.run(scenario())


def test_a_fixed_token_serves_its_resource_only(tmp_path: Path) -> None:
    identity = ManagedIdentity(resource="https://a", token="fixed")
    assert fetched(tmp_path, identity, "https://a") == "fixed"
    assert isinstance(fetched(tmp_path, identity, "https://b"), TokenFailed)


def test_a_token_file_stands_relative_to_the_folder(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    assert fetched(tmp_path, ManagedIdentity(token_file="token"), "https://any") == "from-file"


def test_client_credentials_ask_the_issuer(tmp_path: Path) -> None:
    credentials = ClientCredentials(
        token_url="https://issuer/token", client_id="me", client_secret="secret"
    )
    identity = ManagedIdentity(client_credentials=credentials)
    assert fetched(tmp_path, identity, "https://any") == "granted"
