"""Expressions other than members, calls and assignments."""

from __future__ import annotations

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.conversions import bind_to, convert, convertible, implicit, mismatch
from headgate.csharp.binding.operators import binary as apply_binary
from headgate.csharp.binding.operators import concatenated, joins, text_of
from headgate.csharp.binding.operators import unary as apply_unary
from headgate.csharp.binding.places import introduce
from headgate.csharp.runtime import casts, collections, formats, support, texts
from headgate.csharp.runtime.casts import CLASSES
from headgate.csharp.types import (
    BOOLEAN,
    CHAR,
    DECIMAL,
    DOUBLE,
    DYNAMIC,
    EXCEPTION,
    INT32,
    INT64,
    NULL,
    NULLABLE,
    OBJECT,
    RANGES,
    SINGLE,
    STRING,
    THROW,
    UINT32,
    UINT64,
    VOID,
    Type,
    show,
    underlying,
)

REALS = {"D": DOUBLE, "F": SINGLE, "M": DECIMAL}
INTEGERS = {
    "": (INT32, UINT32, INT64, UINT64),
    "U": (UINT32, UINT64),
    "L": (INT64, UINT64),
    "UL": (UINT64,),
}


def literal(b: Binder, node: tree.Literal) -> Code:
    """Bind a literal."""
    if node.kind == "null":
        return Code("None", NULL, constant=None, plain=True)
    if node.kind == "bool":
        return b.constant(node.value, BOOLEAN)
    if node.kind == "string":
        return b.constant(node.value, STRING)
    if node.kind == "char":
        if len(node.value) != 1:
            raise b.error("HG200", "A character literal holds one character.", node)
        return b.constant(CLASSES[CHAR](node.value), CHAR)
    if node.kind == "real":
        kind = REALS[node.suffix]
        return b.constant(CLASSES[kind](node.value), kind)
    kind = next(kind for kind in INTEGERS[node.suffix] if node.value <= RANGES[kind][1])
    return b.constant(CLASSES[kind](node.value), kind)


def unary(b: Binder, node: tree.Unary) -> Code:
    """Bind a prefix operator. `-2147483648` is an int although its digits alone are not."""
    operand = node.operand
    if node.op == "-" and isinstance(operand, tree.Literal) and operand.kind == "integer":
        if operand.value == 1 << 31 and operand.suffix == "":
            return b.constant(-(1 << 31), INT32)
        if operand.value == 1 << 63 and operand.suffix in ("", "L"):
            return b.constant(CLASSES[INT64](-(1 << 63)), INT64)
    return apply_unary(b, node.op, b.bind(operand), node)


def binary(b: Binder, node: tree.Binary) -> Code:
    """Bind a binary operator; long chains of one are walked, not recursed into."""
    if node.op in ("&&", "||"):
        return short_circuit(b, node)
    if node.op == "??":
        return coalesce(b, node)
    spine: list[tree.Binary] = [node]
    while isinstance(spine[-1].left, tree.Binary) and spine[-1].left.op not in ("&&", "||", "??"):
        spine.append(spine[-1].left)
    left = b.bind(spine[-1].left)
    parts: list[Code] = []
    for one in reversed(spine):
        right = b.bind(one.right)
        if one.op == "+" and VOID not in (left.type, right.type) and joins(b, left, right):
            parts = [*(parts or [left]), right]
            left = Code("", STRING, safe=True)
            continue
        if parts:
            left, parts = concatenated(b, parts), []
        left = apply_binary(b, one.op, left, right, one)
    return concatenated(b, parts) if parts else left


def condition(b: Binder, node: tree.Expression) -> Code:
    """Bind what has to be a bool."""
    return bind_to(b, node, BOOLEAN)


def short_circuit(b: Binder, node: tree.Binary) -> Code:
    """Bind `&&` or `||`."""
    operands: list[tree.Expression] = []
    left: tree.Expression = node
    while isinstance(left, tree.Binary) and left.op == node.op:
        operands.append(left.right)
        left = left.left
    codes = [bind_operand(b, one, node) for one in [left, *reversed(operands)]]
    if all(one.is_constant for one in codes):
        values = [one.constant for one in codes]
        return b.constant(all(values) if node.op == "&&" else any(values), BOOLEAN)
    word = " and " if node.op == "&&" else " or "
    return Code(f"({word.join([one.text for one in codes])})", BOOLEAN, safe=True)


