"""Operators on static types: promotion, lifting, equality, joining of texts."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.conversions import (
    convertible,
    implicit,
    int_of,
    is_enum,
    value_of_integer,
)
from headgate.csharp.diagnostics import BindError
from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import arithmetic, casts, dynamics, texts
from headgate.csharp.types import (
    BOOLEAN,
    CHAR,
    DECIMAL,
    DOUBLE,
    DYNAMIC,
    INT32,
    INT64,
    INTEGRAL,
    NULL,
    NULLABLE,
    NUMERIC,
    OBJECT,
    RANGES,
    SINGLE,
    STRING,
    THROW,
    UINT32,
    UINT64,
    VOID,
    Type,
    nullable,
    show,
    underlying,
)
from headgate.csharp.values import to_text

COMPARE = ("<", ">", "<=", ">=")
EQUAL = ("==", "!=")
SIGNED = (Type("System.SByte"), Type("System.Int16"), INT32, INT64)
SMALL = INTEGRAL - {INT32, UINT32, INT64, UINT64}
FOLD: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": arithmetic.divide,
    "%": arithmetic.remainder,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
REAL = {"/": arithmetic.divide_real, "%": arithmetic.remainder_real}
DECIMALS = {
    "+": arithmetic.add_decimal,
    "-": arithmetic.subtract_decimal,
    "*": arithmetic.multiply_decimal,
    "/": arithmetic.divide_decimal,
    "%": arithmetic.remainder_decimal,
}
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def refuse(b: Binder, op: str, left: Code, right: Code, node: tree.Node) -> BindError:
    """Return the error that an operator does not exist for two types."""
    hint = ""
    if OBJECT in (left.type, right.type):
        hint = "cast the object to its type first, e.g. `(int)context.Variables[...]`"
    return b.error(
        "HG212",
        f"`{op}` does not exist for `{show(left.type)}` and `{show(right.type)}`.",
        node,
        hint,
    )


def promoted(left: Type, right: Type) -> Type | None:
    """Return the type in which C# computes two numbers; None: there is none."""
    kinds = (left, right)
    if DECIMAL in kinds:
        return None if SINGLE in kinds or DOUBLE in kinds else DECIMAL
    for wide in (DOUBLE, SINGLE):
        if wide in kinds:
            return wide
    if UINT64 in kinds:
        other = right if left == UINT64 else left
        return None if other in SIGNED else UINT64
    if INT64 in kinds:
        return INT64
    if UINT32 in kinds:
        other = right if left == UINT32 else left
        return INT64 if other in SIGNED else UINT32
    return INT32


def binary(b: Binder, op: str, left: Code, right: Code, node: tree.Node) -> Code:
    """Apply a binary operator other than `&&`, `||` and `??`."""
    if VOID in (left.type, right.type) or THROW in (left.type, right.type):
        raise refuse(b, op, left, right, node)
    if op == "+" and joins(b, left, right):
        return concatenated(b, [left, right])
    found = declared(b, op, left, right, node)
    if found is not None:
        return found
    if DYNAMIC in (left.type, right.type) and op not in EQUAL:
        helper = b.helper(dynamics.binary)
        return Code(f"{helper}({op!r}, {left.text}, {right.text})", DYNAMIC)
    if NULLABLE in (left.type.name, right.type.name):
        return lifted(b, op, left, right, node)
    if left.type in NUMERIC and right.type in NUMERIC:
        return numeric(b, op, left, right, node)
    if left.type == BOOLEAN and right.type == BOOLEAN and op in ("&", "|", "^", *EQUAL):
        return logical(b, op, left, right)
    if is_enum(b, left.type) or is_enum(b, right.type):
        return enums(b, op, left, right, node)
    if op in EQUAL:
        return equality(b, op, left, right, node)
    raise refuse(b, op, left, right, node)


def folded(b: Binder, function: Callable[[], Any], kind: Type, node: tree.Node) -> Code:
    """Compute a constant expression."""
    try:
        value = function()
    except DotNetError as error:
        raise b.error("HG213", error.message, node) from error
    if kind in INTEGRAL:
        low, high = RANGES[kind]
        if not low <= value <= high:
            if not b.unchecked:
                raise b.error("HG213", "The constant does not fit into its type.", node)
            value = casts.wrap(value, kind)
        value = casts.make(kind, value)
    return b.constant(value, kind)


