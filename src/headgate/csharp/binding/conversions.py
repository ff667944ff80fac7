"""Conversions between static types: implicit, explicit, boxing, nullable, declared by a type."""

from __future__ import annotations

from typing import Any

from headgate.csharp import tree
from headgate.csharp.binding.binder import NOT_CONSTANT, Binder, Code
from headgate.csharp.diagnostics import BindError
from headgate.csharp.runtime import casts, dynamics, support
from headgate.csharp.surface import Candidate
from headgate.csharp.types import (
    BYTE,
    CHAR,
    DECIMAL,
    DOUBLE,
    DYNAMIC,
    INT16,
    INT32,
    INT64,
    INTEGRAL,
    NULL,
    NULLABLE,
    NUMERIC,
    OBJECT,
    RANGES,
    SBYTE,
    SINGLE,
    THROW,
    UINT16,
    UINT32,
    UINT64,
    VOID,
    Type,
    show,
    underlying,
)

REALS = (SINGLE, DOUBLE, DECIMAL)
WIDENS: dict[Type, tuple[Type, ...]] = {
    SBYTE: (INT16, INT32, INT64, *REALS),
    BYTE: (INT16, UINT16, INT32, UINT32, INT64, UINT64, *REALS),
    INT16: (INT32, INT64, *REALS),
    UINT16: (INT32, UINT32, INT64, UINT64, *REALS),
    INT32: (INT64, *REALS),
    UINT32: (INT64, UINT64, *REALS),
    INT64: REALS,
    UINT64: REALS,
    CHAR: (UINT16, INT32, UINT32, INT64, UINT64, *REALS),
    SINGLE: (DOUBLE,),
}
"""Implicit numeric conversions."""

CONSTANT_TARGETS = (SBYTE, BYTE, INT16, UINT16, UINT32, UINT64)


def value_of_integer(code: Code) -> int | None:
    """Return the value of an integral constant."""
    if not code.is_constant or code.type not in INTEGRAL:
        return None
    return ord(code.constant) if code.type == CHAR else int(code.constant)


def convertible(b: Binder, source: Type, target: Type) -> bool:
    """Tell whether an implicit conversion exists between types, constants left aside."""
    if source == target or source in (DYNAMIC, THROW) or target in (OBJECT, DYNAMIC):
        return source != VOID
    if source == NULL:
        return b.is_reference(target)
    if target.name == NULLABLE:
        return convertible(b, underlying(source), target.args[0])
    if source.name == NULLABLE:
        return False
    if target in WIDENS.get(source, ()):
        return True
    return (
        b.surface.is_subtype(source, target) or declared(b, source, target, "implicit") is not None
    )


def numeric(b: Binder, code: Code, target: Type) -> Code:
    """Convert between numeric types; the values of constants are known."""
    cast = casts.numeric_cast(target, b.checked)
    if code.is_constant:
        return b.constant(cast(code.constant), target)
    if code.type in INTEGRAL and code.type != CHAR and target in (INT64, DOUBLE):
        text = f"{b.name(target.name.rpartition('.')[2], casts.CLASSES[target])}({code.text})"
    else:
        label = f"to_{target.name.rpartition('.')[2]}{'_checked' if b.checked else ''}"
        text = f"{b.name(label, cast)}({code.text})"
    return Code(text, target, safe=True)


def lifted(b: Binder, code: Code, target: Type, explicit: bool) -> Code | None:
    """Convert a nullable to another nullable: null stays null."""
    first, again = b.once(code)
    inner = Code(again, underlying(code.type), plain=True)
    found = convert(b, inner, target.args[0], explicit=explicit)
    if found is None:
        return None
    if found.text == again:
        return Code(code.text, target, plain=code.plain)
    return Code(f"(None if {first} is None else {found.text})", target)


def implicit(b: Binder, code: Code, target: Type) -> Code | None:
    """Convert a value without a cast; None: there is no such conversion."""
    return convert(b, code, target, explicit=False)


