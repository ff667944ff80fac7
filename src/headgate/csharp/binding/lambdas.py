"""Lambdas and local functions, and method names where a delegate is wanted."""

from __future__ import annotations

from typing import Any

import msgspec

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code, Function
from headgate.csharp.binding.calls import invoke
from headgate.csharp.binding.conversions import bind_to, implicit
from headgate.csharp.binding.overloads import Given, choose, common
from headgate.csharp.binding.weights import units
from headgate.csharp.budget import spend
from headgate.csharp.runtime import support
from headgate.csharp.types import (
    DELEGATES,
    NULL,
    VOID,
    Type,
    delegate_parts,
    show,
)


class Lambda(msgspec.Struct, eq=False):
    """A lambda bound for certain parameter types: an expression, or the lines of a `def`."""

    parameters: list[str]
    result: Type
    text: str
    lines: list[str]


def parameter_list(
    b: Binder, parameters: list[tree.Parameter], types: tuple[Type, ...]
) -> list[str]:
    """Declare parameters and return their names in generated code."""
    names = []
    for parameter, kind in zip(parameters, types, strict=True):
        if parameter.local is None:
            names.append(b.temporary())
            continue
        parameter.local.type = kind
        names.append(parameter.local.python)
        b.function.assigned.add(parameter.local)
    return names


def captured_cells(node: tree.Lambda | tree.LocalFunction) -> list[str]:
    """Return defaults that take along the cells of the loop pass in which a lambda is made."""
    found: dict[str, None] = {}

    def visit(value: Any) -> None:
        if isinstance(value, list | tuple):
            for item in value:
                visit(item)
        elif isinstance(value, tree.Node):
            local = getattr(value, "local", None)
            if isinstance(value, tree.Name) and local is not None and local.boxed and local.loops:
                found[f"{local.python}={local.python}"] = None
            for name in value.__struct_fields__:
                visit(getattr(value, name))

    visit(node.body)
    return list(found)


def own_cells(node: tree.Lambda | tree.LocalFunction) -> list[str]:
    """Return lines that put boxed parameters into their cells."""
    return [
        f"{one.local.python} = Cell({one.local.python})"
        for one in node.parameters
        if one.local is not None and one.local.boxed
    ]


def bound(b: Binder, node: tree.Lambda, types: tuple[Type, ...], wanted: Type | None) -> Lambda:
    """Bind the body for parameter types; `wanted` is the return type, None: find it out."""
    key = (node, types, wanted)
    known = b.lambdas.get(key)
    if known is None:
        known = b.lambdas[key] = fresh(b, node, types, wanted)
    return known


def fresh(b: Binder, node: tree.Lambda, types: tuple[Type, ...], wanted: Type | None) -> Lambda:
    """Bind a lambda that was not bound for these types before."""
    outer = b.function
    b.function = Function(node, outer)
    b.function.assigned = set(outer.assigned)
    try:
        names = parameter_list(b, node.parameters, types)
        for line in own_cells(node):
            b.name("Cell", support.Cell)
            b.emit(line)
        if isinstance(node.body, tree.Block):
            b.charge(units(b, node.body))
            result = block_body(b, node.body, wanted)
            text = ""
        else:
            code = expression_body(b, node.body, wanted)
            result, text = code.type, charged(b, node.body, code.text)
            if b.function.lines:
                b.emit(f"return {text}")
                text = ""
        return Lambda(names + captured_cells(node), result, text, b.function.lines)
    finally:
        b.function = outer


def charged(b: Binder, node: tree.Node, text: str) -> str:
    """Return the text of an expression behind the charge for it."""
    return f"({b.name('spend', spend)}({units(b, node)}) or {text})"


def expression_body(b: Binder, body: tree.Expression, wanted: Type | None) -> Code:
    """Bind a body that is an expression."""
    if wanted is None:
        if isinstance(body, tree.Lambda):
            raise b.error("HG207", "The type of the inner lambda is not known here.", body)
        return b.bind(body)
    if wanted == VOID:
        code = b.bind(body)
        return Code(code.text, VOID)
    return bind_to(b, body, wanted)


def block_body(b: Binder, body: tree.Block, wanted: Type | None) -> Type:
    """Write the statements of a body and return its type."""
    b.function.returns = wanted
    open_end = b.run(body)
    if wanted is None:
        wanted = unify_returns(b)
    if open_end and wanted != VOID:
        raise b.error("HG209", "Not every way through the lambda returns a value.", body)
    if not b.function.lines:
        b.emit("pass")
    return wanted


def unify_returns(b: Binder) -> Type:
    """Find the common type of all `return`s; the lambda is bound again when it is wanted."""
    returned = b.function.returned
    if not returned:
        return VOID
    kinds = [code.type for code in returned if code.type != NULL]
    kind = common(b, kinds)
    if kind is None:
        raise b.error("HG207", "The lambda returns values of different types.", b_node(b))
    return kind


def b_node(b: Binder) -> tree.Node:
    """Return the lambda that is being bound."""
    assert isinstance(b.function.node, tree.Node)
    return b.function.node