def numeric(b: Binder, op: str, left: Code, right: Code, node: tree.Node) -> Code:
    """Apply an operator to two numbers."""
    if op in ("<<", ">>"):
        return shift(b, op, left, right, node)
    kind = promoted(*fitted_constants(left, right))
    if kind is None:
        raise refuse(b, op, left, right, node)
    if op in EQUAL and left.type == right.type == CHAR:
        return Code(f"({left.text} {op} {right.text})", BOOLEAN, safe=True)
    one, other = implicit(b, left, kind), implicit(b, right, kind)
    if one is None or other is None:
        raise refuse(b, op, left, right, node)
    if op in RELATIONS:
        if one.is_constant and other.is_constant:
            return b.constant(RELATIONS[op](one.constant, other.constant), BOOLEAN)
        return Code(f"({one.text} {op} {other.text})", BOOLEAN, safe=True)
    if kind == DECIMAL or kind in (DOUBLE, SINGLE):
        return real(b, op, one, other, node)
    if one.is_constant and other.is_constant:
        return folded(b, lambda: FOLD[op](int(one.constant), int(other.constant)), kind, node)
    if op in ("/", "%"):
        helper = b.helper(FOLD[op])
        return fit(b, f"{helper}({one.text}, {other.text})", kind, never=op == "%")
    return fit(b, f"{one.text} {op} {other.text}", kind, never=op in "&|^")


def fitted_constants(left: Code, right: Code) -> tuple[Type, Type]:
    """Return the operand types, where a constant that fits takes the unsigned type beside it."""
    kinds = [left.type, right.type]
    for place, (one, other) in enumerate(((left, right), (right, left))):
        value = value_of_integer(one)
        wide = other.type == UINT64 or (other.type == UINT32 and one.type == INT32)
        if value is not None and value >= 0 and one.type in SIGNED and wide:
            kinds[place] = other.type
    return kinds[0], kinds[1]


def fit(b: Binder, text: str, kind: Type, *, never: bool = False) -> Code:
    """Reduce the result of integer arithmetic to its type. `never`: int cannot overflow."""
    if kind == INT32 and never:
        return Code(f"({text})", kind, safe=True)
    if kind == INT32 and not b.checked:
        name = b.temporary()
        wrap = b.name("fit_Int32", arithmetic.fitted(INT32))
        return Code(
            f"({name} if -2147483648 <= ({name} := {text}) <= 2147483647 else {wrap}({name}))",
            kind,
            safe=True,
        )
    maker = arithmetic.fitted_checked if b.checked else arithmetic.fitted
    label = f"{'check' if b.checked else 'fit'}_{kind.name.rpartition('.')[2]}"
    return Code(f"{b.name(label, maker(kind))}({text})", kind, safe=True)


def real(b: Binder, op: str, left: Code, right: Code, node: tree.Node) -> Code:
    """Apply an operator to two doubles, floats or decimals."""
    kind = left.type
    function = DECIMALS.get(op) if kind == DECIMAL else REAL.get(op, FOLD.get(op))
    if function is None or op in "&|^":
        raise refuse(b, op, left, right, node)
    if left.is_constant and right.is_constant:
        cast = casts.numeric_cast(kind, False)
        return folded(b, lambda: cast(function(left.constant, right.constant)), kind, node)
    if kind == DECIMAL or op in REAL:
        text = f"{b.helper(function)}({left.text}, {right.text})"
    else:
        text = f"({left.text} {op} {right.text})"
    if kind == SINGLE:
        text = f"{b.name('Single', casts.CLASSES[SINGLE])}({text})"
    return Code(text, kind, safe=True)


def shift(b: Binder, op: str, left: Code, right: Code, node: tree.Node) -> Code:
    """Shift: the count is reduced to the width, which is that of the left operand."""
    kind = INT32 if left.type in SMALL else left.type
    one, count = implicit(b, left, kind), implicit(b, right, INT32)
    if kind not in INTEGRAL or one is None or count is None:
        raise refuse(b, op, left, right, node)
    mask = 63 if kind in (INT64, UINT64) else 31
    if one.is_constant and count.is_constant:
        places = int(count.constant) & mask
        value = int(one.constant) << places if op == "<<" else int(one.constant) >> places
        return b.constant(casts.make(kind, casts.wrap(value, kind)), kind)
    maker = b.name(f"fit_{kind.name.rpartition('.')[2]}", arithmetic.fitted(kind))
    return Code(f"{maker}({one.text} {op} ({count.text} & {mask}))", kind, safe=True)


def logical(b: Binder, op: str, left: Code, right: Code) -> Code:
    """Apply `&`, `|`, `^`, `==`, `!=` to booleans; both sides are evaluated."""
    return Code(f"({left.text} {op} {right.text})", BOOLEAN, safe=True)


