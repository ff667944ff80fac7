"""Makes the managed identities that `headgate.toml` declares (apim.md 6.7)."""

from __future__ import annotations

from pathlib import Path

import httpx2

from headgate.identity.token_sources import ClientCredentials, FileToken, StaticToken
from headgate.identity.tokens import Identity, ManagedIdentities, TokenSource
from headgate.model.clock import Clock
from headgate.settings.gateway import ManagedIdentity


def managed_identities(
    declared: tuple[ManagedIdentity, ...], *, folder: Path, clock: Clock, client: httpx2.AsyncClient
) -> ManagedIdentities:
    """Return the token sources; files stand relative to the service folder."""
    return ManagedIdentities(
        [
            Identity(
                resource=identity.resource,
                client_id=identity.client_id,
                source=_source(identity, folder=folder, clock=clock, client=client),
            )
            for identity in declared
        ],
        clock,
    )


def _source(
    identity: ManagedIdentity, *, folder: Path, clock: Clock, client: httpx2.AsyncClient
) -> TokenSource:
    if identity.token is not None:
        return StaticToken(identity.token)
    if identity.token_file is not None:
        return FileToken(folder / identity.token_file, clock)
    credentials = identity.client_credentials
    assert credentials is not None, "the folder loader asks for exactly one source"
    return ClientCredentials(
        client,
        clock,
        token_url=credentials.token_url,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        scope=credentials.scope,
    )
