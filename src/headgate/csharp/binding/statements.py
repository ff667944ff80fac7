"""Statements, written line by line. Each handler tells whether the end of its statement is
reachable, which is how a missing `return` is found."""

from __future__ import annotations

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.conversions import bind_to
from headgate.csharp.binding.expressions import condition, default_of
from headgate.csharp.binding.lambdas import declare_local_function
from headgate.csharp.binding.weights import charge_block, units
from headgate.csharp.errors import BASES, CATCHABLE, derives, translate
from headgate.csharp.runtime import support
from headgate.csharp.types import EXCEPTION, NULL, VOID, Type, show

CAUGHT = 2_000
"""Units of an exception that is caught."""
EFFECTS = (
    tree.Assign,
    tree.Step,
    tree.Call,
    tree.New,
    tree.ConditionalAccess,
    tree.ThrowExpression,
)


def nested(b: Binder, node: tree.Statement) -> bool:
    """Write a statement one level deeper."""
    function = b.function
    function.depth += 1
    size = len(function.lines)
    reachable = b.run(node)
    if len(function.lines) == size:
        b.emit("pass")
    function.depth -= 1
    return reachable


def block(b: Binder, node: tree.Block) -> bool:
    """Write `{ ... }`."""
    before = b.checked, b.unchecked
    if node.checked is not None:
        b.checked, b.unchecked = node.checked, not node.checked
    charge_block(b, node)
    functions = [one for one in node.body if isinstance(one, tree.LocalFunction)]
    for function in functions:
        declare_local_function(b, function)
    if any(isinstance(one, tree.Labeled) for one in node.body):
        reachable = labeled_block(b, node)
    else:
        reachable = sequence(b, node.body)
    b.checked, b.unchecked = before
    return reachable


def sequence(b: Binder, body: list[tree.Statement]) -> bool:
    """Write statements in order; what cannot be reached is bound but changes nothing."""
    reachable = True
    for one in hoisted(body):
        end = b.run(one)
        reachable = reachable and end
    return reachable


def hoisted(body: list[tree.Statement]) -> list[tree.Statement]:
    """Move a local function in front of the statements, where it captures nothing of theirs."""
    functions: list[tree.Statement] = [one for one in body if isinstance(one, tree.LocalFunction)]
    if not functions:
        return body
    declared = [one for one in body if isinstance(one, tree.Locals)]
    if not declared or body.index(functions[0]) < body.index(declared[0]):
        return [*functions, *(one for one in body if one not in functions)]
    return body


def labeled_block(b: Binder, node: tree.Block) -> bool:
    """Write a block with labels: a loop over the parts between them."""
    labels = [one.label for one in node.body if isinstance(one, tree.Labeled)]
    state = b.temporary()
    parts: list[list[tree.Statement]] = [[]]
    for one in node.body:
        if isinstance(one, tree.Labeled):
            parts.append([one.body])
        else:
            parts[-1].append(one)
    b.emit(f"{state} = 0")
    b.emit("while True:")
    b.function.depth += 1
    b.charge(units(b))
    b.function.loops.append(("labels", state, labels))
    reachable = True
    for place, part in enumerate(parts):
        b.emit(f"if {state} == {place}:")
        b.function.depth += 1
        reachable = sequence(b, part)
        b.emit(f"{state} = {place + 1}")
        b.function.depth -= 1
    b.emit("break")
    b.function.loops.pop()
    b.function.depth -= 1
    for word in MARKS:
        left(b, word, state, node)
    return reachable


MARKS = {"continue": -1, "break": -2}
"""States that tell behind a loop of ours what a statement inside wanted of a loop around."""


def reaches(b: Binder, word: str) -> bool:
    """Tell whether `break` or `continue` has a loop, or a switch, to act on."""
    kinds = ("loop", "cases") if word == "break" else ("loop",)
    return any(one[0] in kinds for one in b.function.loops)


def leave(b: Binder, word: str, node: tree.Statement) -> bool:
    """Write `break` or `continue`. A switch and a block with labels are loops as well: out of
    them it goes by way of a mark in their state."""
    if not reaches(b, word):
        raise b.error("HG200", f"`{word}` stands outside a loop.", node)
    for kind, state, _ in reversed(b.function.loops):
        if kind == "loop" or (kind == "cases" and word == "break"):
            b.emit(word)
            break
        if kind in ("cases", "labels"):
            b.emit(f"{state} = {MARKS[word]}")
            b.emit("break")
            break
    return False