def lifted(b: Binder, op: str, left: Code, right: Code, node: tree.Node) -> Code:
    """Apply an operator where an operand is nullable: null gives null, or false."""
    if NULL in (left.type, right.type):
        value = right if left.type == NULL else left
        if op in EQUAL:
            test = b.absent if op == "==" else b.present
            return Code(f"({test(value, value.text)})", BOOLEAN, safe=True)
        return Code(f"{b.helper(arithmetic.nothing)}({value.text})", value.type)
    bare = (underlying(left.type), underlying(right.type))
    if op in "&|" and bare == (BOOLEAN, BOOLEAN):
        helper = b.helper(arithmetic.and_ if op == "&" else arithmetic.or_)
        return Code(f"{helper}({left.text}, {right.text})", nullable(BOOLEAN))
    (first, one), (second, other) = b.once(left), b.once(right)
    inner = binary(
        b,
        op,
        Code(one, bare[0], plain=True, safe=True),
        Code(other, bare[1], plain=True, safe=True),
        node,
    )
    if op in EQUAL:
        null = f"({b.absent(left, one)}) {op} ({b.absent(right, other)})"
        both = f"({b.present(left, first)}) & ({b.present(right, second)})"
        return Code(
            f"({inner.text} if {both} else {null})",
            BOOLEAN,
            safe=True,
        )
    absent = "False" if op in COMPARE else "None"
    kind = BOOLEAN if op in COMPARE else nullable(inner.type)
    missing = f"({b.absent(left, first)}) | ({b.absent(right, second)})"
    return Code(f"({absent} if {missing} else {inner.text})", kind)


def enums(b: Binder, op: str, left: Code, right: Code, node: tree.Node) -> Code:
    """Apply an operator to members of one enum, or a member and a number."""
    kind = left.type if is_enum(b, left.type) else right.type
    one, other = implicit(b, left, kind), implicit(b, right, kind)
    maker = b.name(kind.name.rpartition(".")[2], b.surface.types[kind.name].python[0])
    if one is not None and other is not None:
        if op in RELATIONS:
            return Code(f"({one.text} {op} {other.text})", BOOLEAN, safe=True)
        if op in "&|^":
            return Code(f"{maker}({one.text} {op} {other.text})", kind, safe=True)
        if op == "-":
            return Code(f"({b.helper(int_of)}({one.text} - {other.text}))", INT32, safe=True)
    number = right if kind == left.type else left
    if op in "+-" and number.type == INT32:
        return Code(f"{maker}({left.text} {op} {right.text})", kind, safe=True)
    raise refuse(b, op, left, right, node)


def equality(b: Binder, op: str, left: Code, right: Code, node: tree.Node) -> Code:
    """Compare values that are no numbers: texts by value, everything else by reference."""
    positive = op == "=="
    if NULL in (left.type, right.type):
        value = right if left.type == NULL else left
        if value.type == NULL:
            return b.constant(positive, BOOLEAN)
        test = b.absent if positive else b.present
        return Code(f"({test(value, value.text)})", BOOLEAN, safe=True)
    if left.type == right.type == STRING:
        if left.is_constant and right.is_constant:
            return b.constant((left.constant == right.constant) == positive, BOOLEAN)
        if left.is_constant or right.is_constant:
            return Code(f"({left.text} {op} {right.text})", BOOLEAN, safe=True)
        text = f"{b.helper(texts.alike)}({left.text}, {right.text})"
        return Code(text if positive else f"(not {text})", BOOLEAN, safe=True)
    if DYNAMIC in (left.type, right.type):
        text = f"{b.helper(dynamics.equal)}({left.text}, {right.text})"
        return Code(text if positive else f"(not {text})", BOOLEAN, safe=True)
    values = b.surface.is_value(left.type) or b.surface.is_value(right.type)
    related = convertible(b, left.type, right.type) or convertible(b, right.type, left.type)
    one, other = b.surface.declared(left.type), b.surface.declared(right.type)
    loose = "interface" in (one.kind if one else "", other.kind if other else "")
    if values or not (related or loose) or unrelated_text(b, left, right):
        raise refuse(b, op, left, right, node)
    if OBJECT in (left.type, right.type):
        text = f"{b.helper(arithmetic.same)}({left.text}, {right.text})"
        return Code(text if positive else f"(not {text})", BOOLEAN, safe=True)
    return Code(f"({left.text} {'is' if positive else 'is not'} {right.text})", BOOLEAN, safe=True)


def unrelated_text(b: Binder, left: Code, right: Code) -> bool:
    """Tell whether a string meets a type that can never be one, although it converts to it."""
    kinds = {left.type, right.type}
    if STRING not in kinds:
        return False
    (other,) = kinds - {STRING}
    return not b.surface.is_subtype(STRING, other)


