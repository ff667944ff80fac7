"""Assignments, compound assignments, `++` and `--`."""

from __future__ import annotations

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.calls import converted, target_text
from headgate.csharp.binding.conversions import bind_to, convert, implicit, mismatch
from headgate.csharp.binding.members import missing, target_of
from headgate.csharp.binding.operators import binary
from headgate.csharp.binding.overloads import choose, given
from headgate.csharp.binding.places import Place, local_place
from headgate.csharp.surface import Candidate
from headgate.csharp.types import INT32, NUMERIC, STRING, show

SHIFTS = ("<<", ">>")


def place_of(b: Binder, node: tree.Expression) -> Place:
    """Return what an expression names, as a place; its parts are evaluated once."""
    if isinstance(node, tree.Name) and node.local is not None:
        if node.local.type is None:
            raise b.error("HG206", f"`{node.name}` is used before its declaration.", node)
        return local_place(b, node.local, node)
    if isinstance(node, tree.Index):
        return element_place(b, node)
    if isinstance(node, tree.Member):
        return property_place(b, node)
    raise b.error("HG211", "This cannot be assigned to.", node)


def element_place(b: Binder, node: tree.Index) -> Place:
    """Return `target[arguments]` as a place."""
    target = target_of(b, node)
    found = [one for one in b.surface.find(target.type, "indexer") if one.declared.setter]
    if not found:
        raise b.error("HG211", f"Elements of `{show(target.type)}` are read-only.", node)
    arguments = given(b, node.arguments)
    match = choose(b, found, arguments, node, what="[]")
    receiver, again = b.once(
        Code(
            target_text(b, match.candidate.declared, target),
            target.type,
            plain=target.plain and target.safe,
        )
    )
    firsts, keys = [], []
    for parameter, slot in match.slots:
        code = slot[0].code
        text = converted(b, slot[0], parameter.type)
        first, key = b.once(Code(text, parameter.type, plain=code is not None and code.plain))
        firsts.append(first)
        keys.append(key)
    return written(b, match.candidate, (receiver, again), (firsts, keys))


def written(
    b: Binder,
    candidate: Candidate,
    receiver: tuple[str, str],
    keys: tuple[list[str], list[str]],
) -> Place:
    """Return a place behind a setter."""
    member, kind = candidate.declared, candidate.signature.returns
    assert member.setter is not None
    label = b.name(f"{member.label}_set", member.setter)

    def parts(first: bool) -> list[str]:
        return [receiver[0], *keys[0]] if first else [receiver[1], *keys[1]]

    def read(first: bool) -> Code:
        assert member.function is not None
        function = b.name(member.label, member.function)
        return Code(f"{function}({', '.join(parts(first))})", kind)

    def write(value: Code, first: bool) -> Code:
        texts = ", ".join([*parts(first), value.text])
        return Code(f"{label}({texts})", kind, safe=value.safe)

    return Place(kind, read, write)


def property_place(b: Binder, node: tree.Member) -> Place:
    """Return `target.Name` as a place."""
    target = target_of(b, node)
    found = [
        one for one in b.surface.find(target.type, node.name) if one.declared.kind == "property"
    ]
    if not found:
        raise missing(b, target.type, node, is_method=False)
    if found[0].declared.setter is None:
        raise b.error("HG211", f"`{node.name}` is read-only.", node)
    return written(
        b,
        found[0],
        b.once(Code(b.guarded(target), target.type, plain=target.plain and target.safe)),
        ([], []),
    )


def assign(b: Binder, node: tree.Assign) -> Code:
    """Bind `target op value`."""
    if node.op == "=":
        place = place_of(b, node.target)
        return place.write(bind_to(b, node.value, place.type), True)
    place = place_of(b, node.target)
    current = place.read(False)
    if isinstance(node.target, tree.Name):
        b.bind(node.target)
    op = node.op[:-1]
    value = b.bind(node.value)
    result = binary(b, op, current, value, node)
    # C# 12.21.4: where the result has to be narrowed, `b += i` needs that `b = i` is allowed.
    narrows = op not in SHIFTS and implicit(b, result, place.type) is None
    if narrows and implicit(b, value, place.type) is None:
        raise mismatch(b, value, place.type, node)
    return place.write(narrowed(b, place, result, node), True)


def narrowed(b: Binder, place: Place, result: Code, node: tree.Node) -> Code:
    """Convert the result of a compound assignment back to the type of its place."""
    found = implicit(b, result, place.type)
    if found is None and result.type in NUMERIC and place.type in NUMERIC:
        found = convert(b, result, place.type, explicit=True)
    if found is None:
        raise mismatch(b, result, place.type, node)
    return found


def step(b: Binder, node: tree.Step) -> Code:
    """Bind `++` and `--`."""
    place = place_of(b, node.operand)
    if place.type == STRING:
        raise b.error("HG212", f"`{node.op}` does not exist for `string`.", node)
    one = b.constant(1, INT32)
    if isinstance(node.operand, tree.Name):
        b.bind(node.operand)
    if node.prefix:
        result = binary(b, node.op[0], place.read(False), one, node)
        return place.write(narrowed(b, place, result, node), True)
    old = b.temporary()
    first = place.read(True).text
    before = Code(old, place.type, plain=True)
    result = narrowed(b, place, binary(b, node.op[0], before, one, node), node)
    after = place.write(result, False).text
    return Code(f"(({old} := {first}), {after}, {old})[-1]", place.type, safe=True)
