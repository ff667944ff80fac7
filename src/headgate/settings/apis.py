"""`apis/<id>`: apiInformation.json, policy.xml, the specification and the operations."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

from headgate.model.entities import Api, DeclaredUsage, PolicySource
from headgate.routing.router import prefixes
from headgate.settings.binding import Properties
from headgate.settings.documents import Folder
from headgate.settings.entries import Entry, entries, places, read_entry
from headgate.settings.named_values import NamedValues
from headgate.settings.operations import load_operations
from headgate.settings.policies import load_policy
from headgate.settings.urls import service_url
from headgate.tokens.declared import DeclaredDialect, JsonPath, PathError, UsagePaths

INFORMATION = "apiInformation.json"
Scheme = Literal["Segment", "Query", "Header"]


class KeyNames(Properties, frozen=True, kw_only=True):
    """Where callers put the subscription key."""

    header: str = "Ocp-Apim-Subscription-Key"
    query: str = "subscription-key"


class VersionSetProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a version set."""

    harmless: ClassVar[frozenset[str]] = frozenset(
        {"displayName", "description", "versionHeaderName", "versionQueryName", "id", "name"}
    )
    versioning_scheme: Scheme


class UsagePathProperties(Properties, frozen=True, kw_only=True):
    """Where answers report usage: dotted paths such as `usage.tokens.in`."""

    input: str | None = None
    output: str | None = None
    total: str | None = None
    cached: str | None = None
    model: str | None = None


class ApiProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of an API."""

    harmless: ClassVar[frozenset[str]] = frozenset(
        {
            "apiRevisionDescription",
            "apiVersionDescription",
            "contact",
            "description",
            "isOnline",
            "license",
            "provisioningState",
            "sourceApiId",
            "termsOfServiceUrl",
        }
    )
    display_name: str = ""
    path: str
    service_url: str | None = None
    protocols: tuple[Literal["https", "http", "ws", "wss"], ...] = ("https", "http")
    subscription_required: bool = True
    subscription_key_parameter_names: KeyNames = KeyNames()
    accept_bearer_key: bool = False
    api_revision: str = "1"
    api_version: str | None = None
    api_version_set: VersionSetProperties | None = None
    api_version_set_id: str | None = None
    is_current: bool = True
    type: Literal["http"] = "http"
    authentication_settings: dict[str, Any] | None = None
    usage_paths: UsagePathProperties | None = None


class Apis(msgspec.Struct):
    """The sound APIs, the ids of all, and the policies; of operations by (API id, operation id)."""

    apis: list[Api] = msgspec.field(default_factory=list)
    ids: list[str] = msgspec.field(default_factory=list)
    policies: dict[str, PolicySource] = msgspec.field(default_factory=dict)
    operation_policies: dict[tuple[str, str], PolicySource] = msgspec.field(default_factory=dict)


def load_apis(folder: Folder, values: NamedValues) -> Apis:
    """Read all APIs."""
    schemes = _version_schemes(folder)
    loaded = Apis()
    taken: dict[str, str] = {}
    for path in places(folder, "apis", file=INFORMATION):
        loaded.ids.append(path.name)
        before = len(folder.diagnostics)
        operations = load_operations(folder, path)
        sound = len(folder.diagnostics) == before
        source = load_policy(folder, path)
        if source is not None:
            loaded.policies[path.name] = source
        for operation_id, text in operations.policies.items():
            loaded.operation_policies[path.name, operation_id] = text
        entry = read_entry(folder, path, file=INFORMATION, kind=ApiProperties)
        api = _api(entry, values, schemes=schemes) if entry is not None else None
        if entry is None or api is None:
            continue
        if sound and not operations.operations:
            message = "no operations: every call answers 404"
            hint = "add specification.yaml, or an operation with urlTemplate /*"
            entry.complain("HG527", message, hint=hint, severity="warning")
        _check_routes(entry, api, taken=taken)
        loaded.apis.append(msgspec.structs.replace(api, operations=operations.operations))
    return loaded


def _version_schemes(folder: Folder) -> dict[str, Scheme]:
    """Return how the versions of each version set are told apart, by its id in lower case."""
    file = "versionSetInformation.json"
    names = ("version sets", "versionSets", "apiVersionSets")
    found = entries(folder, *names, file=file, kind=VersionSetProperties)
    return {entry.id.lower(): entry.properties.versioning_scheme for entry in found}


def _api(
    entry: Entry[ApiProperties], values: NamedValues, *, schemes: dict[str, Scheme]
) -> Api | None:
    properties = entry.properties
    url = properties.service_url
    if url:
        url = service_url(entry, url, where=("serviceUrl",), values=values)
        if url is None:
            return None
    settings = properties.authentication_settings or {}
    if any(settings.values()):
        message = "authenticationSettings has no effect"
        hint = "use validate-jwt or validate-azure-ad-token in a policy"
        where = ("authenticationSettings",)
        entry.complain("HG510", message, where=where, hint=hint, severity="warning")
    return Api(
        id=entry.id,
        name=properties.display_name or entry.id,
        path=properties.path.strip("/"),
        service_url=url or None,
        protocols=properties.protocols,
        subscription_required=properties.subscription_required,
        key_header=properties.subscription_key_parameter_names.header,
        key_query=properties.subscription_key_parameter_names.query,
        accept_bearer_key=properties.accept_bearer_key,
        revision=properties.api_revision,
        version=properties.api_version or None,
        version_in_path=_scheme(entry, schemes) == "Segment",
        is_current=properties.is_current,
        usage_paths=_usage_paths(entry),
    )


def _usage_paths(entry: Entry[ApiProperties]) -> DeclaredUsage | None:
    """Return the checked paths; what is wrong with them is reported."""
    given = entry.properties.usage_paths
    if given is None:
        return None
    declared = DeclaredUsage(**msgspec.structs.asdict(given))
    hint = "dotted members, and indexes of lists, such as usage.input or choices.0.tokens"
    sound = True
    for name, text in msgspec.structs.asdict(declared).items():
        try:
            if text is not None:
                JsonPath(text)
        except PathError as error:
            entry.complain("HG511", str(error), where=("usagePaths", name), hint=hint)
            sound = False
    if declared.input is declared.output is declared.total is None:
        message = "usagePaths leads to no usage"
        hint = "declare at least one of input, output and total"
        entry.complain("HG512", message, where=("usagePaths",), hint=hint)
        sound = False
    return declared if sound else None


def declared_dialect(name: str, declared: DeclaredUsage) -> DeclaredDialect:
    """Return how to read the usage of an API that says so itself. Raises PathError."""
    texts = msgspec.structs.asdict(declared)
    paths = {key: JsonPath(text) for key, text in texts.items() if text is not None}
    return DeclaredDialect(name, UsagePaths(**paths))


def _scheme(entry: Entry[ApiProperties], schemes: dict[str, Scheme]) -> Scheme | None:
    """Return how the API's version is told; a version that nothing is told by gets a warning."""
    properties = entry.properties
    if not properties.api_version:
        return None
    if properties.api_version_set is not None:
        scheme: Scheme | None = properties.api_version_set.versioning_scheme
    else:
        set_id = (properties.api_version_set_id or "").rstrip("/").rpartition("/")[2]
        scheme = schemes.get(set_id.lower())
    if scheme != "Segment":
        told = f"by {scheme.lower()}" if scheme else "in no version set of the folder"
        message = f"the version {properties.api_version!r} is told {told}: all calls come here"
        hint = "only the versioning scheme Segment chooses between APIs"
        where = ("apiVersion",)
        entry.complain("HG510", message, where=where, hint=hint, severity="warning")
    return scheme


def _check_routes(entry: Entry[ApiProperties], api: Api, *, taken: dict[str, str]) -> None:
    for prefix in prefixes(api):
        other = taken.setdefault(prefix, api.id)
        if other != api.id:
            message = f"the API {other!r} answers at /{prefix} too"
            entry.complain("HG521", message, where=("path",), hint="give one another path")
            return