def to_delegate(b: Binder, node: tree.Lambda, target: Type) -> Code:
    """Bind a lambda where a delegate is wanted."""
    if target.name not in DELEGATES:
        raise b.error("HG207", f"A lambda cannot be used as `{show(target)}`.", node)
    takes, gives = delegate_parts(target)
    if len(takes) != len(node.parameters):
        raise b.error("HG203", f"The lambda needs {len(takes)} parameters.", node)
    for one, kind in zip(node.parameters, takes, strict=True):
        if one.type is not None and b.type(one.type) != kind:
            raise b.error("HG207", f"The parameter has to be `{show(kind)}`.", one)
    made = bound(b, node, takes, gives)
    parameters = ", ".join(made.parameters)
    if made.text:
        return Code(f"(lambda {parameters}: {made.text})", target, safe=True)
    name = f"f{len(b.lambdas)}_{b.temporary()}"
    b.emit(f"def {name}({parameters}):")
    b.function.lines += ["    " * b.function.depth + line for line in made.lines]
    return Code(name, target, safe=True, plain=True)


def group_to_delegate(b: Binder, node: tree.Expression, target: Type) -> Code:
    """Use a method's name as a delegate: a lambda that calls it."""
    if isinstance(node, tree.Name) and node.local is not None:
        return local_group(b, node, node.local, target)
    if not isinstance(node, tree.Member) or node.target is None:
        return b.bind(node)
    owner = b.type_of_name(node.target)
    if owner is None or target.name not in DELEGATES:
        return b.bind(node)
    found = [one for one in b.surface.find(owner, node.name) if one.declared.kind == "method"]
    if not found:
        return b.bind(node)
    takes, gives = delegate_parts(target)
    names = [b.temporary() for _ in takes]
    arguments = [
        Given(node, Code(name, kind, plain=True)) for name, kind in zip(names, takes, strict=True)
    ]
    match = choose(b, found, arguments, node, what=node.name)
    call = invoke(b, match, None, node)
    result = call if gives == VOID else implicit(b, call, gives)
    if result is None:
        raise b.error("HG207", f"`{node.name}` returns `{show(call.type)}`.", node)
    return Code(f"(lambda {', '.join(names)}: {charged(b, node, result.text)})", target, safe=True)


def local_group(b: Binder, node: tree.Name, local: tree.Local, target: Type) -> Code:
    """Use a local function as a delegate."""
    if local.type is None or local.type.name != "local function":
        return b.bind(node)
    takes, gives = delegate_parts(target)
    if target.name not in DELEGATES or (*takes, gives) != local.type.args:
        raise b.error("HG207", f"`{local.name}` is no `{show(target)}`.", node)
    return Code(local.python, target, safe=True, plain=True)


def result_of(b: Binder, node: tree.Expression, takes: tuple[Type, ...]) -> Type | None:
    """Return what a lambda or method group returns for certain parameter types."""
    if isinstance(node, tree.Lambda):
        if len(node.parameters) != len(takes):
            raise b.error("HG203", f"The lambda needs {len(takes)} parameters.", node)
        if isinstance(node.body, tree.Lambda):
            return None
        return bound(b, node, takes, None).result
    if isinstance(node, tree.Name) and node.local is not None:
        kind = node.local.type
        return kind.args[-1] if kind is not None and kind.name == "local function" else None
    if isinstance(node, tree.Member) and node.target is not None:
        owner = b.type_of_name(node.target)
        if owner is not None:
            arguments = [Given(node, Code("_", kind)) for kind in takes]
            found = b.surface.find(owner, node.name)
            return choose(b, found, arguments, node, what=node.name).signature.returns
    return None


def untyped(b: Binder, node: tree.Lambda) -> Code:
    """Refuse a lambda where nothing says what its parameters are."""
    raise b.error("HG207", "A lambda needs a place that says what its parameters are.", node)


def local_function(b: Binder, node: tree.LocalFunction) -> bool:
    """Write a local function as a Python function."""
    assert node.local is not None
    types, gives = node.local.type.args[:-1], node.local.type.args[-1]
    outer = b.function
    b.function = Function(node, outer)
    b.function.assigned = set(outer.assigned) | all_locals(node)
    names = parameter_list(b, node.parameters, types)
    b.charge(units(b, node.body))
    for line in own_cells(node):
        b.name("Cell", support.Cell)
        b.emit(line)
    if isinstance(node.body, tree.Block):
        block_body(b, node.body, gives)
    else:
        code = expression_body(b, node.body, gives)
        b.emit(f"return {code.text}")
    lines, b.function = b.function.lines, outer
    for place, parameter in enumerate(node.parameters):
        if parameter.default is not None:
            names[place] += f"={bind_to(b, parameter.default, types[place]).text}"
    b.emit(f"def {node.local.python}({', '.join(names + captured_cells(node))}):")
    b.function.lines += ["    " * b.function.depth + line for line in lines]
    return True


def all_locals(node: tree.LocalFunction) -> set[tree.Local]:
    """Return every local that a local function reads; it may run when they are assigned."""
    found: set[tree.Local] = set()

    def visit(value: Any) -> None:
        if isinstance(value, list | tuple):
            for item in value:
                visit(item)
        elif isinstance(value, tree.Node):
            if isinstance(value, tree.Name) and value.local is not None:
                found.add(value.local)
            for name in value.__struct_fields__:
                visit(getattr(value, name))

    visit(node.body)
    return found


def declare_local_function(b: Binder, node: tree.LocalFunction) -> None:
    """Give a local function its type before its block is written."""
    assert node.local is not None
    takes = []
    for parameter in node.parameters:
        if parameter.type is None:
            raise b.error("HG200", "The parameter needs a type.", parameter)
        takes.append(b.type(parameter.type))
    node.local.type = Type("local function", (*takes, b.type(node.type)))
    node.local.defaults = [parameter.default is not None for parameter in node.parameters]
    node.local.readonly = "a local function"
    b.function.assigned.add(node.local)
