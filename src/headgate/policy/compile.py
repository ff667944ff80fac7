"""Compiles the text of one policy document to the steps of its sections.

The stages run in the order of `STAGES`, each with its reason. A stage that leaves no tree ends the
compilation; otherwise all of them run, so that one run finds everything that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import PolicySource
from headgate.policy.build import Builder
from headgate.policy.directives import Base, IncludeFragment
from headgate.policy.findings import Findings, nearest, quote
from headgate.policy.node import Node
from headgate.policy.plan import Step
from headgate.policy.scanner import scan
from headgate.policy.schema import SECTIONS, Site
from headgate.policy.substitution import substitute
from headgate.policy.surroundings import Surroundings
from headgate.policy.text import Text

Scope = Literal["global", "product", "api", "operation", "fragment"]


class Inherited:
    """Stands in a section where the next broader scope's steps go: `<base />`."""


BASE = Inherited()
Entry = Step | Inherited


class CompiledDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of one document by section; a section that it lacks is absent."""

    file: str
    scope: str
    sections: dict[str, tuple[Entry, ...]]
    is_complete: bool = True
    """False: checked with named values or fragments missing, so that it cannot run."""


class Compilation:
    """What the stages work on."""

    def __init__(self, source: PolicySource, *, scope: Scope, surroundings: Surroundings) -> None:
        self.source = source
        self.scope: Scope = scope
        self.surroundings = surroundings
        self.findings = Findings()
        self.builder = Builder(surroundings, self.findings)
        self.root: Node | None = None
        self.sections: dict[str, list[Node]] = {}
        self.compiled: dict[str, tuple[Entry, ...]] = {}
        self.is_complete = True


def compile_document(
    source: PolicySource, *, scope: Scope, surroundings: Surroundings
) -> tuple[CompiledDocument | None, list[Diagnostic]]:
    """Return the compiled document, or None, and everything that was found. Never raises.

    A fragment on its own is checked for everything but the sections that its elements fit.
    """
    compilation = Compilation(source, scope=scope, surroundings=surroundings)
    for stage, _ in STAGES:
        stage(compilation)
        if compilation.root is None:
            break
    found = compilation.findings.listed()
    if compilation.findings.errors:
        return None, found
    document = CompiledDocument(
        file=source.file,
        scope=scope,
        sections=compilation.compiled,
        is_complete=compilation.is_complete and not compilation.builder.scalars.incomplete,
    )
    return document, found


def scan_document(compilation: Compilation) -> None:
    """Read the text."""
    source = compilation.source
    compilation.root, found = scan(source.text, source.file)
    compilation.findings.extend(found)


def substitute_named_values(compilation: Compilation) -> None:
    """Put in the named values."""
    assert compilation.root is not None
    substitute(compilation.root, compilation.surroundings, findings=compilation.findings)


def include_fragments(compilation: Compilation) -> None:
    """Replace each `include-fragment` by the children of the fragment's root."""
    assert compilation.root is not None
    trees: dict[str, list[Node]] = {}
    stack = [compilation.root]
    while stack:
        node = stack.pop()
        if any(child.name == "include-fragment" for child in node.children):
            included: list[Node] = []
            for child in node.children:
                is_include = child.name == "include-fragment"
                included += _included(compilation, child, trees=trees) if is_include else [child]
            node.children = included
        stack.extend(child for child in node.children if child.source is node.source)


def _included(compilation: Compilation, node: Node, *, trees: dict[str, list[Node]]) -> list[Node]:
    """Return what an `include-fragment` stands for."""
    include = compilation.builder.build(IncludeFragment, node, site=Site(name=node.name))
    if include is None:
        return []
    if compilation.scope == "fragment":
        message = "A fragment may not include a fragment."
        compilation.findings.add("HG181", node.place, message=message)
        return []
    name = include.fragment_id
    if name not in trees:
        source = compilation.surroundings.fragments.get(name)
        if source is None:
            _report_missing(compilation, node.attributes["fragment-id"].text)
            return []
        trees[name] = _fragment(compilation, source)
    return trees[name]


