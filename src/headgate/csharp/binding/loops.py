"""Loops and `switch`. C#'s `continue` runs the step of `for` and the test of `do`; the loops here
are laid out so that Python's `continue` does the same. Every pass counts against the budget."""

from __future__ import annotations

from typing import Any

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.calls import property_of
from headgate.csharp.binding.conversions import convert
from headgate.csharp.binding.expressions import condition, pattern
from headgate.csharp.binding.statements import (
    initialize,
    leave,
    left,
    merged,
    nested,
    unused,
)
from headgate.csharp.binding.weights import units
from headgate.csharp.runtime import sequences
from headgate.csharp.types import BOOLEAN, DYNAMIC, ENUMERABLE, OBJECT, Type, show


def contains(node: Any, kind: type, inner: tuple[type, ...]) -> bool:
    """Tell whether a body has a statement of its own, not one of a loop or lambda inside it."""
    if isinstance(node, list):
        return any(contains(one, kind, inner) for one in node)
    if isinstance(node, kind):
        return True
    if not isinstance(node, tree.Node) or isinstance(node, inner):
        return False
    fields = node.__struct_fields__
    return any(contains(getattr(node, name), kind, inner) for name in fields)


LOOPS = (tree.While, tree.For, tree.Foreach, tree.Lambda, tree.LocalFunction)


def contains_break(node: Any) -> bool:
    """Tell whether a loop or section has a `break` of its own."""
    return contains(node, tree.Break, (*LOOPS, tree.Switch))


def looped(b: Binder, body: tree.Statement) -> None:
    """Write the body of a loop inside its `while` or `for` line."""
    b.function.loops.append(("loop", "", []))
    nested(b, body)
    b.function.loops.pop()


def tick(b: Binder, *parts: Any) -> None:
    """Charge one pass over the parts of a loop."""
    b.function.depth += 1
    b.charge(units(b, *parts))
    b.function.depth -= 1


def test_line(b: Binder, test: tree.Expression | None) -> Code:
    """Write the test at the head of a pass."""
    b.function.depth += 1
    code = condition(b, test) if test is not None else b.constant(True, BOOLEAN)
    if not (code.is_constant and code.constant):
        b.emit(f"if not {code.text}: break")
    b.function.depth -= 1
    return code


def while_(b: Binder, node: tree.While) -> bool:
    """Write `while` or `do ... while`."""
    if node.after:
        return do_while(b, node)
    before = set(b.function.assigned)
    b.emit("while True:")
    tick(b, node.test, node.body)
    test = test_line(b, node.test)
    tested = set(b.function.assigned)
    looped(b, node.body)
    endless = test.is_constant and test.constant
    b.function.assigned = before | tested
    return contains_break(node.body) if endless else True


def do_while(b: Binder, node: tree.While) -> bool:
    """Write `do ... while`: the test is skipped on the first pass."""
    first = b.temporary()
    b.emit(f"{first} = True")
    b.emit("while True:")
    tick(b, node.test, node.body)
    b.function.depth += 1
    b.emit(f"if {first}:")
    b.emit(f"    {first} = False")
    b.emit("else:")
    place = len(b.function.lines)
    b.function.depth -= 1
    looped(b, node.body)
    written = b.function.lines[place:]
    del b.function.lines[place:]
    b.function.depth += 1
    test = test_line(b, node.test)
    b.emit("    pass")
    b.function.depth -= 1
    b.function.lines += written
    return contains_break(node.body) if test.is_constant and test.constant else True


def for_(b: Binder, node: tree.For) -> bool:
    """Write `for`. With a `continue` inside, the steps open each pass but the first."""
    for one in node.first:
        b.run(one)
    before = set(b.function.assigned)
    early = contains(node.body, tree.Continue, LOOPS)
    first = b.temporary()
    if early:
        b.emit(f"{first} = True")
    b.emit("while True:")
    tick(b, node.test, node.steps, node.body)
    if early:
        b.function.depth += 1
        b.emit(f"if {first}: {first} = False")
        b.emit("else:")
        steps(b, node.steps)
        b.function.depth -= 1
    test = test_line(b, node.test)
    looped(b, node.body)
    if not early:
        steps(b, node.steps)
    b.function.assigned = before
    endless = test.is_constant and test.constant
    return contains_break(node.body) if endless else True


def steps(b: Binder, nodes: list[tree.Expression]) -> None:
    """Write the steps of `for`, one level deeper."""
    b.function.depth += 1
    for node in nodes:
        b.emit(b.bind(unused(node)).text)
    b.emit("pass")
    b.function.depth -= 1