def convert(b: Binder, code: Code, target: Type, *, explicit: bool) -> Code | None:
    """Convert a value; None: there is no such conversion."""
    source = code.type
    if source == target:
        return code
    if source == VOID or target == VOID:
        return None
    if target in (OBJECT, DYNAMIC):
        return retyped(code, target)
    if source in (NULL, THROW):
        return retyped(code, target) if source == THROW or b.is_reference(target) else None
    if source == DYNAMIC:
        cast = b.name(f"dynamic_{b.type_value(target)}", dynamics.converter(b.surface, target))
        return Code(f"{cast}({code.text})", target)
    if target.name == NULLABLE:
        return to_nullable(b, code, target, explicit)
    constant = constant_conversion(b, code, target)
    if constant is not None:
        return constant
    if target in WIDENS.get(source, ()):
        return numeric(b, code, target)
    if b.surface.is_subtype(source, target):
        return retyped(code, target)
    found = declared(b, source, target, "implicit")
    if found is not None:
        return apply(b, code, found, target)
    return explicitly(b, code, target) if explicit else None


def retyped(code: Code, target: Type) -> Code:
    """Return the same value under another static type."""
    return Code(
        code.text,
        target,
        constant=None if code.type == NULL else NOT_CONSTANT,
        safe=code.safe,
        plain=code.plain,
        variable=code.variable and target == OBJECT,
    )


def to_nullable(b: Binder, code: Code, target: Type, explicit: bool) -> Code | None:
    """Convert something to `T?`."""
    if code.type.name == NULLABLE:
        return lifted(b, code, target, explicit)
    if explicit and code.type == OBJECT:
        return unboxed(b, code, target)
    exact = declared(b, code.type, target, "implicit") or (
        declared(b, code.type, target, "explicit") if explicit else None
    )
    if exact is not None and exact.signature.returns == target:
        return apply(b, code, exact, target)
    inner = convert(b, code, target.args[0], explicit=explicit)
    return None if inner is None else Code(inner.text, target, safe=inner.safe, plain=inner.plain)


def constant_conversion(b: Binder, code: Code, target: Type) -> Code | None:
    """Convert an int constant to a narrower type that holds it, or 0 to an enum."""
    value = value_of_integer(code)
    if value is None or code.type not in (INT32, INT64):
        return None
    if target in CONSTANT_TARGETS and code.type == INT32:
        low, high = RANGES[target]
        return numeric(b, code, target) if low <= value <= high else None
    if target == UINT64 and value >= 0:
        return numeric(b, code, target)
    if value == 0 and is_enum(b, target):
        return b.constant(enum_class(b, target)(0), target)
    return None


def is_enum(b: Binder, kind: Type) -> bool:
    """Tell whether a type is an enum."""
    found = b.surface.types.get(kind.name)
    return found is not None and found.kind == "enum"


def enum_class(b: Binder, kind: Type) -> Any:
    """Return the Python class of an enum."""
    return b.surface.types[kind.name].python[0]


def explicitly(b: Binder, code: Code, target: Type) -> Code | None:
    """Convert with a cast what has no implicit conversion."""
    source = code.type
    if source.name == NULLABLE:
        inner = Code(f"{b.helper(support.present)}({code.text})", underlying(source), safe=True)
        return convert(b, inner, target, explicit=True)
    if source in NUMERIC and target in NUMERIC:
        return numeric(b, code, target)
    if is_enum(b, target) and source in NUMERIC:
        cast = b.name(target.name.rpartition(".")[2], enum_class(b, target))
        return Code(f"{cast}({convert_text(b, code, INT32)})", target, safe=True)
    if is_enum(b, source) and target in NUMERIC:
        number = Code(f"{b.helper(int_of)}({code.text})", INT32, safe=True)
        return convert(b, number, target, explicit=True)
    found = declared(b, source, target, "explicit")
    if found is not None:
        return apply(b, code, found, target)
    if may_hold(b, source, target):
        return unboxed(b, code, target)
    return None


def int_of(value: Any) -> int:
    """Return the number of an enum member."""
    return int(value)


