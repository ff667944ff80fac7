"""Builds the elements of a section from its nodes: checks each against its class's declaration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault, Where
from headgate.policy.apim_elements import APIM_ELEMENTS
from headgate.policy.fields import BlockField, ChildField
from headgate.policy.findings import Findings, nearest, quote
from headgate.policy.node import Node
from headgate.policy.plan import Block, Step
from headgate.policy.scalars import UNKNOWN, ScalarReader
from headgate.policy.schema import Declaration, Declared, ElementError, Site
from headgate.policy.substitution import replaced
from headgate.policy.surroundings import Surroundings
from headgate.policy.text import Text

D = TypeVar("D", bound=Declared)
Values = dict[str, Any]

DIRECTIVES = ("base", "include-fragment")
"""What the compiler itself handles before elements are built."""


def inside(around: Site, name: str, *, index: int) -> Site:
    """Return the site of the n-th element of a name among the children of a site."""
    path = f"{name}[{index}]"
    return Site(
        name=name,
        scope=around.scope,
        section=around.section,
        path=f"{around.path}/{path}" if around.path else path,
        parents=(*around.parents, around.name) if around.name else (),
    )


class Builder:
    """Makes steps of nodes; whatever is wrong goes to the findings."""

    __slots__ = ("findings", "scalars", "surroundings")

    def __init__(self, surroundings: Surroundings, findings: Findings) -> None:
        self.surroundings = surroundings
        self.findings = findings
        self.scalars = ScalarReader(surroundings, findings)

    def each(self, nodes: Iterable[Node], around: Site) -> Iterator[Step | None]:
        """Yield the step of each sibling element; None for one that is wrong."""
        seen: Counter[str] = Counter()
        for node in nodes:
            seen[node.name] += 1
            element_class = self.surroundings.registry.get(node.name)
            if seen[node.name] == 2 and element_class and element_class.declaration.once:
                message = f"`{node.name}` stands here a second time."
                self.findings.add("HG154", node.place, message=message, hint="Keep one of them.")
            step = self.step(node, inside(around, node.name, index=seen[node.name]))
            instrument = self.surroundings.instrument
            yield step if step is None or instrument is None else instrument.step(step, node)

    def step(self, node: Node, site: Site) -> Step | None:
        """Return the step of one element, or None when it is wrong."""
        element_class = self.surroundings.registry.get(node.name)
        if element_class is None:
            return self._unknown(node, site)
        sections = element_class.declaration.sections
        if site.section and site.section not in sections:
            message = f"`{node.name}` may not stand in {site.section}."
            hint = f"It belongs to {', '.join(sections)}."
            self.findings.add("HG147", node.place, message=message, hint=hint)
        element = self.build(element_class, node, site=site)
        if element is None:
            return None
        where = whereabouts(node, site, policy_id=element.id)
        applies = getattr(element, "apply", None)
        runs = getattr(element, "run", None)
        reads, blocks = element.reads, tuple(element.blocks())
        if runs is not None and not (applies and all(block.plain for block in blocks)):
            return Step(site.name, where, drive=runs, reads=reads, blocks=blocks)
        step = Step(site.name, where, apply=applies, reads=reads, blocks=blocks)
        step.preflight = getattr(element, "preflight", None)
        return step

    def _unknown(self, node: Node, site: Site) -> Step | None:
        if node.name == "base":
            message = "`base` stands inside of another element."
            hint = "It stands directly in a section."
            self.findings.add("HG124", node.place, message=message, hint=hint)
            return None
        if node.name not in APIM_ELEMENTS:
            message = f"No policy element is called {quote(node.name)}."
            near = nearest(node.name, [*self.surroundings.registry, *DIRECTIVES])
            self.findings.add("HG140", node.place, message=message, hint=near)
            return None
        message = f"Headgate does not support `{node.name}` yet."
        if not self.surroundings.allow_unsupported:
            self.findings.add("HG140", node.place, message=message)
            return None
        hint = "A call that reaches it is answered 501."
        self.findings.add("HG140", node.place, message=message, hint=hint, severity="warning")
        return Step(
            node.name, whereabouts(node, site, policy_id=None), apply=unsupported(node.name)
        )

    def build(self, declared: type[D], node: Node, *, site: Site) -> D | None:
        """Return an instance of an element or part, or None when something is wrong with it."""
        errors = self.findings.errors
        declaration = declared.declaration
        values: Values = {}
        self._attributes(declaration, node, values=values)
        self._children(declaration, node, site=site, values=values)
        self._text(declaration, node, values=values)
        names = {field.key: field.name for field in declaration.fields}
        for constraint in declaration.constraints:
            if constraint.broken(values.keys()):
                message = constraint.sentence(names)
                self.findings.add("HG153", node.place, message=message)
        if self.findings.errors > errors or UNKNOWN in values.values():
            return None
        element = declared(**values)
        element.site = site
        try:
            element.prepare()
        except ElementError as error:
            attribute = node.attributes.get(names.get(error.key, ""))
            place = attribute.text.place() if attribute else node.place
            message, hint = (without_secrets(text, node) for text in (error.message, error.hint))
            self.findings.add("HG157", place, message=message, hint=hint)
            return None
        return element

    def _attributes(self, declaration: Declaration, node: Node, *, values: Values) -> None:
        known = {field.name: field for field in declaration.attributes}
        for field in declaration.attributes:
            known.update(dict.fromkeys(field.options.get("formerly", ()), field))
        for name, attribute in node.attributes.items():
            field_or_none = known.get(name)
            if field_or_none is None:
                message = f"`{node.name}` has no attribute {quote(name)}."
                hint = nearest(name, known)
                self.findings.add("HG141", attribute.place, message=message, hint=hint)
                continue
            if field_or_none.key in values:
                message = f"The attribute `{field_or_none.name}` is given under two names."
                self.findings.add("HG111", attribute.place, message=message)
            what = f"The attribute `{name}`"
            scalar = field_or_none.scalar
            values[field_or_none.key] = self.scalars.read(scalar, attribute.text, what=what)
        for field in declaration.attributes:
            if field.required and field.key not in values:
                message = f"`{node.name}` needs the attribute `{field.name}`."
                self.findings.add("HG142", node.place, message=message, hint=field.doc)

    def _text(self, declaration: Declaration, node: Node, *, values: Values) -> None:
        field = declaration.text
        if field is None:
            if node.text is not None:
                message = f"`{node.name}` takes no text."
                self.findings.add("HG148", node.text.stripped().place(), message=message)
            return
        text = node.text
        if node.children and field.options.get("markup"):
            # What is unknown was reported, or kept, where the children were read.
            text = replaced(node.markup, self.surroundings, findings=None)
        if text is None and field.scalar.may_be_empty and field.required:
            text = Text("", node.source, pieces=[(0, node.inner[0])])
        if text is not None:
            what = f"The text of `{node.name}`"
            values[field.key] = self.scalars.read(field.scalar, text, what=what)
        elif field.required:
            message = f"`{node.name}` needs a text."
            self.findings.add("HG149", node.place, message=message, hint=field.doc)

    def _children(
        self, declaration: Declaration, node: Node, *, site: Site, values: Values
    ) -> None:
        text = declaration.text
        if text is not None and text.options.get("markup"):
            return
        fields = {field.name: field for field in declaration.children}
        found: dict[str, list[Node]] = {name: [] for name in fields}
        others: list[Node] = []
        for child in node.children:
            found.get(child.name, others).append(child)
        self._order(list(fields), node)
        for name, field in fields.items():
            self._check_count(field, node, found=found[name])
            if found[name]:
                read = [
                    self._child(field, child, site=inside(site, name, index=index))
                    for index, child in enumerate(found[name], 1)
                ]
                ok = not any(item is UNKNOWN for item in read)
                values[field.key] = (tuple(read) if field.many else read[0]) if ok else UNKNOWN
        block = declaration.block
        if block is not None:
            allowed = self._allowed(block, node, others=others)
            steps = [step for step in self.each(allowed, site) if step is not None]
            values[block.key] = Block(tuple(steps))
            return
        for child in others:
            message = f"`{node.name}` has no child element {quote(child.name)}."
            hint = nearest(child.name, fields)
            self.findings.add("HG151", child.place, message=message, hint=hint)

    def _child(self, field: ChildField, node: Node, *, site: Site) -> Any:
        if field.type is not None:
            built: Declared | None = self.build(field.type, node, site=site)
            return UNKNOWN if built is None else built
        assert field.scalar is not None
        for child in node.children:
            message = f"`{node.name}` has no child element {quote(child.name)}."
            self.findings.add("HG151", child.place, message=message)
        for name, attribute in node.attributes.items():
            message = f"`{node.name}` has no attribute {quote(name)}."
            self.findings.add("HG141", attribute.place, message=message)
        text = node.text or Text("", node.source, pieces=[(0, node.inner[0])])
        return self.scalars.read(field.scalar, text, what=f"The text of `{node.name}`")

    def _order(self, names: Sequence[str], node: Node) -> None:
        """Report the first declared child that stands behind one that should follow it."""
        furthest = 0
        for child in node.children:
            if child.name not in names:
                continue
            index = names.index(child.name)
            if index < furthest:
                message = f"`{child.name}` stands after `{names[furthest]}`."
                hint = f"The order is {', '.join(names)}."
                self.findings.add("HG152", child.place, message=message, hint=hint)
                return
            furthest = index

    def _check_count(self, field: ChildField, node: Node, *, found: list[Node]) -> None:
        needed = field.at_least if field.many else int(field.required)
        if len(found) < needed:
            message = f"`{node.name}` needs the child element `{field.name}`."
            self.findings.add("HG149", node.place, message=message, hint=field.doc)
        if len(found) > 1 and not field.many:
            message = f"`{node.name}` takes one `{field.name}`."
            self.findings.add("HG150", found[1].place, message=message)

    def _allowed(self, block: BlockField, node: Node, *, others: list[Node]) -> list[Node]:
        """Return the children that the block may hold, reporting the rest."""
        if not block.only:
            return others
        for child in others:
            if child.name not in block.only:
                message = f"`{child.name}` may not stand in `{node.name}`."
                hint = f"It holds {', '.join(block.only)}."
                self.findings.add("HG151", child.place, message=message, hint=hint)
        return [child for child in others if child.name in block.only]


def without_secrets(message: str, node: Node) -> str:
    """Return an element's own message, quoting what holds a secret as it stands in the file."""
    stack = [node]
    while stack:
        item = stack.pop()
        stack.extend(item.children)
        texts = [attribute.text for attribute in item.attributes.values()]
        for text in [*texts, item.text]:
            if text is not None and text.secret:
                message = message.replace(text.value.strip(), text.shown.strip())
    return message


def whereabouts(node: Node, site: Site, *, policy_id: str | None) -> Where:
    """Return what errors and traces tell of a step's place."""
    file, position = node.place
    return Where(
        scope=site.scope,
        section=site.section,
        path=site.path,
        policy_id=policy_id,
        file=file,
        line=position.line,
        column=position.column,
    )


def unsupported(name: str) -> Callable[[Context], None]:
    """Return what a step does whose element does not exist here: it answers 501."""

    def refuse(context: Context) -> None:
        raise CallError(
            501,
            f"The policy {name} is not supported.",
            source=name,
            reason="PolicyNotSupported",
            fault=Fault.OPERATOR,
        )

    return refuse
