"""Merges the documents of all scopes to the one that runs (apim.md 7.2).

The narrowest document runs; `<base />` in a section stands for the same section of the next broader
one. A section without `<base />` inherits nothing.
"""

from __future__ import annotations

from headgate.model.entities import PolicySource
from headgate.policy.compile import CompiledDocument, Inherited
from headgate.policy.plan import Block, Plan, Step
from headgate.policy.schema import SECTIONS

DEFAULT_GLOBAL = PolicySource(
    file="the default document of all APIs",
    text="<policies><inbound /><backend><forward-request /></backend><outbound /><on-error />"
    "</policies>",
)
"""What runs for all APIs where a service has no document for them."""


def effective_plan(broadest: CompiledDocument, *narrower: CompiledDocument | None) -> Plan:
    """Return the plan of one operation.

    The documents come from broad to narrow: global, product, API, operation. None stands for a
    document that does not exist, which is one with only `<base />` everywhere. Steps are shared
    with every other plan of the same documents.
    """
    documents = [broadest, *(document for document in narrower if document is not None)]
    assert all(document.is_complete for document in documents), "a checked document cannot run"
    blocks = {section: Block(_section(documents, section)) for section in SECTIONS}
    return Plan(
        inbound=blocks["inbound"],
        backend=blocks["backend"],
        outbound=blocks["outbound"],
        on_error=blocks["on-error"],
    )


def _section(documents: list[CompiledDocument], section: str) -> tuple[Step, ...]:
    steps: tuple[Step, ...] = ()
    for document in documents:
        inherited = steps
        steps = ()
        for entry in document.sections.get(section, ()):
            steps += inherited if isinstance(entry, Inherited) else (entry,)
    return steps