def left(b: Binder, word: str, state: str, node: tree.Statement) -> None:
    """Write, behind a loop of ours, the `break` or `continue` that a mark asks for."""
    if not reaches(b, word):
        return
    b.emit(f"if {state} == {MARKS[word]}:")
    b.function.depth += 1
    leave(b, word, node)
    b.function.depth -= 1


def goto(b: Binder, node: tree.Goto) -> bool:
    """Write `goto`: set the state of the innermost loop over labels and go round."""
    inner = b.function.loops[-1] if b.function.loops else None
    if inner is None or inner[0] not in ("labels", "cases"):
        raise b.error("HG204", "`goto` is supported only inside its own block.", node)
    _, state, labels = inner
    if node.case is not None:
        code = b.bind(node.case)
        wanted = ("case", code.constant) if code.is_constant else None
    else:
        wanted = ("default", None) if not node.label else None
    target = wanted if inner[0] == "cases" else node.label
    if target not in labels:
        raise b.error("HG206", "There is no such label in this block.", node)
    place = labels.index(target) + (inner[0] == "labels")
    b.emit(f"{state} = {place}")
    b.emit("continue")
    return False


def labeled(b: Binder, node: tree.Labeled) -> bool:
    """Write a labeled statement outside a block of its own."""
    return b.run(node.body)


def local_type(b: Binder, node: tree.Locals, one: tree.Declarator) -> Type | None:
    """Return the declared type; None: var."""
    if node.type is not None:
        return b.type(node.type)
    if one.value is None:
        raise b.error("HG207", "`var` needs a value.", one)
    return None


def locals_(b: Binder, node: tree.Locals) -> bool:
    """Write declarations of locals."""
    for one in node.declarators:
        kind = local_type(b, node, one)
        local = one.local
        if local is None:
            raise b.error("HG208", "`_` cannot be declared.", one)
        if one.value is None:
            assert kind is not None
            local.type = kind
            initialize(b, local, default_of(b, kind))
            b.function.assigned.discard(local)
            continue
        local.type = kind
        code = b.bind(one.value) if kind is None else bind_to(b, one.value, kind)
        if code.type in (NULL, VOID) or code.type.name in ("throw", "local function"):
            raise b.error("HG207", "`var` cannot find a type here; name it.", one)
        local.type = code.type
        if node.constant:
            if not code.is_constant:
                raise b.error("HG207", "A constant needs a constant value.", one)
            local.constant = code
            local.readonly = "a constant"
        initialize(b, local, code)
    return True


def initialize(b: Binder, local: tree.Local, code: Code) -> None:
    """Give a local its first value."""
    if local.boxed:
        b.emit(f"{local.python} = {b.name('Cell', support.Cell)}({code.text})")
    else:
        b.emit(f"{local.python} = {code.text}")
    b.function.assigned.add(local)


def effect(b: Binder, node: tree.ExpressionStatement) -> bool:
    """Write an expression for its effect."""
    if not isinstance(node.value, EFFECTS):
        raise b.error("HG200", "This expression has no effect.", node)
    b.emit(b.bind(unused(node.value)).text)
    return True


def unused(node: tree.Expression) -> tree.Expression:
    """Return `++i` for `i++` where nobody looks at the value."""
    if isinstance(node, tree.Step):
        node.prefix = True
    return node


def if_(b: Binder, node: tree.If) -> bool:
    """Write `if`."""
    test = condition(b, node.test)
    before = set(b.function.assigned)
    b.emit(f"if {test.text}:")
    yes = nested(b, node.yes)
    after_yes, b.function.assigned = b.function.assigned, set(before)
    no = True
    if node.no is not None:
        b.emit("else:")
        no = nested(b, node.no)
    if test.is_constant:
        yes, no = yes and test.constant, no and not test.constant
    b.function.assigned = merged([(after_yes, yes), (b.function.assigned, no)])
    return yes or no


