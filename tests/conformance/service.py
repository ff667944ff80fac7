"""Makes the service of a case: one API, one operation, the documents of its folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from headgate.cli.compiling import compile_service
from headgate.exchange.snapshot import Snapshot
from headgate.model.access import Access
from headgate.model.clock import SECOND, Micros
from headgate.model.entities import (
    Api,
    Backend,
    BackendCredentials,
    Deployment,
    NamedValue,
    Operation,
    PolicySource,
    Product,
    Service,
    Subscription,
)
from headgate.model.messages import Request, Url
from headgate.policy.backends import Backends
from headgate.policy.elements import discover
from headgate.policy.metering import TokenTerms
from headgate.routing.router import Router
from headgate.tokens.by_model import ByModel
from headgate.tokens.prices import Price, PriceTable, per_million
from tests.conformance.case import Case, Settings, documents

PRODUCT = "product"
KEY_HEADER = b"x-case-subscription"
"""Carries the id of a request's subscription to the door; no policy sees it."""


class CaseDoor:
    """Opens to the subscription that a request names, without a key."""

    def __init__(self, product: Product | None) -> None:
        self._product = product

    def admit(self, api: Api, request: Request, *, now: Micros) -> Access:
        """Return the access of a subscription, to the product where the case has one."""
        named = request.headers.first(KEY_HEADER)
        request.headers.remove(KEY_HEADER)
        subscription = None
        if named is not None:
            scope_id = self._product.id if self._product else ""
            subscription = Subscription(
                id=named.decode(),
                name=named.decode(),
                scope="product" if self._product else "all",
                scope_id=scope_id,
                primary_key=f"key-of-{named.decode()}",
            )
        return Access(subscription, self._product)


def start_of(case: Case) -> Micros:
    """Return when the case begins."""
    return Micros(int(case.start.timestamp()) * SECOND)


def service_of(case: Case, folder: Path) -> Service:
    """Return the entities of a case."""
    operation = Operation(
        id=case.operation.id,
        name="Operation",
        method=case.operation.method,
        url_template=case.operation.url_template,
    )
    api = Api(
        id="api",
        name="Api",
        path=case.api_path,
        service_url=case.service_url,
        subscription_required=False,
        operations=(operation,),
    )
    sources = {
        scope: PolicySource(file=file, text=(folder / file).read_text("utf-8"))
        for scope, file in documents(case).items()
    }
    product = Product(id=PRODUCT, name="Product", api_ids=frozenset({api.id}))
    return Service(
        apis=(api,),
        products=(product,) if "product" in sources else (),
        backends=tuple(
            Backend(
                id=name,
                url=form.url,
                credentials=msgspec.convert(form.credentials or {}, BackendCredentials),
            )
            for name, form in case.backends.items()
        ),
        named_values=tuple(
            NamedValue(id=name, name=name, value=value) for name, value in case.named_values.items()
        ),
        fragments={
            name: PolicySource(file=file, text=(folder / file).read_text("utf-8"))
            for name, file in case.fragments.items()
        },
        global_policy=sources.get("global"),
        product_policies={PRODUCT: sources["product"]} if "product" in sources else {},
        api_policies={api.id: sources["api"]} if "api" in sources else {},
        operation_policies=(
            {(api.id, operation.id): sources["operation"]} if "operation" in sources else {}
        ),
        deployment=Deployment(region="West Europe", gateway_id="gateway-1"),
    )


def terms_of(settings: Settings) -> TokenTerms:
    """Return how the service of a case wants tokens to be limited."""
    prices = [
        (model, Price(input=per_million(price.input), output=per_million(price.output)))
        for model, price in settings.prices.items()
    ]
    return TokenTerms(
        admission=settings.admission,
        ask_for_usage=settings.ask_for_usage,
        prices=PriceTable(prices),
        strict_max_completion=settings.strict_max_completion,
        overrun=settings.overrun,
        completion_caps=ByModel(settings.completion_caps.items()),
    )


def snapshot_of(case: Case, folder: Path) -> Snapshot:
    """Return what serves the case. Fails with the diagnostics of documents that are wrong."""
    service = service_of(case, folder)
    compiled, found = compile_service(service, discover())
    assert compiled is not None, "\n".join(map(str, found))
    return Snapshot(
        number=1,
        router=Router(service.apis),
        doorkeeper=CaseDoor(service.products[0] if service.products else None),
        plans=compiled.plans,
        unrouted=compiled.unrouted,
        service_urls={
            api.id: Url.parse(api.service_url) for api in service.apis if api.service_url
        },
        users={},
        deployment=service.deployment,
        terms=terms_of(case.settings),
        backends=Backends({b.id.lower(): (b, Url.parse(b.url)) for b in service.backends}),
    )
