"""`headgate.toml`: how the gateway itself behaves.

Everything has a default and unknown keys are errors. Sizes are bytes and durations seconds. The
fields of `Bounds` and `Timeouts` have the names of those in `upstream`, which composition fills.
Secrets are written as `{{named-value}}`, as everywhere in a service folder.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from headgate.limits.operations import AdmissionMode
from headgate.model.entities import Deployment
from headgate.settings.binding import Settings
from headgate.settings.documents import Document, Folder
from headgate.settings.entries import Entry, bind_entry
from headgate.settings.loggers import LoggerSettings, filled_loggers
from headgate.settings.models import ModelSettings, check_models
from headgate.settings.named_values import REFERENCE, NamedValues

PASSWORD = re.compile(r"://[^/@]*:(?!\{\{)[^/@]+@")
"""A password in a URL that is no named value."""

DATABASES = ("sqlite", "postgresql", "postgres")
"""Kinds of databases that usage records can be kept in, as their URLs begin."""

KIB = 1024
MIB = 1024 * KIB

Count = Annotated[int, Meta(ge=1)]
Size = Annotated[int, Meta(ge=1024)]
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Port = Annotated[int, Meta(ge=0, le=65_535)]


class Listen(Settings, frozen=True, kw_only=True):
    """`[listen]` and `[management]`: where a server listens; port 0 takes any free one."""

    host: str = "127.0.0.1"
    port: Port = 8080


class Bounds(Settings, frozen=True, kw_only=True):
    """`[bounds]`: how much a peer may send and hold (docs/service-folder.md)."""

    head: Size = 64 * KIB
    headers: Count = 128
    window: Size = 64 * KIB
    body_buffered: Size = 32 * MIB
    body_streamed: Size = 1024 * MIB
    body_dropped: Size = 256 * KIB
    buffered_total: Size = 512 * MIB
    pipelined: Count = 16
    connections: Count = 10_000
    idle_per_origin: Count = 256
    redirects: Count = 5


class Timeouts(Settings, frozen=True, kw_only=True):
    """`[timeouts]`: how long a peer may take (docs/service-folder.md)."""

    head: Seconds = 15.0
    body: Seconds = 60.0
    idle: Seconds = 75.0
    stalled: Seconds = 60.0
    linger: Seconds = 2.0
    connect: Seconds = 10.0
    tls_handshake: Seconds = 10.0
    answer_gap: Seconds = 300.0
    call: Seconds = 3600.0
    upstream_idle: Seconds = 50.0
    stale: Seconds = 2.0
    sleep: Seconds = 60.0
    drain: Seconds = 30.0
    """How long a stopping gateway waits for its calls."""


class Egress(Settings, frozen=True, kw_only=True):
    """`[egress]`: where policies may send requests that no backend or API of the folder names.

    Metadata and link-local addresses are never reached. Loopback and private ranges are only
    where `allow` has them; `deny` goes before it. Both hold networks such as `10.0.0.0/8`.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


class ClientCredentials(Settings, frozen=True, kw_only=True):
    """The OAuth 2.0 client credentials grant (RFC 6749, 4.4)."""

    token_url: str
    client_id: str
    client_secret: str
    scope: str | None = None
    """What to ask for; `RESOURCE/.default` where it is left out."""


class ManagedIdentity(Settings, frozen=True, kw_only=True):
    """`[[managed-identity]]`: where tokens for a resource come from; one of the three sources."""

    resource: str = "*"
    """What the policy asks for; `*` is any that no other entry names."""
    client_id: str | None = None
    """The user-assigned identity that the policy names; left out: any."""
    token: str | None = None
    token_file: str | None = None
    client_credentials: ClientCredentials | None = None


class UsageSettings(Settings, frozen=True, kw_only=True):
    """`[usage]`: what is kept of finished calls (docs/usage.md)."""

    records: bool = True
    database: Annotated[str, Meta(min_length=1)] | None = None
    """A file or URL; None: a file among the gateway's state."""
    retention_days: Count | None = None
    """After which records are deleted; None: never."""


class DeploymentSettings(Settings, frozen=True, kw_only=True):
    """`[deployment]`: what `context.Deployment` says."""

    service_name: str = "headgate"
    service_id: str = "headgate"
    region: str = "local"
    gateway_id: str = "managed"