def _report_missing(compilation: Compilation, name: Text) -> None:
    stands_alone = compilation.surroundings.stands_alone
    compilation.is_complete = False
    compilation.findings.add(
        "HG180",
        name.place(),
        message=f"No policy fragment has the id {quote(name.shown)}.",
        hint=nearest(name.shown, compilation.surroundings.fragments),
        severity="warning" if stands_alone else "error",
    )


def _fragment(compilation: Compilation, source: PolicySource) -> list[Node]:
    """Return the elements of a fragment, ready to stand in a section."""
    findings = compilation.findings
    root, found = scan(source.text, source.file)
    findings.extend(found)
    if root is None:
        return []
    if root.name != "fragment":
        message = f"The root of a fragment is `fragment`, not {quote(root.name)}."
        findings.add("HG120", root.place, message=message)
        return []
    substitute(root, compilation.surroundings, findings=findings)
    _check_fragment(root, findings)
    return root.children


def _check_fragment(root: Node, findings: Findings) -> None:
    """Report, and take out, what no fragment may hold (apim.md 7.3)."""
    _check_bare(root, findings)
    stack = [root]
    while stack:
        node = stack.pop()
        for child in node.children:
            if child.name == "include-fragment":
                message = "A fragment may not include a fragment."
                findings.add("HG181", child.place, message=message)
            elif child.name == "base":
                findings.add("HG124", child.place, message="A fragment may not hold `base`.")
        node.children = [c for c in node.children if c.name not in ("include-fragment", "base")]
        stack.extend(node.children)


def _check_bare(node: Node, findings: Findings) -> None:
    """Report attributes and text where only elements belong."""
    for attribute in node.attributes.values():
        message = f"`{node.name}` has no attributes."
        findings.add("HG123", attribute.place, message=message)
    if node.text is not None:
        message = f"There is text in `{node.name}`."
        findings.add("HG123", node.text.stripped().place(), message=message)


def split_sections(compilation: Compilation) -> None:
    """Check the root and find the sections."""
    root, findings = compilation.root, compilation.findings
    assert root is not None
    expected = "fragment" if compilation.scope == "fragment" else "policies"
    if root.name != expected:
        message = f"The root is {quote(root.name)}, `{expected}` is needed."
        findings.add("HG120", root.place, message=message)
        compilation.root = None
        return
    if compilation.scope == "fragment":
        _check_fragment(root, findings)
        compilation.sections = {"": root.children}
        return
    _check_bare(root, findings)
    for node in root.children:
        if node.name not in SECTIONS:
            message = f"`policies` has no section {quote(node.name)}."
            hint = nearest(
                node.name, SECTIONS, otherwise=f"Its sections are {', '.join(SECTIONS)}."
            )
            findings.add("HG121", node.place, message=message, hint=hint)
        elif node.name in compilation.sections:
            message = f"The section `{node.name}` stands twice."
            findings.add("HG122", node.place, message=message)
        else:
            _check_bare(node, findings)
            compilation.sections[node.name] = node.children


def build_sections(compilation: Compilation) -> None:
    """Build the steps of each section, with a mark where `base` stands."""
    for section, nodes in compilation.sections.items():
        around = Site(name="", scope=compilation.scope, section=section)
        bases = [node for node in nodes if node.name == "base"]
        for node in bases:
            compilation.builder.build(Base, node, site=around)
        for node in bases[1:]:
            message = f"`base` stands in {section} a second time."
            compilation.findings.add("HG125", node.place, message=message)
        others = [node for node in nodes if node.name != "base"]
        # The document of all APIs has nothing to inherit.
        steps = iter(compilation.builder.each(others, around))
        base = None if compilation.scope == "global" else BASE
        entries = [base if node.name == "base" else next(steps) for node in nodes]
        compilation.compiled[section] = tuple(entry for entry in entries if entry is not None)


STAGES: tuple[tuple[Callable[[Compilation], None], str], ...] = (
    (scan_document, "All other stages read the tree."),
    (
        substitute_named_values,
        "A named value may be an expression or a fragment's id, so it comes before both are read.",
    ),
    (include_fragments, "Elements are checked where they will stand, in the section's order."),
    (split_sections, "An element is checked against the section that it stands in."),
    (build_sections, "Needs all of the above."),
)
"""The stages and why each stands where it does."""
