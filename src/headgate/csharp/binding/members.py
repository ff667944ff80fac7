"""Members of values and types: properties, methods, extension methods, elements."""

from __future__ import annotations

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.calls import indexed, invoke, property_of
from headgate.csharp.binding.conversions import bind_to
from headgate.csharp.binding.overloads import Given, choose, given
from headgate.csharp.binding.places import local_code
from headgate.csharp.diagnostics import BindError
from headgate.csharp.runtime import dynamics, support
from headgate.csharp.types import (
    DELEGATES,
    DYNAMIC,
    NULL,
    NULLABLE,
    OBJECT,
    VOID,
    Type,
    delegate_parts,
    nullable,
    show,
)

CONTEXT = Type("Apim.Expressions.IExpressionContext")


def name(b: Binder, node: tree.Name) -> Code:
    """Bind an identifier that stands alone."""
    local = node.local
    if local is not None:
        if local.type is None:
            raise b.error("HG206", f"`{node.name}` is used before its declaration.", node)
        if local.constant is not None:
            assert isinstance(local.constant, Code)
            return local.constant
        if local not in b.function.assigned:
            raise b.error("HG210", f"`{node.name}` may not have a value yet.", node)
        return local_code(local)
    if node.name == "context":
        b.varies = True
        return Code("c", CONTEXT, safe=True, plain=True)
    if b.surface.full_name(node.name):
        raise b.error("HG207", f"`{node.name}` is a type, not a value.", node)
    raise b.error("HG206", f"`{node.name}` is not declared.", node, hint_for(b, node.name))


def hint_for(b: Binder, word: str) -> str:
    """Return the nearest name to one that does not exist."""
    return b.surface.nearest(word, ["context", *b.surface.short])


def type_operand(b: Binder, node: tree.TypeOperand) -> Code:
    """Refuse a type where a value is needed."""
    raise b.error("HG207", "A type is no value.", node)


def target_of(b: Binder, node: tree.Member | tree.Index) -> Code:
    """Bind what stands before the dot or bracket."""
    if node.target is not None:
        return b.bind(node.target)
    if not b.receivers:
        raise b.error("HG200", "Something has to stand in front of this.", node)
    return b.receivers[-1]


def member(b: Binder, node: tree.Member) -> Code:
    """Bind `target.Name` that is not called."""
    if node.target is not None:
        owner = b.type_of_name(node.target)
        if owner is not None:
            return static_member(b, owner, node)
    target = target_of(b, node)
    if target.type == DYNAMIC:
        helper = b.helper(dynamics.member)
        return Code(f"{helper}({b.guarded(target)}, {node.name!r})", DYNAMIC)
    for field, kind in target.type.fields:
        if field == node.name:
            return Code(f"{b.guarded(target)}.fields[{field!r}]", kind)
    found = b.surface.find(target.type, node.name)
    readable = [one for one in found if one.declared.kind == "property"]
    if not readable:
        raise missing(b, target.type, node, is_method=bool(found))
    return property_of(b, readable[0], target)


def static_member(b: Binder, owner: Type, node: tree.Member) -> Code:
    """Bind `Type.Name` that is not called."""
    found = b.surface.find(owner, node.name)
    for one in found:
        if one.declared.static and one.declared.kind in ("property", "constant"):
            return property_of(b, one, None)
        if one.declared.kind == "property":
            message = f"`{node.name}` is a member of values of `{show(owner)}`, not of the type."
            raise b.error("HG201", message, node)
    raise missing(b, owner, node, is_method=bool(found))


def missing(b: Binder, owner: Type, node: tree.Member, *, is_method: bool) -> BindError:
    """Report a member that the surface does not have."""
    if is_method:
        return b.error("HG207", f"`{node.name}` is a method; call it with `()`.", node)
    if owner == OBJECT:
        hint = "cast the object to its type first, e.g. `((string)context.Variables[...])`"
    else:
        names = [*b.surface.names(owner), *[field for field, _ in owner.fields]]
        if node.name in names:
            hint = "read it without `()`, its entries with `[...]`"
            return b.error("HG201", f"`{node.name}` is no method.", node, hint)
        hint = b.surface.nearest(node.name, names)
    return b.error("HG201", f"`{show(owner)}` has no member `{node.name}`.", node, hint)


def index(b: Binder, node: tree.Index) -> Code:
    """Bind `target[...]`."""
    target = target_of(b, node)
    if target.type == DYNAMIC:
        helper = b.helper(dynamics.element)
        keys = ", ".join([b.bind(one.value).text for one in node.arguments])
        return Code(f"{helper}({b.guarded(target)}, {keys})", DYNAMIC)
    return indexed(b, target, node.arguments, node)


def call(b: Binder, node: tree.Call) -> Code:
    """Bind a call: of a method, a delegate or a local function."""
    function = node.function
    if isinstance(function, tree.Member):
        return method(b, function, node)
    if isinstance(function, tree.Name) and function.local is None:
        raise b.error("HG206", f"`{function.name}` is not declared.", function)
    local = function.local if isinstance(function, tree.Name) else None
    if local is not None and local.type is not None and local.type.name == "local function":
        return local_call(b, local, node)
    return delegate_call(b, b.bind(function), node)