def element_of(b: Binder, source: Code, node: tree.Node) -> Type:
    """Return the type of the items that a `foreach` sees."""
    if source.type == DYNAMIC:
        return DYNAMIC
    found = b.surface.instance_of(source.type, ENUMERABLE)
    if found is not None:
        return found.args[0]
    if b.surface.instance_of(source.type, "System.Collections.IEnumerable") is not None:
        return OBJECT
    raise b.error("HG207", f"`{show(source.type)}` cannot be enumerated.", node)


def enumerator(b: Binder, source: Code, node: tree.Foreach) -> Code:
    """Return what a type's own GetEnumerator gives, where it has one (JObject: pairs)."""
    found = b.surface.find(source.type, "GetEnumerator")
    return property_of(b, found[0], source) if found else source


def foreach(b: Binder, node: tree.Foreach) -> bool:
    """Write `foreach`."""
    source = enumerator(b, b.bind(node.source), node)
    element = element_of(b, source, node.source)
    kind = b.type(node.type) if node.type is not None else element
    before = set(b.function.assigned)
    name = b.temporary()
    helper = b.helper(sequences.walk)
    b.emit(f"for {name} in {helper}({b.guarded(source)}):")
    tick(b, node.body)
    item = convert(b, Code(name, element, plain=True), kind, explicit=True)
    if item is None:
        raise b.error("HG207", f"`{show(element)}` cannot be cast to `{show(kind)}`.", node)
    if node.local is not None:
        node.local.type = kind
        b.function.depth += 1
        initialize(b, node.local, item)
        b.function.depth -= 1
    looped(b, node.body)
    b.function.assigned = before
    return True


def break_(b: Binder, node: tree.Break) -> bool:
    """Write `break`, out of a loop or a switch."""
    return leave(b, "break", node)


def continue_(b: Binder, node: tree.Continue) -> bool:
    """Write `continue`."""
    return leave(b, "continue", node)


def switch(b: Binder, node: tree.Switch) -> bool:
    """Write `switch`: one loop that chooses a section by number and runs it."""
    value = b.bind(node.value)
    name, state = b.temporary(), b.temporary()
    b.emit(f"{name} = {value.text}")
    subject = Code(name, value.type, plain=True)
    labels: list[Any] = []
    cases = [(place, one) for place, section in enumerate(node.sections) for one in section.cases]
    b.emit(f"{state} = {len(node.sections)}")
    default = len(node.sections)
    word = "if"
    for place, case in cases:
        if case.pattern is None:
            default = place
            continue
        size = len(b.function.lines)
        test = pattern(b, subject, case.pattern)
        if case.test is not None:
            test = f"{test} and {condition(b, case.test).text}"
        word = "if" if len(b.function.lines) != size else word
        b.emit(f"{word} {test}: {state} = {place}")
        word = "elif"
    if default != len(node.sections):
        b.emit(f"else: {state} = {default}" if word == "elif" else f"{state} = {default}")
    for section in node.sections:
        labels.append(label_of(b, section))
    return sections(b, node, state, labels)


def label_of(b: Binder, section: tree.Section) -> Any:
    """Return what `goto case` and `goto default` call a section."""
    for one in section.cases:
        if one.pattern is None:
            return ("default", None)
        if one.pattern.constant is not None:
            code = b.bind(one.pattern.constant)
            return ("case", code.constant)
    return None


def sections(b: Binder, node: tree.Switch, state: str, labels: list[Any]) -> bool:
    """Write the sections inside their loop."""
    b.emit("while True:")
    function = b.function
    function.depth += 1
    b.charge(units(b))
    before = set(function.assigned)
    ways: list[tuple[set[tree.Local], bool]] = []
    for place, section in enumerate(node.sections):
        function.loops.append(("cases", state, labels))
        function.assigned = set(before)
        b.emit(f"{'el' if place else ''}if {state} == {place}:")
        body = tree.Block(at=section.at, body=section.body)
        if nested(b, body):
            raise b.error("HG200", "A section needs `break` or `return` at its end.", section)
        function.loops.pop()
        ways.append((function.assigned, contains_break(section.body)))
    b.emit("break")
    function.depth -= 1
    if contains(node.sections, tree.Continue, LOOPS):
        left(b, "continue", state, node)
    has_default = ("default", None) in [
        ("default", None) if any(c.pattern is None for c in s.cases) else None
        for s in node.sections
    ]
    if not has_default:
        ways.append((before, True))
    function.assigned = merged(ways)
    return any(reachable for _, reachable in ways)
