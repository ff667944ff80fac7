"""`backends/<id>/backendInformation.json` (apim.md 6.1): services, and pools of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from headgate.model.entities import (
    Authorization,
    Backend,
    BackendCredentials,
    ManagedIdentity,
)
from headgate.settings.binding import Properties
from headgate.settings.breakers import CircuitBreakerProperties, circuit_breaker
from headgate.settings.documents import Folder, Where
from headgate.settings.entries import Entry, entries
from headgate.settings.named_values import NamedValues
from headgate.settings.pools import PoolProperties, backend_pool
from headgate.settings.urls import service_url

Pairs = tuple[tuple[str, tuple[str, ...]], ...]


class AuthorizationProperties(Properties, frozen=True, kw_only=True):
    """A fixed Authorization header."""

    scheme: str
    parameter: str = ""


class IdentityProperties(Properties, frozen=True, kw_only=True):
    """An identity of the gateway whose access token is sent."""

    resource: str
    client_id: str | None = None


class CredentialsProperties(Properties, frozen=True, kw_only=True):
    """What is added to each request."""

    header: dict[str, list[str] | str] = msgspec.field(default_factory=dict)
    query: dict[str, list[str] | str] = msgspec.field(default_factory=dict)
    authorization: AuthorizationProperties | None = None
    managed_identity: IdentityProperties | None = None


class TlsProperties(Properties, frozen=True, kw_only=True):
    """What is checked of the backend's certificate."""

    validate_certificate_chain: bool = True
    validate_certificate_name: bool = True


class BackendProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a backend."""

    harmless: ClassVar[frozenset[str]] = frozenset({"description", "resourceId"})
    url: str = ""
    title: str = ""
    protocol: str = "http"
    type: str = "Single"
    credentials: CredentialsProperties | None = None
    azure_region: str | None = None
    tls: TlsProperties = TlsProperties()
    circuit_breaker: CircuitBreakerProperties | None = None
    pool: PoolProperties | None = None


def load_backends(folder: Folder, values: NamedValues) -> tuple[Backend, ...]:
    """Read all backends."""
    found = list(
        entries(folder, "backends", file="backendInformation.json", kind=BackendProperties)
    )
    kinds = {entry.id.lower(): entry.properties.type.lower() for entry in found}
    backends = [_backend(entry, values, kinds=kinds) for entry in found]
    return tuple(backend for backend in backends if backend is not None)


def _backend(
    entry: Entry[BackendProperties], values: NamedValues, *, kinds: Mapping[str, str]
) -> Backend | None:
    properties = entry.properties
    for name, value, supported in (
        ("type", properties.type, ("Single", "Pool")),
        ("protocol", properties.protocol, ("http",)),
    ):
        if value.lower() not in map(str.lower, supported):
            message = f"a backend of {name} {value!r} is not forwarded to"
            hint = f"supported: {', '.join(supported)}"
            entry.complain("HG561", message, where=(name,), hint=hint)
            return None
    if properties.type.lower() == "pool":
        return _pool(entry, kinds)
    url = service_url(entry, properties.url, where=("url",), values=values)
    credentials = _credentials(entry, values)
    breaker = circuit_breaker(entry, properties.circuit_breaker)
    if properties.pool is not None:
        _warn(entry, "pool", kind="a backend of the type Single")
    if url is None or credentials is None:
        return None
    return Backend(
        id=entry.id,
        url=url,
        title=properties.title,
        region=properties.azure_region,
        credentials=credentials,
        validate_certificate_chain=properties.tls.validate_certificate_chain,
        validate_certificate_name=properties.tls.validate_certificate_name,
        breaker=breaker,
    )


def _pool(entry: Entry[BackendProperties], kinds: Mapping[str, str]) -> Backend | None:
    """Return a pool; its URL, which older versions of Azure's API wanted, says nothing."""
    properties = entry.properties
    for name, given in (
        ("credentials", properties.credentials),
        ("circuitBreaker", properties.circuit_breaker),
    ):
        if given is not None and given != type(given)():
            _warn(entry, name, kind="a pool: its members have their own")
    pool = backend_pool(entry, properties.pool, kinds=kinds)
    if pool is None:
        return None
    return Backend(id=entry.id, title=properties.title, region=properties.azure_region, pool=pool)


def _warn(entry: Entry[BackendProperties], name: str, *, kind: str) -> None:
    message = f"{name} has no effect on {kind}"
    entry.complain("HG510", message, where=(name,), severity="warning")


def _credentials(entry: Entry[BackendProperties], values: NamedValues) -> BackendCredentials | None:
    """Return the credentials, None where one of them refers to a value that is not there."""
    given = entry.properties.credentials or CredentialsProperties()
    where: Where = ("credentials",)
    header = _pairs(entry, given.header, where=(*where, "header"), values=values)
    query = _pairs(entry, given.query, where=(*where, "query"), values=values)
    if header is None or query is None:
        return None
    identity = None
    if given.managed_identity is not None:
        identity = ManagedIdentity(
            resource=given.managed_identity.resource, client_id=given.managed_identity.client_id
        )
    if given.authorization is None:
        return BackendCredentials(header=header, query=query, identity=identity)
    place = (*where, "authorization", "parameter")
    parameter = values.fill(entry, given.authorization.parameter, where=place)
    if parameter is None:
        return None
    authorization = Authorization(scheme=given.authorization.scheme, parameter=parameter)
    return BackendCredentials(
        header=header, query=query, authorization=authorization, identity=identity
    )


def _pairs(
    entry: Entry[BackendProperties],
    given: dict[str, list[str] | str],
    *,
    where: Where,
    values: NamedValues,
) -> Pairs | None:
    pairs = []
    sound = True
    for name, texts in given.items():
        listed = [texts] if isinstance(texts, str) else texts
        filled = [values.fill(entry, text, where=(*where, name)) for text in listed]
        sound = sound and None not in filled
        pairs.append((name, tuple(text for text in filled if text is not None)))
    return tuple(pairs) if sound else None
