"""A service folder, read as a whole: a service or the reasons why there is none, never both.

The layout is that of Azure's APIOps extractor (docs/service-folder.md).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import Service
from headgate.settings.apis import load_apis
from headgate.settings.backends import load_backends
from headgate.settings.documents import Folder, nearest
from headgate.settings.gateway import GatewaySettings, deployment, load_gateway_settings
from headgate.settings.named_values import load_named_values
from headgate.settings.policies import POLICY, load_fragments, load_policy
from headgate.settings.products import load_products
from headgate.settings.subscriptions import Referents, load_subscriptions
from headgate.settings.users import load_groups, load_users

READ = frozenset(
    {
        "apis",
        "apiVersionSets",
        "backends",
        "groups",
        "named values",
        "namedValues",
        "policy fragments",
        "policyFragments",
        "products",
        "subscriptions",
        "users",
        "version sets",
        "versionSets",
    }
)
"""Folders that are read."""

PASSED_OVER = frozenset(
    {
        "diagnostics",
        "documentations",
        "gateways",
        "loggers",
        "policyRestrictions",
        "schemas",
        "tags",
        "token pools",
    }
)
"""Folders of the extractors that say nothing about how calls are handled, and `token pools`."""


class LoadedFolder(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder gave. `service` is None as soon as one diagnostic is an error."""

    service: Service | None
    settings: GatewaySettings
    diagnostics: list[Diagnostic]
    watched: tuple[Path, ...]
    """Files and folders that were looked at: when one changes, read the folder again."""


def load_service(
    directory: Path,
    *,
    environment: Mapping[str, str] | None = None,
    named_values: Mapping[str, str] | None = None,
) -> LoadedFolder:
    """Read a service folder. Named values take from `environment`, the process's by default.

    Those in `named_values` have the value given there; where the folder has theirs is not read.
    Nothing is raised for what stands in the folder: all problems come back, in order of file.
    """
    folder = Folder(
        directory, os.environ if environment is None else environment, named_values=named_values
    )
    settings = GatewaySettings()
    service: Service | None = None
    if _is_service_folder(folder):
        service, settings = _load(folder)
    diagnostics = sorted(folder.diagnostics, key=lambda d: (d.file, d.line, d.column, d.code))
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        service = None
    return LoadedFolder(
        service=service,
        settings=settings,
        diagnostics=diagnostics,
        watched=tuple(sorted(folder.watched)),
    )


def _load(folder: Folder) -> tuple[Service, GatewaySettings]:
    values = load_named_values(folder)
    settings = load_gateway_settings(folder, values)
    apis = load_apis(folder, values)
    groups = load_groups(folder)
    products = load_products(folder, apis.ids, groups=groups)
    users = load_users(folder, groups)
    referents = Referents(apis.ids, products.ids, [user.id for user in users], values)
    service = Service(
        apis=tuple(apis.apis),
        products=tuple(products.products),
        users=users,
        subscriptions=load_subscriptions(folder, referents),
        backends=load_backends(folder, values),
        named_values=values.values,
        fragments=load_fragments(folder),
        global_policy=load_policy(folder, folder.root),
        product_policies=products.policies,
        api_policies=apis.policies,
        operation_policies=apis.operation_policies,
        deployment=deployment(settings),
    )
    return service, settings


def _is_service_folder(folder: Folder) -> bool:
    """Say whether there is a service to read; report what is not, and folders without meaning."""
    root = folder.root
    if not folder.has(root):
        folder.report("HG500", "there is no such folder", file=str(root))
        return False
    names = [path.name for path in folder.folders(root)]
    if folder.diagnostics:
        return False
    if not READ & set(names) and not folder.has(root / POLICY):
        hint = "a service folder holds apis/ID/apiInformation.json, see docs/service-folder.md"
        folder.report("HG500", "there is no service in this folder", file=str(root), hint=hint)
        return False
    for name in names:
        if name not in READ | PASSED_OVER:
            folder.report(
                "HG514",
                "this folder is not read",
                file=name,
                hint=nearest(name, READ),
                severity="warning",
            )
    return True
