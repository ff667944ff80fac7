"""How a file of `library/` declares a .NET type and its members.

    TYPE = DotNetType("System.String", kind="class", python=str)

    @TYPE.method("string! Substring(int startIndex)")
    def substring(text: str, start: int) -> str: ...

    TYPE.property("int Length", code="len({0})")

A member is either a Python function or `code`, a Python expression in which `{0}` is the receiver
(of instance members) and `{1}`, `{2}` ... are the arguments. Code is ours and never holds text of a
policy. Values arrive in the Python form that `values` describes; the binder has already converted
arguments to the declared types and checked the receiver for null.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

Function = TypeVar("Function", bound=Callable[..., Any])


class Declared(msgspec.Struct, eq=False, kw_only=True):
    """One member as declared: its signature is read when somebody first asks for its name."""

    owner: DotNetType
    kind: str
    """method, property, indexer, constructor, operator, implicit, explicit or constant."""
    text: str
    static: bool = False
    extension: bool = False
    code: str = ""
    function: Callable[..., Any] | None = None
    setter: Callable[..., Any] | None = None
    specialize: Callable[..., Any] | None = None
    """Given the type arguments, returns the function; for members that depend on them."""
    context: bool = False
    """The function takes the call's Context first, so the value depends on the call."""
    null_ok: bool = False
    """The member answers or raises by itself where the receiver is null."""
    reads: str = ""
    """The part of the message that it touches, as CompiledExpression.reads names it."""
    value: Any = None
    """Of a constant; the sign of an operator."""
    label: str = ""
    """Name of the function in generated code."""

    @property
    def name(self) -> str:
        """Return the member's name without reading the whole signature."""
        head = self.text.partition("(")[0].partition("[")[0].partition("<")[0].split()
        if self.kind in ("property", "constant"):
            return self.text.split()[-1]
        if self.kind == "operator":
            return f"operator{self.value}"
        if self.kind in ("constructor", "indexer", "implicit", "explicit"):
            return self.kind
        text = self.text.partition("(")[0]
        if text.endswith(">"):
            depth = 0
            for place in range(len(text) - 1, -1, -1):
                depth += {">": 1, "<": -1}.get(text[place], 0)
                if not depth:
                    text = text[:place]
                    break
        return text.split()[-1] if head else ""


class DotNetType:
    """One .NET type of the surface.

    `name` is full, with type parameters: `System.Collections.Generic.List<T>`. `kind` is class,
    struct, interface, enum, static or delegate. `bases` are spelled in C#. `python` are the classes
    whose instances are values of this type.
    """

    def __init__(
        self,
        name: str,
        *,
        kind: str = "class",
        bases: tuple[str, ...] = (),
        python: type | tuple[type, ...] = (),
        default: Any = None,
        variadic: bool = False,
    ) -> None:
        self.name, _, rest = name.partition("<")
        self.parameters = tuple(
            [f"!{part.strip()}" for part in rest.rstrip(">").split(",") if part.strip()]
        )
        self.kind = kind
        self.bases = bases
        self.python = python if isinstance(python, tuple) else (python,)
        self.default = default
        """`default(T)` of a struct."""
        self.variadic = variadic
        """The type may have fewer type arguments than `parameters`."""
        self.declared: list[Declared] = []

    @property
    def simple(self) -> str:
        """Return the name without namespace."""
        return self.name.rpartition(".")[2]

    @property
    def is_value(self) -> bool:
        """Tell whether this is a value type."""
        return self.kind in ("struct", "enum")

    def _add(self, kind: str, text: str, **options: Any) -> Declared:
        word = self.simple if self.simple.isidentifier() else "Elements"
        label = f"{word}_{len(self.declared)}"
        member = Declared(owner=self, kind=kind, text=text, label=label, **options)
        self.declared.append(member)
        return member

    def _decorate(self, kind: str, text: str, **options: Any) -> Callable[[Function], Function]:
        member = self._add(kind, text, **options)

        def decorate(function: Function) -> Function:
            member.function = function
            return function

        return decorate

    def method(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare an instance method."""
        return self._decorate("method", text, **options)

    def static(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare a static method."""
        return self._decorate("method", text, static=True, **options)

    def extension(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare an extension method: the first parameter is `this`."""
        return self._decorate("method", text, static=True, extension=True, **options)

    def generic(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare a method whose function depends on its type arguments.

        The decorated function takes the types and returns the function to call.
        """
        member = self._add("method", text, **options)

        def decorate(function: Function) -> Function:
            member.specialize = function
            return function

        return decorate

    def property(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare an instance property."""
        return self._decorate("property", text, **options)

    def static_property(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare a static property or field."""
        return self._decorate("property", text, static=True, **options)

    def indexer(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare `T this[K key]`."""
        return self._decorate("indexer", text, **options)

    def generic_constructor(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare a constructor whose function depends on the type's own arguments."""
        member = self._add("constructor", text, static=True, **options)

        def decorate(function: Function) -> Function:
            member.specialize = function
            return function

        return decorate

    def constructor(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare a constructor: `(string text, int count)`."""
        return self._decorate("constructor", text, static=True, **options)

    def operator(self, op: str, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare an operator: `-`, `TimeSpan (DateTime left, DateTime right)`."""
        return self._decorate("operator", text, static=True, value=op, **options)

    def implicit(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare a conversion: `JToken of(int value)`."""
        return self._decorate("implicit", text, static=True, **options)

    def explicit(self, text: str, **options: Any) -> Callable[[Function], Function]:
        """Declare a conversion that needs a cast."""
        return self._decorate("explicit", text, static=True, **options)

    def constant(self, text: str, value: Any) -> None:
        """Declare a constant or static readonly field: `int MaxValue`."""
        self._add("constant", text, static=True, value=value)


def enumeration(name: str, python: type) -> DotNetType:
    """Declare an enum from its Python form, an `EnumValue` class with `NAMES`."""
    declared = DotNetType(name, kind="enum", python=python, default=python(0))
    names: dict[int, str] = python.NAMES  # type: ignore[attr-defined]  # EnumValue has NAMES
    for value, member in names.items():
        declared.constant(f"{declared.simple} {member}", python(value))
    return declared
