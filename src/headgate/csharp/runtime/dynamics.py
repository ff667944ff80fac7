"""What `dynamic` finds out at run time: conversions, operators and members of any value.

Members are looked up in the surface by the value's run-time type, as the binder would have done.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import Declared
from headgate.csharp.errors import DotNetError, null_reference
from headgate.csharp.runtime import arithmetic, casts
from headgate.csharp.runtime.equality import equal as equal_objects
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsonconvert import token_cast
from headgate.csharp.runtime.jsontree import JArray, JObject, JValue
from headgate.csharp.signatures import Parameter
from headgate.csharp.surface import Candidate, Surface, surface
from headgate.csharp.types import (
    BOOLEAN,
    CHAR,
    DECIMAL,
    DOUBLE,
    INT32,
    INT64,
    INTEGRAL,
    NULLABLE,
    NUMERIC,
    OBJECT,
    SINGLE,
    STRING,
    Type,
)
from headgate.csharp.values import to_text, type_name_of, type_of
from headgate.model.context import Context

BINDER = "Microsoft.CSharp.RuntimeBinder.RuntimeBinderException"
HOLE = re.compile(r"\{(\d)\}")


def trouble(message: str) -> DotNetError:
    """Return the error of a dynamic operation that does not exist."""
    return DotNetError(BINDER, message)


def converter(known: Surface, kind: Type) -> casts.Cast:
    """Return the implicit conversion of a dynamic value: a cast, widening, JSON to a value."""
    cast = casts.caster(known, kind.args[0] if kind.name == NULLABLE else kind)
    bare = kind.args[0] if kind.name == NULLABLE else kind
    null_ok = kind.name == NULLABLE

    def convert(value: Any) -> Any:
        if value is None and null_ok:
            return None
        if isinstance(value, JToken) and bare in (*NUMERIC, STRING, BOOLEAN):
            return token_cast(kind)(value)
        if bare in NUMERIC and type_of(value) in NUMERIC:
            return casts.numeric_cast(bare, False)(value)
        return cast(value)

    return convert


def plain(value: Any) -> Any:
    """Return what a JValue holds."""
    return value.net_value() if isinstance(value, JValue) else value


def promoted(left: Type, right: Type) -> Type:
    """Return the type in which two numbers are computed."""
    for wide in (DECIMAL, DOUBLE, SINGLE):
        if wide in (left, right):
            return wide
    return INT64 if INT64 in (left, right) else INT32


INTEGERS: dict[str, Callable[[int, int], Any]] = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "/": arithmetic.divide,
    "%": arithmetic.remainder,
    "&": int.__and__,
    "|": int.__or__,
    "^": int.__xor__,
}
REALS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: arithmetic.divide_real(left, right),
    "%": lambda left, right: arithmetic.remainder_real(left, right),
}
DECIMALS: dict[str, Callable[[Any, Any], Any]] = {
    "+": arithmetic.add_decimal,
    "-": arithmetic.subtract_decimal,
    "*": arithmetic.multiply_decimal,
    "/": arithmetic.divide_decimal,
    "%": arithmetic.remainder_decimal,
}
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def binary(op: str, left: Any, right: Any) -> Any:
    """Apply an operator to values of types known only now."""
    left, right = plain(left), plain(right)
    if op == "+" and (type(left) is str or type(right) is str):
        return to_text(left) + to_text(right)
    if isinstance(left, bool) and isinstance(right, bool) and op in "&|^":
        return {"&": left & right, "|": left | right, "^": left ^ right}[op]
    kinds = type_of(left), type_of(right)
    if kinds[0] not in NUMERIC or kinds[1] not in NUMERIC:
        raise trouble(
            f"Operator '{op}' cannot be applied to operands of type "
            f"'{type_name_of(left)}' and '{type_name_of(right)}'"
        )
    kind = promoted(*kinds)
    cast = casts.numeric_cast(kind, False)
    one, other = cast(left), cast(right)
    if op in RELATIONS:
        return RELATIONS[op](one, other)
    if kind in INTEGRAL:
        return arithmetic.fitted(kind)(INTEGERS[op](int(one), int(other)))
    table = DECIMALS if kind == DECIMAL else REALS
    if op not in table:
        raise trouble(f"Operator '{op}' cannot be applied.")
    return cast(table[op](one, other))


def unary(op: str, operand: Any) -> Any:
    """Apply a prefix operator."""
    value = plain(operand)
    if op == "!" and isinstance(value, bool):
        return not value
    kind = type_of(value)
    if kind not in NUMERIC or kind == CHAR or op == "!":
        raise trouble(f"Operator '{op}' cannot be applied to '{type_name_of(value)}'")
    if op == "+":
        return value
    return binary("-", 0, value) if op == "-" else arithmetic.fitted(kind)(~value)


def equal(left: Any, right: Any) -> bool:
    """Compare with `==`: numbers by value whatever their type, JSON values by what they hold."""
    if left is None or right is None:
        return left is right
    if isinstance(left, JToken) and isinstance(right, JToken):
        return left is right
    left, right = plain(left), plain(right)
    if type_of(left) in NUMERIC and type_of(right) in NUMERIC:
        return bool(left == right)
    return equal_objects(left, right)


def member(target: Any, name: str) -> Any:
    """Read a property: of a JSON object its member, else what the surface declares."""
    if isinstance(target, JObject):
        return target.get(name)
    kind = type_of(target)
    if any(field == name for field, _ in kind.fields):
        return target.fields[name]
    for found in surface().find(kind, name):
        if found.declared.kind == "property" and not found.declared.context:
            return apply(found.declared, (), [target])
    raise trouble(f"'{type_name_of(target)}' does not contain a definition for '{name}'")


def element(target: Any, *keys: Any) -> Any:
    """Read an element."""
    if isinstance(target, JObject | JArray) and len(keys) == 1:
        keys = (plain(keys[0]),)
    for found in surface().find(type_of(target), "indexer"):
        texts = taken(found, list(keys))
        if texts is not None:
            return apply(found.declared, (), [target, *texts])
    raise trouble(f"Cannot apply indexing to '{type_name_of(target)}'")


def taken(found: Candidate, values: list[Any]) -> list[Any] | None:
    """Return arguments for an overload, or None if it does not take the values."""
    parameters = found.signature.parameters
    if found.signature.generics or any(one.mode in ("out", "ref") for one in parameters):
        return None
    needed = sum(not one.optional for one in parameters)
    if not needed <= len(values) <= len(parameters):
        return None
    known = surface()
    given: list[Any] = []
    for parameter, value in zip(parameters, values, strict=False):
        if not fits(known, parameter, value):
            return None
        given.append(passed(known, parameter.type, value))
    return [*given, *[one.default for one in parameters[len(values) :]]]


def passed(known: Surface, kind: Type, value: Any) -> Any:
    """Return an argument as its parameter takes it."""
    declared = conversion(known, kind, value)
    return converter(known, kind)(value) if declared is None else declared(value)


def conversion(known: Surface, kind: Type, value: Any) -> Callable[[Any], Any] | None:
    """Return the implicit conversion of a text that a type such as XName declares."""
    if type(value) is not str or kind in (OBJECT, STRING):
        return None
    for found in known.own(kind.name, "implicit"):
        if found.signature.parameters[0].type == STRING:
            return found.declared.function
    return None


def fits(known: Surface, parameter: Parameter, value: Any) -> bool:
    """Tell whether a parameter takes a value."""
    kind = parameter.type
    if value is None:
        return not known.is_value(kind)
    if conversion(known, kind, value) is not None:
        return True
    source = type_of(value)
    if source in NUMERIC and kind in NUMERIC:
        return source == kind or (source == INT32 and kind in (INT64, DOUBLE, DECIMAL))
    return kind == OBJECT or known.is_subtype(source, kind)


def call(context: Context, target: Any, name: str, *arguments: Any) -> Any:
    """Call a method that the surface declares for the value's type, or an extension method."""
    if target is None:
        null_reference()
    known = surface()
    for found in known.find(type_of(target), name):
        if found.declared.kind == "method" and not found.declared.static:
            given = taken(found, list(arguments))
            if given is not None:
                return apply(found.declared, prefix(found, context), [target, *given])
    for found in known.extension_methods(name):
        given = taken(found, [target, *arguments])
        if given is not None:
            return apply(found.declared, prefix(found, context), given)
    raise trouble(f"'{type_name_of(target)}' does not contain a definition for '{name}'")


def prefix(found: Candidate, context: Context) -> tuple[Any, ...]:
    """Return what a function takes in front of its arguments."""
    return (context,) if found.declared.context else ()


def apply(member: Declared, before: tuple[Any, ...], values: list[Any]) -> Any:
    """Run a member on values."""
    if member.function is not None and not member.code:
        return member.function(*before, *values)
    if member.specialize is not None:
        raise trouble("A generic member needs its type arguments.")
    names = {f"a{place}": value for place, value in enumerate(values)}
    # The template is ours and refers to nothing but the values.
    source = HOLE.sub(lambda found: f"a{found[1]}", member.code)
    return eval(source, {"__builtins__": {}, "len": len}, names)