def bind_operand(b: Binder, operand: tree.Expression, node: tree.Binary) -> Code:
    """Bind an operand of `&&` or `||`."""
    code = b.bind(operand)
    found = implicit(b, code, BOOLEAN)
    if found is None:
        raise b.error("HG212", f"`{node.op}` does not exist for `{show(code.type)}`.", operand)
    return found


def coalesce(b: Binder, node: tree.Binary) -> Code:
    """Bind `left ?? right`."""
    left = b.bind(node.left)
    if b.surface.is_value(left.type):
        raise b.error("HG212", f"`??` does not exist for `{show(left.type)}`.", node)
    if left.type == NULL:
        return b.bind(node.right)
    first, again = b.once(left)
    bare = underlying(left.type)
    handler = b.targeted.get(type(node.right))
    right = handler(b, node.right, bare) if handler is not None else b.bind(node.right)
    value = Code(again, left.type, plain=True)
    if left.type.name == NULLABLE:
        found = implicit(b, right, bare)
        if found is not None and right.type != left.type:
            return Code(f"({again} if {b.present(left, first)} else {found.text})", bare, safe=True)
    found = implicit(b, right, left.type)
    if found is not None:
        return Code(
            f"({again} if {b.present(left, first)} else {found.text})", left.type, safe=found.safe
        )
    inner = Code(again, bare, plain=True, safe=True)
    turned = implicit(b, inner if left.type.name == NULLABLE else value, right.type)
    if turned is None:
        raise mismatch(b, right, left.type, node.right)
    return Code(f"({turned.text} if {b.present(left, first)} else {right.text})", right.type)


def conditional(b: Binder, node: tree.Conditional) -> Code:
    """Bind `test ? yes : no`: one of the two types has to hold both."""
    test = condition(b, node.test)
    yes, no = b.bind(node.yes), b.bind(node.no)
    kind = unified(b, yes, no)
    if kind is None:
        raise b.error(
            "HG207",
            f"`?:` has no common type for `{show(yes.type)}` and `{show(no.type)}`.",
            node,
            "cast one side",
        )
    one, other = implicit(b, yes, kind), implicit(b, no, kind)
    assert one is not None
    assert other is not None
    if test.is_constant and yes.is_constant and no.is_constant:
        return one if test.constant else other
    return Code(
        f"({one.text} if {test.text} else {other.text})", kind, safe=one.safe and other.safe
    )


def unified(b: Binder, yes: Code, no: Code) -> Type | None:
    """Return the type of a conditional."""
    if VOID in (yes.type, no.type):
        return None
    forward = implicit(b, yes, no.type) is not None and no.type not in (NULL, THROW)
    backward = implicit(b, no, yes.type) is not None and yes.type not in (NULL, THROW)
    if forward and backward and yes.type != no.type:
        # Constants may go both ways; the wider type wins.
        return no.type if convertible(b, yes.type, no.type) else yes.type
    return no.type if forward else yes.type if backward else None


def cast(b: Binder, node: tree.Cast) -> Code:
    """Bind `(T)value`."""
    target = b.type(node.type)
    handler = b.targeted.get(type(node.value))
    code = handler(b, node.value, target) if handler is not None else b.bind(node.value)
    found = convert(b, code, target, explicit=True)
    if found is None:
        raise b.error("HG207", f"`{show(code.type)}` cannot be cast to `{show(target)}`.", node)
    if found is code:
        return found
    return Code(found.text, target, constant=found.constant, safe=found.safe, plain=found.plain)


def as_type(b: Binder, node: tree.As) -> Code:
    """Bind `value as T`."""
    target, code = b.type(node.type), b.bind(node.value)
    if not b.is_reference(target):
        raise b.error("HG207", f"`as` needs a type that can be null, not `{show(target)}`.", node)
    if b.surface.is_subtype(code.type, target):
        return Code(code.text, target, safe=code.safe, plain=code.plain)
    first, again = b.once(code)
    return Code(f"({again} if {test_text(b, target, first)} else None)", target)


def test_text(b: Binder, kind: Type, value: str) -> str:
    """Return Python that tells whether a value is of a type."""
    label = f"is_{b.type_value(kind)}"
    known = b.namespace.get(label)
    test = known if known is not None else casts.tester(b.surface, kind)
    return f"{b.name(label, test)}({value})"


def is_pattern(b: Binder, node: tree.Is) -> Code:
    """Bind `value is pattern`."""
    code = b.bind(node.value)
    return Code(pattern(b, code, node.pattern), BOOLEAN, safe=True)


