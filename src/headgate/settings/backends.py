"""`backends/<id>/backendInformation.json` (apim.md 6.1)."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from headgate.model.entities import Authorization, Backend, BackendCredentials
from headgate.settings.binding import Properties
from headgate.settings.documents import Folder, Where
from headgate.settings.entries import Entry, entries
from headgate.settings.named_values import NamedValues
from headgate.settings.urls import service_url

Pairs = tuple[tuple[str, tuple[str, ...]], ...]


class AuthorizationProperties(Properties, frozen=True, kw_only=True):
    """A fixed Authorization header."""

    scheme: str
    parameter: str = ""


class CredentialsProperties(Properties, frozen=True, kw_only=True):
    """What is added to each request."""

    header: dict[str, list[str] | str] = msgspec.field(default_factory=dict)
    query: dict[str, list[str] | str] = msgspec.field(default_factory=dict)
    authorization: AuthorizationProperties | None = None


class TlsProperties(Properties, frozen=True, kw_only=True):
    """What is checked of the backend's certificate."""

    validate_certificate_chain: bool = True
    validate_certificate_name: bool = True


class BackendProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a backend."""

    harmless: ClassVar[frozenset[str]] = frozenset({"description", "resourceId", "azureRegion"})
    url: str = ""
    title: str = ""
    protocol: str = "http"
    type: str = "Single"
    credentials: CredentialsProperties | None = None
    tls: TlsProperties = TlsProperties()


def load_backends(folder: Folder, values: NamedValues) -> tuple[Backend, ...]:
    """Read all backends."""
    found = entries(folder, "backends", file="backendInformation.json", kind=BackendProperties)
    backends = [_backend(entry, values) for entry in found]
    return tuple(backend for backend in backends if backend is not None)


def _backend(entry: Entry[BackendProperties], values: NamedValues) -> Backend | None:
    properties = entry.properties
    for name, value, supported in (
        ("type", properties.type, "Single"),
        ("protocol", properties.protocol, "http"),
    ):
        if value.lower() != supported.lower():
            message = f"a backend of {name} {value!r} is not forwarded to"
            entry.complain("HG561", message, where=(name,), hint=f"supported: {supported}")
            return None
    url = service_url(entry, properties.url, where=("url",), values=values)
    credentials = _credentials(entry, values)
    if url is None or credentials is None:
        return None
    return Backend(
        id=entry.id,
        url=url,
        title=properties.title,
        credentials=credentials,
        validate_certificate_chain=properties.tls.validate_certificate_chain,
        validate_certificate_name=properties.tls.validate_certificate_name,
    )


def _credentials(entry: Entry[BackendProperties], values: NamedValues) -> BackendCredentials | None:
    """Return the credentials, None where one of them refers to a value that is not there."""
    given = entry.properties.credentials or CredentialsProperties()
    where: Where = ("credentials",)
    header = _pairs(entry, given.header, where=(*where, "header"), values=values)
    query = _pairs(entry, given.query, where=(*where, "query"), values=values)
    if header is None or query is None:
        return None
    if given.authorization is None:
        return BackendCredentials(header=header, query=query)
    place = (*where, "authorization", "parameter")
    parameter = values.fill(entry, given.authorization.parameter, where=place)
    if parameter is None:
        return None
    authorization = Authorization(scheme=given.authorization.scheme, parameter=parameter)
    return BackendCredentials(header=header, query=query, authorization=authorization)


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
