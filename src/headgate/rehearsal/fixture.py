"""Makes the service that tests of single documents run in: one API, one operation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from headgate.model.entities import (
    Api,
    Deployment,
    Group,
    NamedValue,
    Operation,
    PolicySource,
    Product,
    Service,
    Subscription,
    User,
)
from headgate.model.specification import Described
from headgate.rehearsal.backends import backends_of
from headgate.rehearsal.script import (
    OperationForm,
    ProductForm,
    Script,
    Settings,
    SubscriptionForm,
    UserForm,
)
from headgate.settings.gateway import GatewaySettings
from headgate.settings.models import ModelSettings, PriceSettings

API = "api"
SUBSCRIPTION = "subscription-1"
"""Whose key requests carry where the test does not say it."""


def described(form: OperationForm) -> Described | None:
    """Return the specification of an operation, of which its answers are known."""
    said = {
        "responses": form.responses,
        "parameters": form.parameters,
        "requestBody": form.request_body,
    }
    known = {name: part for name, part in said.items() if part is not None}
    if not known:
        return None
    return Described({"components": form.components or {}}, item={}, operation=known)


def service_of(script: Script, folder: Path, *, document: str) -> Service:
    """Return the entities of a test; `document` is the operation's where no scope names it.

    Raises OSError and UnicodeDecodeError for a document that cannot be read.
    """
    operation = Operation(
        id=script.operation.id,
        name=script.operation.name,
        method=script.operation.method,
        url_template=script.operation.url_template,
        described=described(script.operation),
    )
    api = Api(
        id=API,
        name="Api",
        path=script.api_path,
        service_url=script.service_url,
        subscription_required=False,
        operations=(operation,),
    )
    sources = {
        scope: PolicySource(file=file, text=(folder / file).read_text("utf-8"))
        for scope, file in documents(script, document).items()
    }
    product = product_of(script, has_policy="product" in sources)
    products = () if product is None else (product,)
    return Service(
        apis=(api,),
        products=products,
        users=() if script.user is None else (user_of(script.user),),
        subscriptions=tuple(subscriptions(script, product)),
        backends=backends_of(script.backends),
        named_values=tuple(
            NamedValue(id=name, name=name, value=value)
            for name, value in script.named_values.items()
        ),
        fragments={
            name: PolicySource(file=file, text=(folder / file).read_text("utf-8"))
            for name, file in script.fragments.items()
        },
        global_policy=sources.get("global"),
        product_policies=(
            {product.id: sources["product"]} if product and "product" in sources else {}
        ),
        api_policies={api.id: sources["api"]} if "api" in sources else {},
        operation_policies=(
            {(api.id, operation.id): sources["operation"]} if "operation" in sources else {}
        ),
        deployment=Deployment(region="West Europe", gateway_id="gateway-1"),
    )


def documents(script: Script, document: str) -> dict[str, str]:
    """Return the file of each scope's document."""
    named: dict[str, str] = {str(scope): file for scope, file in script.scopes.items()}
    if document not in named.values():
        named.setdefault("operation", document)
    return named


def product_of(script: Script, *, has_policy: bool) -> Product | None:
    """Return the product, open to everybody, if the test has one or a document of one."""
    form = script.product or (ProductForm() if has_policy else None)
    if form is None:
        return None
    return Product(
        id=form.id, name=form.name, subscription_required=False, api_ids=frozenset({API})
    )


def user_of(form: UserForm) -> User:
    """Return the owner of the subscriptions."""
    return User(
        id=form.id,
        email=form.email,
        first_name=form.first_name,
        last_name=form.last_name,
        note=form.note,
        groups=tuple(Group(id=name, name=name) for name in form.groups),
    )


def subscriptions(script: Script, product: Product | None) -> Iterator[Subscription]:
    """Yield a subscription for each that the test names."""
    form = SUBSCRIPTION if script.subscription is UNSET else script.subscription
    names = {form.id: form.name or form.id} if isinstance(form, SubscriptionForm) else {}
    for named in [form, *(asked.subscription for asked in script.requests)]:
        if isinstance(named, str):
            names.setdefault(named, named)
    for subscription_id, name in names.items():
        yield Subscription(
            id=subscription_id,
            name=name,
            scope="product" if product else "all",
            scope_id=product.id if product else "",
            primary_key=f"key-of-{subscription_id}",
            owner_id=script.user.id if script.user else None,
        )


def settings_of(form: Settings, base: GatewaySettings) -> GatewaySettings:
    """Return settings with those of a test in their place."""
    changes: dict[str, Any] = {
        name: value
        for name in ("admission", "ask_for_usage", "overrun", "strict_max_completion")
        if (value := getattr(form, name)) is not UNSET
    }
    models = dict.fromkeys([*form.prices, *form.completion_caps])
    if models:
        changes["models"] = tuple(model_of(form, name) for name in models)
    return msgspec.structs.replace(base, **changes)


def model_of(form: Settings, name: str) -> ModelSettings:
    """Return what a test says of a model."""
    price = form.prices.get(name)
    prices = None
    if price is not None:
        prices = PriceSettings(input=Decimal(price.input), output=Decimal(price.output))
    cap = form.completion_caps.get(name)
    return ModelSettings(model=name, max_completion_tokens=cap, prices=prices)