def declared(b: Binder, op: str, left: Code, right: Code, node: tree.Node) -> Code | None:
    """Apply an operator that one of the types declares."""
    for kind in dict.fromkeys([underlying(left.type), underlying(right.type)]):
        for one in [
            c for base in b.surface.lineage(kind) for c in b.surface.own(base.name, f"operator{op}")
        ]:
            takes = one.signature.parameters
            if len(takes) != 2 or one.declared.function is None:
                continue
            first, second = implicit(b, left, takes[0].type), implicit(b, right, takes[1].type)
            if first is not None and second is not None:
                label = b.name(one.declared.label, one.declared.function)
                return Code(f"{label}({first.text}, {second.text})", one.signature.returns)
    return None


def joins(b: Binder, left: Code, right: Code) -> bool:
    """Tell whether `+` joins two values to a text: one is a text, and the other one's type has no
    operator for it, as XNamespace has."""
    if STRING not in (left.type, right.type):
        return False
    other = left.type if right.type == STRING else right.type
    return not any(
        STRING in [one.type for one in found.signature.parameters]
        for found in b.surface.own(other.name, "operator+")
    )


def text_of(b: Binder, code: Code) -> str:
    """Return Python that gives what joining a value to a text appends."""
    if code.type == STRING:
        if code.is_constant:
            return repr(code.constant or "")
        return code.text if code.safe else f"({code.text} or '')"
    if code.is_constant:
        return repr(to_text(code.constant))
    if code.type == CHAR:
        return code.text
    return f"{b.helper(to_text)}({code.text})"


def concatenated(b: Binder, parts: list[Code]) -> Code:
    """Join values to one text."""
    if all(part.is_constant for part in parts):
        return b.constant("".join(to_text(part.constant) for part in parts), STRING)
    texts_of = ", ".join([text_of(b, part) for part in parts])
    return Code(f"{b.helper(texts.joined)}({texts_of})", STRING, safe=True)


def unary(b: Binder, op: str, operand: Code, node: tree.Node) -> Code:
    """Apply a prefix operator."""
    kind = operand.type
    if kind == DYNAMIC:
        return Code(f"{b.helper(dynamics.unary)}({op!r}, {operand.text})", DYNAMIC)
    if kind.name == NULLABLE:
        first, again = b.once(operand)
        inner = unary(b, op, Code(again, underlying(kind), plain=True, safe=True), node)
        return Code(f"(None if {b.absent(operand, first)} else {inner.text})", nullable(inner.type))
    if op == "!" and kind == BOOLEAN:
        if operand.is_constant:
            return b.constant(not operand.constant, BOOLEAN)
        return Code(f"(not {operand.text})", BOOLEAN, safe=True)
    found = declared_unary(b, op, operand)
    if found is not None:
        return found
    if is_enum(b, kind) and op == "~":
        maker = b.name(kind.name.rpartition(".")[2], b.surface.types[kind.name].python[0])
        return Code(f"{maker}(~{operand.text})", kind, safe=True)
    if kind not in NUMERIC or op == "!" or (op == "~" and kind not in INTEGRAL):
        raise b.error("HG212", f"`{op}` does not exist for `{show(kind)}`.", node)
    return signed(b, op, operand, node)


def signed(b: Binder, op: str, operand: Code, node: tree.Node) -> Code:
    """Apply `-`, `+` or `~` to a number."""
    kind = INT32 if operand.type in SMALL else operand.type
    if kind == UINT32 and op == "-":
        kind = INT64
    value = implicit(b, operand, kind)
    if value is None or (kind == UINT64 and op == "-"):
        raise b.error("HG212", f"`{op}` does not exist for `{show(operand.type)}`.", node)
    if op == "+":
        return value
    if value.is_constant:
        function = operator.neg if op == "-" else operator.invert
        constant = value.constant
        return folded(
            b, lambda: function(constant if kind not in INTEGRAL else int(constant)), kind, node
        )
    if kind in (DECIMAL, DOUBLE):
        return Code(f"({op}{value.text})", kind, safe=True)
    if kind == SINGLE:
        return Code(f"{b.name('Single', casts.CLASSES[SINGLE])}({op}{value.text})", kind, safe=True)
    return fit(b, f"{op}{value.text}", kind, never=op == "~")


def declared_unary(b: Binder, op: str, operand: Code) -> Code | None:
    """Apply a prefix operator that the type declares."""
    for one in b.surface.own(operand.type.name, f"operator{op}"):
        if len(one.signature.parameters) == 1 and one.declared.function is not None:
            label = b.name(one.declared.label, one.declared.function)
            return Code(f"{label}({b.guarded(operand)})", one.signature.returns)
    return None
