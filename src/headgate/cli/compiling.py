"""Compiles every document of a service, and merges the scopes to the plan of each operation."""

from __future__ import annotations

import msgspec

from headgate.exchange.snapshot import PlanKey
from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import PolicySource, Service
from headgate.policy.compile import CompiledDocument, Scope, compile_document
from headgate.policy.inheritance import DEFAULT_GLOBAL, effective_plan
from headgate.policy.instrument import Instrument
from headgate.policy.plan import Plan
from headgate.policy.schema import Registry
from headgate.policy.surroundings import Surroundings


class CompiledService(msgspec.Struct, frozen=True, kw_only=True):
    """The plans of a service."""

    plans: dict[PlanKey, Plan]
    unrouted: Plan


class Compiler:
    """Compiles the documents of one service and gathers what is wrong with all of them."""

    def __init__(
        self, service: Service, registry: Registry, *, instrument: Instrument | None = None
    ) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._surroundings = Surroundings(
            registry=registry,
            named_values={value.name: value for value in service.named_values},
            fragments=service.fragments,
            backends=frozenset(backend.id for backend in service.backends),
            instrument=instrument,
            allow_unsupported=service.allow_unsupported,
        )

    def compile(self, source: PolicySource, scope: Scope) -> CompiledDocument | None:
        """Compile one document."""
        compiled, found = compile_document(source, scope=scope, surroundings=self._surroundings)
        self.diagnostics += [finding for finding in found if finding not in self.diagnostics]
        return compiled


def compile_service(
    service: Service, registry: Registry, *, instrument: Instrument | None = None
) -> tuple[CompiledService | None, list[Diagnostic]]:
    """Return all plans, or None, and what was found in all documents."""
    compiler = Compiler(service, registry, instrument=instrument)
    for fragment in service.fragments.values():
        compiler.compile(fragment, "fragment")
    broadest = compiler.compile(service.global_policy or DEFAULT_GLOBAL, "global")
    products = {
        product: compiler.compile(source, "product")
        for product, source in service.product_policies.items()
    }
    apis = {api: compiler.compile(source, "api") for api, source in service.api_policies.items()}
    operations = {
        key: compiler.compile(source, "operation")
        for key, source in service.operation_policies.items()
    }
    if broadest is None or any(found.severity == "error" for found in compiler.diagnostics):
        return None, compiler.diagnostics
    plans: dict[PlanKey, Plan] = {}
    for api in service.apis:
        holders = [product.id for product in service.products if api.id in product.api_ids]
        for operation in api.operations:
            narrow = (apis.get(api.id), operations.get((api.id, operation.id)))
            plans[api.id, operation.id, None] = effective_plan(broadest, *narrow)
            for product in holders:
                plan = effective_plan(broadest, products.get(product), *narrow)
                plans[api.id, operation.id, product] = plan
    return CompiledService(plans=plans, unrouted=effective_plan(broadest)), compiler.diagnostics


class PlanMaker:
    """Compiles the plan of one operation when it is asked for, with an instrument."""

    def __init__(self, service: Service, registry: Registry, *, instrument: Instrument) -> None:
        """`service` has been compiled before without a finding."""
        self._service = service
        self._compiler = Compiler(service, registry, instrument=instrument)
        self._documents: dict[tuple[Scope, str], CompiledDocument] = {}
        self._plans: dict[PlanKey, Plan] = {}

    def plan(self, api: str, operation: str, *, product: str | None) -> Plan:
        """Return the plan of an operation in a product or in none; it is made once."""
        key = (api, operation, product)
        if key not in self._plans:
            service, within = self._service, product or ""
            texts = (
                service.product_policies.get(within),
                service.api_policies.get(api),
                service.operation_policies.get((api, operation)),
            )
            broadest = self._document("global", service.global_policy or DEFAULT_GLOBAL)
            assert broadest is not None
            self._plans[key] = effective_plan(
                broadest,
                self._document("product", texts[0]),
                self._document("api", texts[1]),
                self._document("operation", texts[2]),
            )
        return self._plans[key]

    def _document(self, scope: Scope, source: PolicySource | None) -> CompiledDocument | None:
        if source is None:
            return None
        key = (scope, source.file)
        if key not in self._documents:
            compiled = self._compiler.compile(source, scope)
            assert compiled is not None, "a document that compiled for serving compiles again"
            self._documents[key] = compiled
        return self._documents[key]