def method(b: Binder, function: tree.Member, node: tree.Call) -> Code:
    """Bind `target.Name(...)`."""
    types = tuple([b.type(one) for one in function.args])
    owner = b.type_of_name(function.target) if function.target is not None else None
    if owner is not None:
        found = [one for one in b.surface.find(owner, function.name) if one.declared.static]
        found = [one for one in found if one.declared.kind == "method"]
        extended = b.surface.extension_methods(function.name)
        found += [one for one in extended if one.declared.owner.name == owner.name]
        if not found:
            raise missing(b, owner, function, is_method=False)
        arguments = given(b, node.arguments)
        match = choose(b, found, arguments, function, types=types, what=function.name)
        return invoke(b, match, None, node)
    target = target_of(b, function)
    if target.type == DYNAMIC:
        return dynamic_call(b, target, function.name, node)
    return instance_call(b, target, function, node, types)


def instance_call(
    b: Binder, target: Code, function: tree.Member, node: tree.Call, types: tuple[Type, ...]
) -> Code:
    """Bind a method of a value, or an extension method."""
    found = [
        one
        for one in b.surface.find(target.type, function.name)
        if one.declared.kind == "method" and not one.declared.static
    ]
    arguments = given(b, node.arguments)
    extended = b.surface.extension_methods(function.name)
    if any(one.code is not None and one.code.type == DYNAMIC for one in arguments):
        return dynamic_call(b, target, function.name, node)
    if found:
        try:
            match = choose(b, found, arguments, function, types=types, what=function.name)
            return invoke(b, match, target, node)
        except BindError as error:
            if error.code != "HG203" or not extended:
                raise
    fields = dict(target.type.fields)
    if function.name in fields or property_delegate(b, target.type, function.name):
        return delegate_call(b, member(b, function), node)
    if not extended:
        raise missing(b, target.type, function, is_method=False)
    receiver = Given(function, target)
    usable = [one for one in extended if reaches(b, target, one.signature.parameters[0].type)]
    if not usable:
        raise missing(b, target.type, function, is_method=False)
    match = choose(b, usable, [receiver, *arguments], function, types=types, what=function.name)
    return invoke(b, match, None, node)


def property_delegate(b: Binder, kind: Type, word: str) -> bool:
    """Tell whether a property of this name holds a delegate."""
    found = b.surface.find(kind, word)
    return bool(found) and found[0].signature.returns.name in DELEGATES


def reaches(b: Binder, target: Code, wanted: Type) -> bool:
    """Tell whether an extension method's `this` may take a value; no conversions but upcasts."""
    if wanted.name[0] == "!":
        return True
    if target.type == NULL:
        return False
    return b.surface.instance_of(target.type, wanted.name) is not None


def dynamic_call(b: Binder, target: Code, word: str, node: tree.Call) -> Code:
    """Call a method that is only known at run time."""
    helper = b.helper(dynamics.call)
    arguments = "".join([f", {b.bind(one.value).text}" for one in node.arguments])
    b.varies = True
    return Code(f"{helper}(c, {b.guarded(target)}, {word!r}{arguments})", DYNAMIC)


def local_call(b: Binder, local: tree.Local, node: tree.Call) -> Code:
    """Call a local function."""
    takes, gives = local.type.args[:-1], local.type.args[-1]
    required = sum(not optional for optional in local.defaults)
    if not required <= len(node.arguments) <= len(takes):
        raise b.error("HG203", f"`{local.name}` takes {len(takes)} arguments.", node)
    texts = [
        bind_to(b, argument.value, kind).text
        for argument, kind in zip(node.arguments, takes, strict=False)
    ]
    return Code(f"{local.python}({', '.join(texts)})", gives)


def delegate_call(b: Binder, function: Code, node: tree.Call) -> Code:
    """Invoke a delegate."""
    if function.type.name not in DELEGATES:
        raise b.error("HG207", f"`{show(function.type)}` cannot be called.", node)
    takes, gives = delegate_parts(function.type)
    if len(takes) != len(node.arguments):
        raise b.error("HG203", f"The delegate takes {len(takes)} arguments.", node)
    texts = [
        bind_to(b, argument.value, kind).text
        for argument, kind in zip(node.arguments, takes, strict=True)
    ]
    helper = b.name("call", support.call)
    return Code(f"{helper}({', '.join([function.text, *texts])})", gives)


def conditional_access(b: Binder, node: tree.ConditionalAccess) -> Code:
    """Bind `target?.rest`."""
    target = b.bind(node.target)
    if b.surface.is_value(target.type):
        raise b.error("HG212", f"`?.` does not exist for `{show(target.type)}`.", node)
    first, again = b.once(target)
    inner = target.type.args[0] if target.type.name == NULLABLE else target.type
    b.receivers.append(Code(again, inner, plain=True, safe=True))
    rest = b.bind(node.rest)
    b.receivers.pop()
    value = b.surface.is_value(rest.type) and rest.type != VOID
    kind = nullable(rest.type) if value else rest.type
    return Code(f"(None if {b.absent(target, first)} else {rest.text})", kind)
