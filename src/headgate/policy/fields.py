"""The fields that an element declares: what stands in its tag and between its tags.

Each specifier (`attr`, `text`, `child`, `children`, `block`, `computed`) makes a field; the
annotation gives its type. `Value[T]` means that an expression is allowed, a plain type that only a
literal is; `| None` that the attribute may be absent.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any, Literal, TypedDict, Union, Unpack, get_args, get_origin

from headgate.policy.kinds import Kind, kind_of
from headgate.policy.plan import Block
from headgate.policy.value import Value, literal_value


class Required:
    """The default of a field that has none."""


REQUIRED = Required()


class ScalarOptions(TypedDict, total=False):
    """What may be said about an attribute or text besides its type."""

    name: str
    """Name in the document; the field's name with hyphens if absent."""
    formerly: tuple[str, ...]
    """Older names of the attribute that documents still use."""
    at_least: float
    at_most: float
    any_case: bool
    """Whether the words of a choice are accepted in any case."""
    one_of: Sequence[str]
    """The allowed literals of a string; expressions are not held to them."""
    empty: bool
    """Whether an empty value is allowed."""
    condition: bool
    """Whether reading `context.Response` before there is one makes an expression false."""
    refers: Literal["backend"]
    """What the value is the id of."""
    deferred: bool
    """Whether the element evaluates it at a later moment: its reads do not count for the step."""
    strip: bool
    """Whether blanks around a literal are dropped; true if absent."""
    markup: bool
    """Whether the text may hold child elements, which are then part of it."""


class Scalar:
    """The type of one value: kind, whether an expression is allowed, bounds."""

    __slots__ = ("allows_expression", "kind", "options")

    def __init__(self, annotation: Any, options: ScalarOptions) -> None:
        self.allows_expression = get_origin(annotation) is Value
        # `Value[str | None]` is an expression that may yield null.
        inner = get_args(annotation)[0] if self.allows_expression else without_none(annotation)
        self.kind: Kind = kind_of(inner, any_case=options.get("any_case", False))
        self.options = options

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the allowed literals, if they can be listed."""
        return tuple(self.options.get("one_of", ())) or self.kind.choices

    def lists(self, word: str) -> bool:
        """Tell whether a literal is among those that `one_of` allows."""
        allowed = self.options.get("one_of")
        if allowed is None:
            return True
        if self.options.get("any_case"):
            return word.lower() in (choice.lower() for choice in allowed)
        return word in allowed

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Return the least and the greatest value."""
        return self.options.get("at_least"), self.options.get("at_most")

    @property
    def written_bounds(self) -> tuple[float | None, float | None]:
        """Return the bounds in the unit that documents write."""
        unit = self.kind.unit
        at_least, at_most = (b / unit if b and unit > 1 else b for b in self.bounds)
        return at_least, at_most

    @property
    def may_be_empty(self) -> bool:
        """Tell whether the empty text is a value."""
        return self.options.get("empty", False)


class Field:
    """What all fields have. `key` is the Python name, `name` the one in the document."""

    def __init__(self, doc: str, default: Any, *, name: str = "") -> None:
        self.doc = doc
        self.default = default
        self.name = name
        self.key = ""

    @property
    def required(self) -> bool:
        """Tell whether the document has to give it."""
        return self.default is REQUIRED

    def bind(self, key: str, annotation: Any) -> None:
        """Take name and type from the class. Raises TypeError for a type that does not fit."""
        self.key = key
        self.name = self.name or key.replace("_", "-")


class ScalarField(Field):
    """A field with one value."""

    scalar: Scalar

    def __init__(self, doc: str, default: Any, *, example: str, options: ScalarOptions) -> None:
        super().__init__(doc, default, name=options.get("name", ""))
        self.example = example
        self.options = options

    def bind(self, key: str, annotation: Any) -> None:
        """Find the type; a default for a `Value` is wrapped once, here."""
        super().bind(key, annotation)
        self.scalar = Scalar(without_none(annotation), self.options)
        if self.scalar.allows_expression and self.default not in (REQUIRED, None):
            self.default = literal_value(self.default)


class AttributeField(ScalarField):
    """An attribute."""


class TextField(ScalarField):
    """The text of the element."""


class ChildField(Field):
    """Child elements of one name: `Part`s, elements in a special role, or plain texts."""

    def __init__(self, doc: str, default: Any, *, many: bool, options: ChildOptions) -> None:
        super().__init__(doc, default, name=options.get("name", ""))
        self.many = many
        self.at_least = options.get("at_least", 0)
        self.options = options
        self.scalar: Scalar | None = None
        """Type of the text, where the children hold nothing else."""
        self.type: Any = None
        """The class, where they are more than a text."""

    def bind(self, key: str, annotation: Any) -> None:
        """Find the class of the children, and their name by it."""
        inner = without_none(annotation)
        if self.many:
            inner = get_args(inner)[0]
        declaration = getattr(inner, "declaration", None)
        if declaration is not None:
            self.type = inner
            self.name = self.name or declaration.name
        else:
            scalar = ScalarOptions(empty=self.options.get("empty", False))
            self.scalar = Scalar(inner, scalar)
        super().bind(key, annotation)

    @property
    def required(self) -> bool:
        """Tell whether the document has to give at least one."""
        return self.at_least > 0 if self.many else super().required


class ChildOptions(TypedDict, total=False):
    """What may be said about child elements."""

    name: str
    at_least: int
    empty: bool
    """Whether a child that is a plain text may be empty."""


class BlockField(Field):
    """The policy elements that the element runs itself."""

    def __init__(self, doc: str, only: tuple[str, ...]) -> None:
        super().__init__(doc, Block(()))
        self.only = only


class ComputedField(Field):
    """An attribute of the instance that no document gives; `prepare` sets it."""


def without_none(annotation: Any) -> Any:
    """Return T for `T | None`."""
    if get_origin(annotation) in (Union, types.UnionType):
        (annotation,) = (item for item in get_args(annotation) if item is not types.NoneType)
    return annotation


def attr(
    doc: str, *, default: Any = REQUIRED, example: str = "", **options: Unpack[ScalarOptions]
) -> Any:
    """Declare an attribute; without a default it is required."""
    return AttributeField(doc, default, example=example, options=options)


def text(
    doc: str, *, default: Any = REQUIRED, example: str = "", **options: Unpack[ScalarOptions]
) -> Any:
    """Declare the text of the element."""
    return TextField(doc, default, example=example, options=options)


def child(doc: str, *, default: Any = REQUIRED, **options: Unpack[ChildOptions]) -> Any:
    """Declare a child element; with the default None it may be absent."""
    return ChildField(doc, default, many=False, options=options)


def children(doc: str, *, default: Any = (), **options: Unpack[ChildOptions]) -> Any:
    """Declare child elements of one name, annotated `tuple[T, ...]`."""
    return ChildField(doc, default, many=True, options=options)


def block(doc: str, *, default: Any = None, only: tuple[str, ...] = ()) -> Any:
    """Declare that policy elements stand between the tags; `only` restricts them by name."""
    return BlockField(doc, only)


def computed(*, init: Literal[False] = False) -> Any:
    """Declare an attribute that `prepare` sets when the element is built."""
    return ComputedField("", None)