def merged(ways: list[tuple[set[tree.Local], bool]]) -> set[tree.Local]:
    """Return what is assigned on every way whose end is reached."""
    reached = [assigned for assigned, reachable in ways if reachable]
    if not reached:
        return set().union(*[assigned for assigned, _ in ways])
    return set.intersection(*reached)


def return_(b: Binder, node: tree.Return) -> bool:
    """Write `return`."""
    function = b.function
    if node.value is None:
        if function.returns not in (None, VOID) or function.node is None:
            raise b.error("HG209", "`return` needs a value here.", node)
        b.emit("return None")
        return False
    if function.returns is None:
        code = b.bind(node.value)
        if code.type == VOID:
            raise b.error("HG207", "The call returns nothing.", node)
        function.returned.append(code)
    elif function.returns == VOID:
        raise b.error("HG207", "This lambda returns nothing.", node)
    else:
        code = bind_to(b, node.value, function.returns)
    b.emit(f"return {code.text}")
    return False


def throw(b: Binder, node: tree.Throw) -> bool:
    """Write `throw`."""
    if node.value is None:
        if not any(one[0] == "catch" for one in b.function.loops):
            raise b.error("HG200", "`throw;` stands only inside `catch`.", node)
        b.emit("raise")
        return False
    error = bind_to(b, node.value, EXCEPTION)
    b.emit(f"{b.helper(support.fail)}({error.text})")
    b.emit("raise AssertionError")
    return False


def empty(b: Binder, node: tree.Empty) -> bool:
    """Write nothing."""
    return True


def try_(b: Binder, node: tree.Try) -> bool:
    """Write `try`."""
    if not node.catches and node.final is None:
        raise b.error("HG200", "`try` needs `catch` or `finally`.", node)
    before = set(b.function.assigned)
    b.emit("try:")
    ways = [(b.function.assigned, nested(b, node.body))]
    ways[0] = (b.function.assigned, ways[0][1])
    if node.catches:
        b.function.assigned = set(before)
        ways += catches(b, node.catches, before)
    reachable = any(end for _, end in ways)
    b.function.assigned = merged(ways)
    if node.final is not None:
        assigned = b.function.assigned
        b.function.assigned = set(before)
        b.emit("finally:")
        b.function.loops.append(("finally", "", []))
        reachable = nested(b, node.final) and reachable
        b.function.loops.pop()
        b.function.assigned |= assigned
    return reachable


def catches(
    b: Binder, clauses: list[tree.Catch], before: set[tree.Local]
) -> list[tuple[set[tree.Local], bool]]:
    """Write the `catch` clauses as one `except` that looks at the .NET type."""
    caught, error = b.temporary(), b.temporary()
    b.emit(f"except {b.name('CATCHABLE', CATCHABLE)} as {caught}:")
    function = b.function
    function.depth += 1
    function.loops.append(("catch", "", []))
    b.charge(CAUGHT)
    b.emit(f"{error} = {b.helper(translate)}({caught})")
    ways = []
    for clause in clauses:
        if clause.local is not None:
            clause.local.type = b.type(clause.type) if clause.type is not None else EXCEPTION
            initialize(b, clause.local, Code(error, clause.local.type))
            before = before | {clause.local}
    for place, clause in enumerate(clauses):
        function.assigned = set(before)
        kind = b.type(clause.type) if clause.type is not None else EXCEPTION
        if kind.name not in BASES:
            raise b.error("HG207", f"`{show(kind)}` is no exception.", clause)
        names = frozenset(name for name in BASES if derives(name, kind.name))
        label = b.name(f"E_{kind.name.rpartition('.')[2]}", names)
        test = f"{error}.type_name in {label}"
        if clause.test is not None:
            size = len(function.lines)
            test = f"{test} and {condition(b, clause.test).text}"
            if len(function.lines) != size:
                raise b.error("HG204", "The condition of `when` is too complex.", clause)
        b.emit(f"{'el' if place else ''}if {test}:")
        ways.append((function.assigned, nested(b, clause.body)))
        ways[-1] = (function.assigned, ways[-1][1])
    b.emit("else:")
    b.emit("    raise")
    function.loops.pop()
    function.depth -= 1
    return ways