def convert_text(b: Binder, code: Code, target: Type) -> str:
    """Return the text of a numeric conversion that always exists."""
    found = convert(b, code, target, explicit=True)
    assert found is not None
    return found.text


def may_hold(b: Binder, source: Type, target: Type) -> bool:
    """Tell whether a value of one reference type may turn out to be of the other."""
    if source == OBJECT or b.surface.is_subtype(target, source):
        return True
    one, other = b.surface.declared(source), b.surface.declared(target)
    if one is None or other is None or one.is_value or other.is_value:
        return False
    return "interface" in (one.kind, other.kind)


def unboxed(b: Binder, code: Code, target: Type) -> Code:
    """Cast a reference at run time."""
    if target.name == NULLABLE:
        first, again = b.once(code)
        inner = unboxed(b, Code(again, OBJECT, plain=True), target.args[0])
        return Code(f"(None if {first} is None else {inner.text})", target)
    cast = b.name(f"cast_{b.type_value(target)}", cached_caster(b, target))
    return Code(f"{cast}({code.text})", target, safe=b.surface.is_value(target))


def cached_caster(b: Binder, target: Type) -> casts.Cast:
    """Return the cast function that this expression already uses for a type, or a new one."""
    known = b.namespace.get(f"cast_{b.type_value(target)}")
    return known if known is not None else casts.caster(b.surface, target)


def declared(b: Binder, source: Type, target: Type, kind: str) -> Candidate | None:
    """Return the conversion that one of two types declares, the closest if there are several."""
    if source == OBJECT or target == OBJECT:
        return None
    best: Candidate | None = None
    for owner in dict.fromkeys([*b.surface.lineage(target), *b.surface.lineage(source)]):
        for one in b.surface.own(owner.name, kind):
            takes, gives = one.signature.parameters[0].type, one.signature.returns
            fits = takes == source or standard(b, source, takes)
            if not fits or not (gives == target or standard(b, gives, target)):
                continue
            if takes == source and gives == target:
                return one
            if best is None or closer(b, one, best):
                best = one
    return best


def closer(b: Binder, one: Candidate, best: Candidate) -> bool:
    """Tell whether a conversion takes or gives a more specific type than another."""
    mine, other = one.signature, best.signature
    if mine.parameters[0].type != other.parameters[0].type:
        return standard(b, mine.parameters[0].type, other.parameters[0].type)
    return standard(b, other.returns, mine.returns)


def standard(b: Binder, source: Type, target: Type) -> bool:
    """Tell whether an implicit conversion exists that no type declares."""
    if source == target or target in WIDENS.get(source, ()):
        return True
    if source == NULL:
        return False
    if target.name == NULLABLE:
        return source.name != NULLABLE and standard(b, source, target.args[0])
    return target != OBJECT and b.surface.is_subtype(source, target)


def apply(b: Binder, code: Code, found: Candidate, target: Type) -> Code | None:
    """Call a declared conversion."""
    member = found.declared
    takes, gives = found.signature.parameters[0].type, found.signature.returns
    argument = implicit(b, code, takes)
    assert argument is not None
    assert member.function is not None
    text = f"{b.name(member.label, member.function)}({argument.text})"
    return convert(b, Code(text, gives, safe=found.signature.never_null), target, explicit=True)


def bind_to(b: Binder, node: tree.Expression, target: Type) -> Code:
    """Bind an expression and convert it to the type that its place wants."""
    handler = b.targeted.get(type(node))
    code = handler(b, node, target) if handler is not None else b.bind(node)
    found = implicit(b, code, target)
    if found is None:
        raise mismatch(b, code, target, node)
    return found


def mismatch(b: Binder, code: Code, target: Type, node: tree.Node) -> BindError:
    """Return the error for a value of the wrong type."""
    hint = ""
    if convert(b, code, target, explicit=True) is not None:
        hint = f"a cast `({show(target)})` is needed"
    what = "null" if code.type == NULL else f"a value of type `{show(code.type)}`"
    return b.error(
        "HG207", f"{what[0].upper()}{what[1:]} cannot be used as `{show(target)}`.", node, hint
    )
