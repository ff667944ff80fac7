"""`products/<id>`: productInformation.json, policy.xml, and which APIs belong to it.

An API belongs to a product by `products/<id>/apis/<api>/productApiInformation.json`, as APIOps
writes it (the file is empty but for braces), or by an entry of `products/<id>/apis.json`, a list of
ids or of objects with a `name`, as earlier and later tools do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

import msgspec

from headgate.model.entities import Api, PolicySource, Product
from headgate.settings.binding import Properties
from headgate.settings.documents import Document, Folder, Where, nearest
from headgate.settings.entries import Entry, entries
from headgate.settings.policies import load_policy

ASSOCIATION = "productApiInformation.json"


class ProductProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a product."""

    harmless: ClassVar[frozenset[str]] = frozenset({"description", "terms", "groups", "tags"})
    display_name: str = ""
    state: Literal["published", "notPublished"] = "published"
    subscription_required: bool = True
    approval_required: bool = False
    subscriptions_limit: int | None = None


class Products(msgspec.Struct, frozen=True):
    """The products and their policies by product id."""

    products: tuple[Product, ...]
    policies: dict[str, PolicySource]


def load_products(folder: Folder, apis: Iterable[Api]) -> Products:
    """Read all products."""
    api_ids = {api.id.lower(): api.id for api in apis}
    products = []
    policies: dict[str, PolicySource] = {}
    open_to: dict[str, str] = {}
    file = "productInformation.json"
    found = entries(folder, "products", file=file, kind=ProductProperties, missing="HG531")
    for entry in found:
        product = _product(entry, api_ids)
        products.append(product)
        source = load_policy(folder, entry.path)
        if source is not None:
            policies[product.id] = source
        for api_id in () if product.subscription_required else sorted(product.api_ids):
            other = open_to.setdefault(api_id, product.id)
            if other != product.id:
                message = f"the API {api_id!r} is in the open product {other!r} too"
                hint = "an API can be in one product that needs no subscription"
                entry.complain("HG532", message, where=("subscriptionRequired",), hint=hint)
    return Products(tuple(products), policies)


def _product(entry: Entry[ProductProperties], api_ids: dict[str, str]) -> Product:
    properties = entry.properties
    return Product(
        id=entry.id,
        name=properties.display_name or entry.id,
        state=properties.state,
        subscription_required=properties.subscription_required,
        approval_required=properties.approval_required,
        subscriptions_limit=properties.subscriptions_limit,
        api_ids=frozenset(_members(entry, api_ids)),
    )


def _members(entry: Entry[ProductProperties], api_ids: dict[str, str]) -> Iterable[str]:
    """Yield the ids of the product's APIs; unknown ones are reported."""
    folder = entry.folder
    for path in folder.folders(entry.path / "apis"):
        name = folder.name_of(path)
        if not (path / ASSOCIATION).exists():
            folder.report("HG508", f"{ASSOCIATION} is missing", file=name, hint="it may be {}")
        elif path.name.lower() in api_ids:
            yield api_ids[path.name.lower()]
        else:
            hint = nearest(path.name, api_ids.values())
            folder.report("HG530", f"there is no API {path.name!r}", file=name, hint=hint)
    listed = folder.json(entry.path / "apis.json")
    if listed is not None:
        yield from _listed(folder, listed, api_ids=api_ids)


def _listed(folder: Folder, document: Document, *, api_ids: dict[str, str]) -> Iterable[str]:
    items = document.value if isinstance(document.value, list) else [document.value]
    for index, item in enumerate(items):
        name = item.get("name") if isinstance(item, dict) else item
        where: Where = (index,)
        if not isinstance(name, str):
            message = 'expected a list of API ids or of {"name": id}'
            folder.complain("HG511", message, document=document, where=where)
        elif name.lower() in api_ids:
            yield api_ids[name.lower()]
        else:
            message = f"there is no API {name!r}"
            hint = nearest(name, api_ids.values())
            folder.complain("HG530", message, document=document, where=where, hint=hint)
