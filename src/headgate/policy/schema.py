"""The declaration of policy elements: one class per element, its fields typed and described.

    class SetVariable(Element, name="set-variable", sections=("inbound", "backend")):
        \"\"\"Store a value for the rest of the call.\"\"\"

        name: str = attr("Name of the variable.")
        value: Value[object] = attr("What is stored.")

        def apply(self, context: Context) -> None: ...

From this derive validation, the reference page, the editor's schema, negative tests and the
compatibility table (docs/contributing/elements.md).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, ClassVar, dataclass_transform, get_type_hints

import msgspec

from headgate.policy.constraints import Constraint
from headgate.policy.fields import (
    AttributeField,
    BlockField,
    ChildField,
    ComputedField,
    Field,
    ScalarField,
    TextField,
    attr,
    block,
    child,
    children,
    computed,
    text,
)
from headgate.policy.plan import Block
from headgate.policy.value import Value

Section = str
SECTIONS: tuple[Section, ...] = ("inbound", "backend", "outbound", "on-error")


class ElementError(Exception):
    """`prepare` found that a literal means nothing: message, hint and the field's Python name."""

    def __init__(self, message: str, *, hint: str = "", key: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.key = key


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Where an element stands."""

    name: str
    """The name it goes by there, as some elements have two."""
    scope: str = ""
    section: Section = ""
    """Empty in a fragment that is checked on its own."""
    path: str = ""
    parents: tuple[str, ...] = ()
    """Names of the elements around it, outermost first."""


class Declaration:
    """What a class declares."""

    __slots__ = ("constraints", "doc", "fields", "names", "once", "sections")

    def __init__(
        self, names: tuple[str, ...], *, sections: tuple[Section, ...], once: bool, doc: str
    ) -> None:
        self.names = names
        self.sections = sections
        self.once = once
        self.doc = doc
        self.fields: tuple[Field, ...] = ()
        self.constraints: tuple[Constraint, ...] = ()

    @property
    def name(self) -> str:
        """Return the name in documents; the first one where there are several."""
        return self.names[0] if self.names else ""

    @property
    def attributes(self) -> list[AttributeField]:
        """Return the attributes, in the order of the class."""
        return [field for field in self.fields if isinstance(field, AttributeField)]

    @property
    def children(self) -> list[ChildField]:
        """Return the declared children, in their order in documents."""
        return [field for field in self.fields if isinstance(field, ChildField)]

    @property
    def text(self) -> TextField | None:
        """Return the text field, if there is one."""
        return next((field for field in self.fields if isinstance(field, TextField)), None)

    @property
    def block(self) -> BlockField | None:
        """Return the block field, if there is one."""
        return next((field for field in self.fields if isinstance(field, BlockField)), None)


@dataclass_transform(
    kw_only_default=True, field_specifiers=(attr, text, child, children, block, computed)
)
class Declared:
    """Base of elements and their parts: collects the fields of a class."""

    declaration: ClassVar[Declaration]
    constraints: ClassVar[tuple[Constraint, ...]] = ()

    site: Site = computed()
    reads: frozenset[str] = computed()
    """What has to be complete before the element runs, e.g. `request.body`."""

    def __init_subclass__(
        cls,
        *,
        name: str = "",
        names: tuple[str, ...] = (),
        sections: tuple[Section, ...] = (),
        once: bool = False,
    ) -> None:
        """Read the declaration. Raises TypeError when a field cannot be what it says."""
        super().__init_subclass__()
        declaration = Declaration(
            names or ((name,) if name else ()),
            sections=sections,
            once=once,
            doc=inspect.cleandoc(cls.__doc__ or ""),
        )
        inherited = cls.declaration.fields if hasattr(cls, "declaration") else ()
        hints = get_type_hints(cls)
        own: list[Field] = []
        for key, field in list(cls.__dict__.items()):
            if isinstance(field, Field):
                field.bind(key, hints[key])
                own.append(field)
                delattr(cls, key)
        # What every element has, such as `id`, comes last in the documentation.
        kept = [field for field in inherited if field.key not in {new.key for new in own}]
        declaration.fields = (*own, *kept)
        declaration.constraints = cls.constraints
        cls.declaration = declaration

    def __init__(self, **values: Any) -> None:
        """Set the fields that are given, and the rest to their defaults."""
        for field in self.declaration.fields:
            if isinstance(field, ComputedField):
                continue
            setattr(self, field.key, values.get(field.key, field.default))
        self.reads = frozenset(self._reads())

    def prepare(self) -> None:
        """Compute at load what would otherwise be computed per call; `site` is set.

        Raises ElementError where a literal is well-formed but means nothing.
        """

    def parts(self) -> Iterator[Declared]:
        """Yield the child elements, one level deep."""
        for field in self.declaration.children:
            value = getattr(self, field.key)
            for item in value if field.many else (value,):
                if isinstance(item, Declared):
                    yield item

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the element and its parts."""
        field = self.declaration.block
        if field is not None:
            yield getattr(self, field.key)
        for part in self.parts():
            yield from part.blocks()

    def _reads(self) -> Iterator[str]:
        for field in self.declaration.fields:
            if isinstance(field, ComputedField | BlockField):
                continue
            if isinstance(field, ScalarField) and field.options.get("deferred"):
                continue
            value = getattr(self, field.key)
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, Value | Declared):
                    yield from item.reads


class Part(Declared):
    """A child element that is not a policy element of its own, such as `when`."""


class Element(Declared):
    """A policy element. A subclass has `apply(context)`, `run(context) -> Steps[None]`, or both.

    `apply` is called where every block in the element is plain, `run` otherwise.
    """

    example: ClassVar[str] = ""
    """A piece of a document that shows the element; it has to compile."""

    id: str | None = attr("Name of this element in `context.LastError.PolicyId`.", default=None)


Registry = dict[str, type[Element]]
"""The element classes by each of their names."""