def pattern(b: Binder, code: Code, node: tree.Pattern) -> str:
    """Return the Python condition of a pattern; its variable is assigned in passing."""
    if node.constant is not None:
        kind = b.type_of_name(node.constant)
        if kind is not None:
            return type_test(b, code, kind, node)
        return constant_test(b, code, node.constant)
    if node.type is None:
        return bound_variable(b, code, code.type, node)
    return type_test(b, code, b.type(node.type), node)


def constant_test(b: Binder, code: Code, node: tree.Expression) -> str:
    """Return the condition of a constant pattern."""
    wanted = b.bind(node)
    if not wanted.is_constant:
        raise b.error("HG207", "A pattern needs a constant.", node)
    if wanted.type == NULL:
        return f"({b.absent(code, code.text)})"
    if code.type in (OBJECT, DYNAMIC):
        first, again = b.once(code)
        return f"({test_text(b, wanted.type, first)} and {again} == {wanted.text})"
    return apply_binary(b, "==", code, wanted, node).text


def type_test(b: Binder, code: Code, kind: Type, node: tree.Pattern) -> str:
    """Return the condition of a type pattern, with or without a variable."""
    if code.type == NULL:
        return "False"
    bare = underlying(code.type)
    sure = b.surface.is_subtype(bare, underlying(kind))
    if node.local is None:
        if sure:
            return f"({b.present(code, code.text)})"
        return test_text(b, kind, code.text)
    first, again = b.once(code)
    test = b.present(code, first) if sure else test_text(b, kind, first)
    value = Code(again, kind, safe=True, plain=True)
    return f"({test} and ({bound_variable(b, value, kind, node)}))"


def bound_variable(b: Binder, code: Code, kind: Type, node: tree.Pattern) -> str:
    """Return Python that assigns the variable of a pattern and is true."""
    local = node.local
    if local is None:
        return "True"
    local.type = kind
    introduce(b, local)
    b.function.assigned.add(local)
    if local.boxed:
        return f"({local.python}.set({code.text}), True)[-1]"
    return f"(({local.python} := {code.text}), True)[-1]"


def interpolated(b: Binder, node: tree.Interpolated) -> Code:
    """Bind `$"..."`."""
    pieces: list[str] = []
    constant = True
    for part in node.parts:
        if isinstance(part, str):
            pieces.append(repr(part))
            continue
        code = b.bind(part.value)
        constant = constant and code.is_constant and part.width is None and not part.format
        if code.type == VOID:
            raise mismatch(b, code, STRING, part)
        if part.width is None and not part.format:
            pieces.append(text_of(b, code))
            continue
        width = bind_to(b, part.width, INT32).text if part.width is not None else "0"
        helper = b.helper(formats.placed)
        pieces.append(f"{helper}({code.text}, {width}, {part.format!r})")
    return Code(f"{b.helper(texts.joined)}({', '.join(pieces)})", STRING, safe=True)


def default_of(b: Binder, kind: Type) -> Code:
    """Return `default(T)`."""
    declared = b.surface.declared(kind)
    if declared is None or not declared.is_value:
        return Code("None", kind, plain=True)
    return b.constant(declared.default, kind)


def default(b: Binder, node: tree.Default) -> Code:
    """Bind `default(T)`."""
    if node.type is None:
        raise b.error("HG207", "`default` needs a place that says its type.", node)
    return default_of(b, b.type(node.type))


def default_to(b: Binder, node: tree.Default, target: Type) -> Code:
    """Bind `default` where a type is wanted."""
    return default_of(b, target if node.type is None else b.type(node.type))


def type_of(b: Binder, node: tree.TypeOf) -> Code:
    """Bind `typeof(T)`."""
    value = collections.NetType(b.type(node.type))
    return Code(b.name(f"c{len(b.namespace)}", value), Type("System.Type"), safe=True, plain=True)


def name_of(b: Binder, node: tree.NameOf) -> Code:
    """Bind `nameof(x)`."""
    return b.constant(node.text, STRING)


def checked(b: Binder, node: tree.Checked) -> Code:
    """Bind `checked(value)` or `unchecked(value)`."""
    before = b.checked, b.unchecked
    b.checked, b.unchecked = node.checked, not node.checked
    try:
        return b.bind(node.value)
    finally:
        b.checked, b.unchecked = before


def throw(b: Binder, node: tree.ThrowExpression) -> Code:
    """Bind `throw e` as an operand."""
    error = bind_to(b, node.value, EXCEPTION)
    return Code(f"{b.helper(support.fail)}({error.text})", THROW)
