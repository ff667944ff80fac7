"""Calls: a chosen overload and its arguments as Python."""

from __future__ import annotations

import re

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.conversions import bind_to, implicit
from headgate.csharp.binding.overloads import Given, Match, choose, given
from headgate.csharp.binding.places import store
from headgate.csharp.declare import Declared
from headgate.csharp.runtime import collections
from headgate.csharp.signatures import Parameter, Signature
from headgate.csharp.surface import Candidate
from headgate.csharp.types import Type, show

HOLE = re.compile(r"\{(\d)\}")


def argument_text(b: Binder, match: Match, parameter: Parameter, found: list[Given]) -> str:
    """Return what goes into one parameter that is no `out`."""
    if parameter.mode == "params" and match.expanded:
        element = parameter.type.args[0]
        items = ", ".join([converted(b, one, element) for one in found])
        array = b.name("Array", collections.Array)
        return f"{array}({b.type_value(element)}, [{items}])"
    if found:
        return converted(b, found[0], parameter.type)
    default = parameter.default
    return (
        b.constant(default, parameter.type).text
        if default is not None
        else default_text(b, parameter.type)
    )


def default_text(b: Binder, kind: Type) -> str:
    """Return `default(T)` of a parameter that was left out."""
    declared = b.surface.declared(kind)
    if declared is None or not declared.is_value:
        return "None"
    return b.constant(declared.default, kind).text


def converted(b: Binder, argument: Given, wanted: Type) -> str:
    """Return an argument converted to the type of its parameter."""
    code = argument.code
    if code is None:
        return bind_to(b, argument.node, wanted).text
    found = implicit(b, code, wanted)
    assert found is not None, (code.type, wanted)
    return found.text


def target_text(b: Binder, member: Declared, receiver: Code) -> str:
    """Return the receiver of an instance member, checked for null where Python would not."""
    if member.null_ok or member.code.startswith("{0}."):
        return receiver.text
    return b.guarded(receiver)


def filled(b: Binder, template: str, texts: list[str]) -> str:
    """Put texts into a template; one that is used twice is evaluated once."""
    counts = [template.count(f"{{{place}}}") for place in range(len(texts))]
    again: dict[int, str] = {}

    def one(found: re.Match[str]) -> str:
        place = int(found[1])
        if counts[place] < 2 or texts[place].isidentifier():
            return texts[place]
        if place in again:
            return again[place]
        again[place] = b.temporary()
        return f"({again[place]} := {texts[place]})"

    return HOLE.sub(one, template)


def note(b: Binder, member: Declared) -> None:
    """Remember what a member does beyond its arguments."""
    if member.reads:
        b.reads.add(member.reads)
    if member.context:
        b.varies = True


def function_label(b: Binder, member: Declared, types: tuple[Type, ...]) -> str:
    """Return the name of the function behind a member."""
    if member.specialize is None:
        assert member.function is not None, member.text
        return b.name(member.label, member.function)
    label = "_".join([member.label, *[b.type_value(one) for one in types]])
    known = b.namespace.get(label)
    return b.name(label, known if known is not None else member.specialize(*types))


def application(b: Binder, member: Declared, types: tuple[Type, ...], texts: list[str]) -> str:
    """Return the Python that uses a member: filled code, or a call of its function."""
    note(b, member)
    if member.code:
        return f"({filled(b, member.code, texts)})"
    if member.context:
        texts = ["c", *texts]
    return f"{function_label(b, member, types)}({', '.join(texts)})"


def invoke(
    b: Binder,
    match: Match,
    receiver: Code | None,
    node: tree.Node,
    owner: tuple[Type, ...] = (),
) -> Code:
    """Call the chosen overload. `owner`: type arguments of a type that is constructed."""
    member, signature = match.candidate.declared, match.signature
    texts: list[str] = []
    if member.specialize is not None and receiver is not None and not match.types:
        owner = receiver.type.args
    if receiver is not None and not member.static:
        texts.append(target_text(b, member, receiver))
    outs: list[Given] = []
    for parameter, found in match.slots:
        if parameter.mode in ("out", "ref"):
            outs.append(found[0])
        if parameter.mode != "out":
            texts.append(argument_text(b, match, parameter, found))
    types = match.types or owner
    text = application(b, member, types, texts)
    if outs:
        return stored(b, signature, text, outs)
    return Code(text, signature.returns, safe=signature.never_null)


def stored(b: Binder, signature: Signature, text: str, outs: list[Given]) -> Code:
    """Assign the `out` and `ref` results: the function returns them behind its own result."""
    name = b.temporary()
    kinds = [one.type for one in signature.parameters if one.mode in ("out", "ref")]
    parts = [f"({name} := {text})"]
    for place, (argument, kind) in enumerate(zip(outs, kinds, strict=True), 1):
        value = Code(f"{name}[{place}]", kind, safe=b.surface.is_value(kind))
        parts.append(store(b, argument.node, value).text)
    return Code(f"({', '.join(parts)}, {name}[0])[-1]", signature.returns)


def property_of(b: Binder, found: Candidate, receiver: Code | None) -> Code:
    """Read a property, field or constant."""
    member, signature = found.declared, found.signature
    if member.kind == "constant":
        return b.constant(member.value, signature.returns)
    texts = [] if receiver is None or member.static else [target_text(b, member, receiver)]
    text = application(b, member, (), texts)
    variable = member.owner.name == "Apim.Expressions.VariableMap" and member.kind == "indexer"
    return Code(text, signature.returns, safe=signature.never_null, variable=variable)


def indexed(b: Binder, target: Code, arguments: list[tree.Argument], node: tree.Node) -> Code:
    """Read `target[arguments]`."""
    candidates = b.surface.find(target.type, "indexer")
    if not candidates:
        hint = "cast the object to its type first" if target.type.name == "System.Object" else ""
        raise b.error("HG201", f"`{show(target.type)}` cannot be indexed.", node, hint)
    match = choose(b, candidates, given(b, arguments), node, what="[]")
    return invoke(b, match, target, node)
