"""Static .NET types as values: a name and type arguments."""

from __future__ import annotations

import msgspec


class Type(msgspec.Struct, frozen=True, cache_hash=True):
    """A .NET type. Arrays are named `[]` and `[,]`, type parameters start with `!`."""

    name: str
    args: tuple[Type, ...] = ()
    fields: tuple[tuple[str, Type], ...] = ()
    """Members of an anonymous type, in order."""

    def __str__(self) -> str:
        """Return the C# spelling with full names, e.g. `System.Collections.Generic.List<...>`."""
        if self.name in ("[]", "[,]"):
            return f"{self.args[0]}{self.name}"
        if not self.args:
            return self.name.lstrip("!")
        return f"{self.name}<{', '.join(map(str, self.args))}>"


def simple(name: str) -> Type:
    """Return a type of namespace `System` without arguments."""
    return Type(f"System.{name}")


OBJECT = simple("Object")
STRING = simple("String")
BOOLEAN = simple("Boolean")
CHAR = simple("Char")
SBYTE = simple("SByte")
BYTE = simple("Byte")
INT16 = simple("Int16")
UINT16 = simple("UInt16")
INT32 = simple("Int32")
UINT32 = simple("UInt32")
INT64 = simple("Int64")
UINT64 = simple("UInt64")
SINGLE = simple("Single")
DOUBLE = simple("Double")
DECIMAL = simple("Decimal")
VOID = simple("Void")
EXCEPTION = simple("Exception")
DYNAMIC = Type("dynamic")
NULL = Type("null")
"""The type of the literal `null`."""
THROW = Type("throw")
"""The type of a throw expression, which converts to everything."""

KEYWORDS = {
    "object": OBJECT,
    "string": STRING,
    "bool": BOOLEAN,
    "char": CHAR,
    "sbyte": SBYTE,
    "byte": BYTE,
    "short": INT16,
    "ushort": UINT16,
    "int": INT32,
    "uint": UINT32,
    "long": INT64,
    "ulong": UINT64,
    "float": SINGLE,
    "double": DOUBLE,
    "decimal": DECIMAL,
    "void": VOID,
    "dynamic": DYNAMIC,
}

RANGES: dict[Type, tuple[int, int]] = {
    SBYTE: (-(1 << 7), (1 << 7) - 1),
    BYTE: (0, (1 << 8) - 1),
    INT16: (-(1 << 15), (1 << 15) - 1),
    UINT16: (0, (1 << 16) - 1),
    INT32: (-(1 << 31), (1 << 31) - 1),
    UINT32: (0, (1 << 32) - 1),
    INT64: (-(1 << 63), (1 << 63) - 1),
    UINT64: (0, (1 << 64) - 1),
    CHAR: (0, (1 << 16) - 1),
}
INTEGRAL = frozenset(RANGES)
UNSIGNED = frozenset([BYTE, UINT16, UINT32, UINT64])
NUMERIC = INTEGRAL | {SINGLE, DOUBLE, DECIMAL}

ENUMERABLE = "System.Collections.Generic.IEnumerable"
NULLABLE = "System.Nullable"
DELEGATES = frozenset(
    f"System.{name}" for name in ("Func", "Action", "Predicate", "Comparison", "Converter")
)


def array(element: Type) -> Type:
    """Return `element[]`."""
    return Type("[]", (element,))


def enumerable(element: Type) -> Type:
    """Return `IEnumerable<element>`."""
    return Type(ENUMERABLE, (element,))


def nullable(inner: Type) -> Type:
    """Return `inner?` of a value type."""
    return Type(NULLABLE, (inner,))


def underlying(kind: Type) -> Type:
    """Return T of `T?`, else the type itself."""
    return kind.args[0] if kind.name == NULLABLE else kind


def delegate_parts(kind: Type) -> tuple[tuple[Type, ...], Type]:
    """Return parameter types and return type of a delegate type."""
    if kind.name == "System.Func":
        return kind.args[:-1], kind.args[-1]
    if kind.name == "System.Predicate":
        return kind.args, BOOLEAN
    if kind.name == "System.Comparison":
        return (kind.args[0], kind.args[0]), INT32
    if kind.name == "System.Converter":
        return kind.args[:1], kind.args[1]
    return kind.args, VOID


def substitute(kind: Type, values: dict[str, Type]) -> Type:
    """Replace type parameters by their values."""
    if kind.name[0] == "!":
        return values.get(kind.name, kind)
    if not kind.args:
        return kind
    args = tuple([substitute(arg, values) for arg in kind.args])
    return kind if args == kind.args else Type(kind.name, args, kind.fields)


def is_open(kind: Type) -> bool:
    """Tell whether type parameters are left in a type."""
    return kind.name[0] == "!" or any(map(is_open, kind.args))


SHORT = {kind: word for word, kind in KEYWORDS.items()}


def show(kind: Type) -> str:
    """Return a type as people write it: `List<string>`, `int?`."""
    if kind in SHORT:
        return SHORT[kind]
    if kind.name in ("[]", "[,]"):
        return show(kind.args[0]) + kind.name
    if kind.name == NULLABLE:
        return show(kind.args[0]) + "?"
    name = kind.name.rpartition(".")[2].lstrip("!")
    return f"{name}<{', '.join(map(show, kind.args))}>" if kind.args else name


def reflection_name(kind: Type) -> str:
    """Return `Type.ToString()`: ``System.Collections.Generic.List`1[System.String]``."""
    if kind.name in ("[]", "[,]"):
        return reflection_name(kind.args[0]) + kind.name
    if not kind.args:
        return kind.name
    return f"{kind.name}`{len(kind.args)}[{','.join(map(reflection_name, kind.args))}]"
