"""`products/<id>`: productInformation.json, policy.xml, and which APIs belong to it.

An API belongs to a product by `products/<id>/apis/<api>/productApiInformation.json`, as APIOps
writes it (the file is empty but for braces), or by an entry of `products/<id>/apis.json`, a list of
ids or of objects with a `name`, as earlier and later tools do. The groups that may see it are the
folders of `products/<id>/groups`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from headgate.model.entities import Group, PolicySource, Product
from headgate.settings.binding import Properties
from headgate.settings.documents import Document, Folder, Where, nearest
from headgate.settings.entries import Entry, places, read_entry
from headgate.settings.policies import load_policy
from headgate.settings.users import named_groups

INFORMATION = "productInformation.json"
ASSOCIATION = "productApiInformation.json"


class ProductProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a product."""

    harmless: ClassVar[frozenset[str]] = frozenset({"description", "terms", "groups", "tags"})
    display_name: str = ""
    state: Literal["published", "notPublished"] = "published"
    subscription_required: bool = True
    approval_required: bool = False
    subscriptions_limit: int | None = None


class Products(msgspec.Struct):
    """The sound products, the ids of all, and their policies by id."""

    products: list[Product] = msgspec.field(default_factory=list)
    ids: list[str] = msgspec.field(default_factory=list)
    policies: dict[str, PolicySource] = msgspec.field(default_factory=dict)


def load_products(
    folder: Folder, api_ids: Iterable[str], *, groups: Mapping[str, Group]
) -> Products:
    """Read all products; `api_ids` are those that they may name."""
    known = {api_id.lower(): api_id for api_id in api_ids}
    loaded = Products()
    open_to: dict[str, str] = {}
    for path in places(folder, "products", file=INFORMATION, missing="HG531"):
        loaded.ids.append(path.name)
        named = {api_id.partition(";")[0] for api_id in _members(folder, path, known=known)}
        # All revisions of an API are in its products.
        members = frozenset(i for i in known.values() if i.partition(";")[0] in named)
        source = load_policy(folder, path)
        if source is not None:
            loaded.policies[path.name] = source
        entry = read_entry(folder, path, file=INFORMATION, kind=ProductProperties)
        if entry is not None:
            seen_by = [place.name for place in folder.folders(path / "groups")]
            loaded.products.append(_product(entry, members, groups=named_groups(seen_by, groups)))
            _check_open(entry, members, open_to=open_to)
    return loaded


def _product(
    entry: Entry[ProductProperties], api_ids: frozenset[str], *, groups: tuple[Group, ...]
) -> Product:
    properties = entry.properties
    return Product(
        id=entry.id,
        name=properties.display_name or entry.id,
        state=properties.state,
        subscription_required=properties.subscription_required,
        approval_required=properties.approval_required,
        subscriptions_limit=properties.subscriptions_limit,
        api_ids=api_ids,
        groups=groups,
    )


def _check_open(
    entry: Entry[ProductProperties], api_ids: frozenset[str], *, open_to: dict[str, str]
) -> None:
    """Report an API that two products open to everybody: a call could be in either's context."""
    if entry.properties.subscription_required:
        return
    for api_id in sorted(api_ids):
        other = open_to.setdefault(api_id, entry.id)
        if other != entry.id:
            message = f"the API {api_id!r} is in the open product {other!r} too"
            hint = "an API can be in one product that needs no subscription"
            entry.complain("HG532", message, where=("subscriptionRequired",), hint=hint)


def _members(folder: Folder, product: Path, *, known: dict[str, str]) -> Iterator[str]:
    """Yield the ids of the product's APIs; unknown ones are reported."""
    for path in folder.folders(product / "apis"):
        name = folder.name_of(path)
        if not folder.has(path / ASSOCIATION):
            folder.report("HG508", f"{ASSOCIATION} is missing", file=name, hint="it may be {}")
        elif path.name.lower() in known:
            yield known[path.name.lower()]
        else:
            hint = nearest(path.name, known.values())
            folder.report("HG530", f"there is no API {path.name!r}", file=name, hint=hint)
    listed = folder.json(product / "apis.json")
    if listed is not None:
        yield from _listed(folder, listed, known=known)


def _listed(folder: Folder, document: Document, *, known: dict[str, str]) -> Iterator[str]:
    items = document.value if isinstance(document.value, list) else [document.value]
    for index, item in enumerate(items):
        name = item.get("name") if isinstance(item, dict) else item
        where: Where = (index,)
        if not isinstance(name, str):
            message = 'expected a list of API ids or of {"name": id}'
            folder.complain("HG511", message, document=document, where=where)
        elif name.lower() in known:
            yield known[name.lower()]
        else:
            message = f"there is no API {name!r}"
            hint = nearest(name, known.values())
            folder.complain("HG530", message, document=document, where=where, hint=hint)