class GatewaySettings(Settings, frozen=True, kw_only=True):
    """All of headgate.toml."""

    lenient = True

    admission: AdmissionMode = "bounded"
    """When a token limit admits a call: as Azure does, or with room held for its answer."""
    overrun: Literal["grace", "cut"] = "grace"
    """What happens to a stream that outgrows what was held for it."""
    throttling: Literal["sliding-window", "token-bucket"] = "sliding-window"
    """How rates are counted; quotas are not concerned."""
    strict_max_completion: Count = 4096
    """The cap that `strict` sets at most where the caller names none."""
    image_tokens: Literal["apim", "accurate"] = "apim"
    """How images are estimated: 1,200 tokens each as Azure does, or by the rules of the model."""
    currency: Annotated[str, Meta(min_length=1, max_length=8)] = "USD"
    """What prices are in."""
    models: tuple[ModelSettings, ...] = ()
    usage: UsageSettings = UsageSettings()
    ask_for_usage: bool = True
    """Whether streams are asked to tell their usage; the caller does not see it."""
    hold_lifetime: Seconds = 900.0
    """After which a reservation that nobody settled settles itself."""
    tracing: bool = False
    """Whether calls may be traced by those whose subscription allows it."""
    listen: Listen = Listen()
    management: Listen = Listen(port=8081)
    bounds: Bounds = Bounds()
    timeouts: Timeouts = Timeouts()
    egress: Egress = Egress()
    managed_identity: tuple[ManagedIdentity, ...] = ()
    loggers: tuple[LoggerSettings, ...] = ()
    deployment: DeploymentSettings = DeploymentSettings()


def load_gateway_settings(folder: Folder, values: NamedValues) -> GatewaySettings:
    """Read headgate.toml; the defaults where there is none, or where it is broken."""
    document = folder.toml(folder.root / "headgate.toml")
    entry = _entry(folder, document) if document is not None else None
    if entry is None:
        return GatewaySettings()
    settings = entry.properties
    _check_networks(entry)
    check_models(entry, settings.models)
    identities = [
        _identity(entry, identity, index=index, values=values)
        for index, identity in enumerate(settings.managed_identity)
    ]
    return msgspec.structs.replace(
        settings,
        managed_identity=tuple(identities),
        usage=_usage(entry, settings.usage, values=values),
        loggers=filled_loggers(entry, settings.loggers, values=values),
    )


def deployment(settings: GatewaySettings) -> Deployment:
    """Return what `context.Deployment` says; the instance's id is the process's to give."""
    return Deployment(**msgspec.structs.asdict(settings.deployment))


def _entry(folder: Folder, document: Document) -> Entry[GatewaySettings] | None:
    return bind_entry(folder, folder.root, document=document, kind=GatewaySettings)


def _check_networks(entry: Entry[GatewaySettings]) -> None:
    egress = entry.properties.egress
    for name, networks in (("allow", egress.allow), ("deny", egress.deny)):
        for index, network in enumerate(networks):
            try:
                ip_network(network)
            except ValueError:
                message = f"egress.{name}[{index}]: {network!r} is not a network"
                hint = "for instance 10.0.0.0/8, or ::1/128"
                entry.complain("HG511", message, where=("egress", name, index), hint=hint)


def _usage(
    entry: Entry[GatewaySettings], usage: UsageSettings, *, values: NamedValues
) -> UsageSettings:
    """Return where records are kept with its named values; problems are reported."""
    if usage.database is None:
        return usage
    where = ("usage", "database")
    database = values.fill(entry, usage.database, where=where)
    if PASSWORD.search(usage.database):
        message = "the database URL holds a password as plain text"
        hint = 'write "{{named-value}}" in its place, with valueFrom in the named value'
        entry.complain("HG542", message, where=where, hint=hint, severity="warning")
    scheme, found, rest = (database or "").partition("://")
    kind = scheme.partition("+")[0]
    if found and (kind not in DATABASES or (kind == "sqlite" and not rest.strip("/"))):
        message = f"usage.database: no database of kind {kind!r} is known"
        if kind == "sqlite":
            message = "usage.database: the URL names no file"
        hint = "a file, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
        entry.complain("HG511", message, where=where, hint=hint)
    return msgspec.structs.replace(usage, database=database)


def _identity(
    entry: Entry[GatewaySettings], identity: ManagedIdentity, *, index: int, values: NamedValues
) -> ManagedIdentity:
    """Return a token source with its named values; problems are reported."""
    where = ("managed-identity", index)
    credentials = identity.client_credentials
    given = (identity.token, identity.token_file, credentials)
    if sum(source is not None for source in given) != 1:
        message = "a managed identity needs one of token, token-file and client-credentials"
        entry.complain("HG512", message, where=where)
    changes: dict[str, Any] = {}
    if identity.token is not None:
        changes["token"] = _secret(entry, identity.token, where=(*where, "token"), values=values)
    if credentials is not None:
        place = (*where, "client-credentials", "client-secret")
        secret = _secret(entry, credentials.client_secret, where=place, values=values)
        changes["client_credentials"] = msgspec.structs.replace(credentials, client_secret=secret)
        if not credentials.token_url.startswith(("https://", "http://")):
            message = f"{credentials.token_url!r} is not an absolute http or https URL"
            place = (*where, "client-credentials", "token-url")
            entry.complain("HG560", message, where=place)
    return msgspec.structs.replace(identity, **changes)


def _secret(
    entry: Entry[GatewaySettings], text: str, *, where: tuple[str | int, ...], values: NamedValues
) -> str:
    if REFERENCE.search(text) is None:
        message = f"{where[-1]} stands here as plain text"
        hint = 'write "{{named-value}}", with valueFrom in the named value'
        entry.complain("HG542", message, where=where, hint=hint, severity="warning")
    return values.fill(entry, text, where=where) or ""
