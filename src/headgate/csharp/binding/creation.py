"""`new`: objects with initializers, arrays, anonymous objects."""

from __future__ import annotations

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.calls import invoke
from headgate.csharp.binding.conversions import bind_to
from headgate.csharp.binding.expressions import default_of
from headgate.csharp.binding.members import missing
from headgate.csharp.binding.overloads import Given, choose, common, given
from headgate.csharp.runtime import collections
from headgate.csharp.types import (
    DELEGATES,
    INT32,
    NULL,
    VOID,
    Type,
    array,
    show,
)

ANONYMOUS = "(anonymous)"


def new(b: Binder, node: tree.New) -> Code:
    """Bind `new T(arguments) { initializer }`."""
    kind = b.type(node.type)
    if kind.name in DELEGATES and len(node.arguments) == 1:
        return bind_to(b, node.arguments[0].value, kind)
    declared = b.surface.declared(kind)
    found = b.surface.find(kind, "constructor")
    if declared is not None and declared.is_value and not node.arguments:
        code = default_of(b, kind)
    elif not found:
        raise b.error("HG201", f"`{show(kind)}` has no constructor for expressions.", node)
    else:
        match = choose(b, found, given(b, node.arguments), node, what=f"new {show(kind)}")
        code = Code(invoke(b, match, None, node, kind.args).text, kind, safe=True)
    if node.initializer is None:
        return Code(code.text, kind, safe=True)
    return initialized(b, code, node.initializer)


def initialized(b: Binder, code: Code, node: tree.Initializer) -> Code:
    """Apply an initializer to a new object and return the object."""
    name = b.temporary()
    target = Code(name, code.type, safe=True, plain=True)
    parts = [f"({name} := {code.text})"]
    for item in node.items:
        if isinstance(item, tree.InitAssign):
            parts.append(assigned(b, target, item))
        elif isinstance(item, tree.Initializer):
            values = [one for one in item.items if isinstance(one, tree.Expression)]
            parts.append(added(b, target, values, item))
        else:
            parts.append(added(b, target, [item], item))
    return Code(f"({', '.join(parts)}, {name})[-1]", code.type, safe=True)


def added(b: Binder, target: Code, values: list[tree.Expression], node: tree.Node) -> str:
    """Return the call of `Add` for one item of a collection initializer."""
    found = [one for one in b.surface.find(target.type, "Add") if one.declared.kind == "method"]
    if not found:
        raise b.error("HG201", f"`{show(target.type)}` has no `Add`.", node)
    arguments = given(b, [tree.Argument(at=one.at, value=one) for one in values])
    match = choose(b, found, arguments, node, what="Add")
    return invoke(b, match, target, node).text


def assigned(b: Binder, target: Code, item: tree.InitAssign) -> str:
    """Return the assignment of one member or element of an object initializer."""
    keys: list[str] = []
    if item.index:
        found = [one for one in b.surface.find(target.type, "indexer") if one.declared.setter]
        if not found:
            raise b.error("HG211", f"Elements of `{show(target.type)}` are read-only.", item)
        match = choose(b, found, given(b, item.index), item, what="[]")
        candidate = match.candidate
        for parameter, slot in match.slots:
            keys.append(bind_given(b, slot[0], parameter.type))
    else:
        named = [
            one for one in b.surface.find(target.type, item.name) if one.declared.kind == "property"
        ]
        if not named:
            at = tree.Member(at=item.at, target=None, name=item.name)
            raise missing(b, target.type, at, is_method=False)
        candidate = named[0]
    member, kind = candidate.declared, candidate.signature.returns
    if isinstance(item.value, tree.Initializer):
        assert member.function is not None
        function = b.name(member.label, member.function)
        value = Code(f"{function}({', '.join([target.text, *keys])})", kind)
        return initialized(b, value, item.value).text
    if member.setter is None:
        raise b.error("HG211", f"`{item.name}` is read-only.", item)
    label = b.name(f"{member.label}_set", member.setter)
    text = bind_to(b, item.value, kind).text
    return f"{label}({', '.join([target.text, *keys, text])})"


def bind_given(b: Binder, argument: Given, wanted: Type) -> str:
    """Return an argument that was bound for the choice of an overload, converted."""
    return bind_to(b, argument.node, wanted).text


def element_type(b: Binder, items: list[Code], node: tree.Node) -> Type:
    """Return the element type of `new[] { items }`."""
    kinds = [one.type for one in items if one.type != NULL]
    kind = common(b, kinds)
    if kind is None or kind == VOID:
        raise b.error("HG207", "The array has no common element type.", node)
    return kind


def new_array(b: Binder, node: tree.NewArray) -> Code:
    """Bind the creation of an array."""
    kind = b.type(node.type) if node.type is not None else None
    if kind is not None and kind.name == "[,]":
        raise b.error("HG204", "Arrays of two dimensions are not supported.", node)
    if node.items is None:
        assert kind is not None
        return sized(b, node, kind)
    if kind is None:
        items = [b.bind(one) for one in node.items]
        kind = array(element_type(b, items, node))
    return listed(b, node.items, kind)


def listed(b: Binder, items: list[tree.Expression], kind: Type) -> Code:
    """Return an array of given items."""
    element = kind.args[0]
    texts = ", ".join([bind_to(b, one, element).text for one in items])
    if kind == array(Type("System.Byte")):
        return Code(f"{b.name('to_bytes', collections.to_bytes)}([{texts}])", kind, safe=True)
    label = b.name("Array", collections.Array)
    return Code(f"{label}({b.type_value(element)}, [{texts}])", kind, safe=True)


def array_to(b: Binder, node: tree.NewArray, target: Type) -> Code:
    """Bind `{ items }` of a declaration, which takes its type from there."""
    if node.type is None and node.items is not None and not node.sizes and target.name == "[]":
        own = [b.bind(one).type for one in node.items]
        if any(kind != target.args[0] for kind in own) or not own:
            return listed(b, node.items, target)
    return new_array(b, node)


def sized(b: Binder, node: tree.NewArray, kind: Type) -> Code:
    """Return an array of default values."""
    if len(node.sizes) != 1:
        raise b.error("HG204", "Arrays of two dimensions are not supported.", node)
    element = kind.args[0]
    size = bind_to(b, node.sizes[0], INT32).text
    if element == Type("System.Byte"):
        return Code(f"{b.helper(collections.new_bytes)}({size})", kind, safe=True)
    default = default_of(b, element).text
    helper = b.helper(collections.new_array)
    return Code(f"{helper}({b.type_value(element)}, {default}, {size})", kind, safe=True)


def anonymous(b: Binder, node: tree.NewAnonymous) -> Code:
    """Bind `new { a = 1 }`."""
    codes = [(name, b.bind(value)) for name, value in node.fields]
    for (_, code), (_, value) in zip(codes, node.fields, strict=True):
        if code.type in (NULL, VOID):
            raise b.error("HG207", "The member needs a type; cast null.", value)
    kind = Type(ANONYMOUS, (), tuple([(name, code.type) for name, code in codes]))
    texts = "".join([f", {code.text}" for _, code in codes])
    label = b.name("Anonymous", collections.Anonymous)
    return Code(f"{label}({b.type_value(kind)}{texts})", kind, safe=True)
