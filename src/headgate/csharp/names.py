"""Which declaration each name means: C# scopes, one pass over the tree before binding.

The pass marks every local that a lambda captures. Python closures see a variable, not the pass of
the loop that it was declared in, and a Python lambda cannot assign; locals for which that matters
are `boxed`: they live in a cell of their own that the lambda takes along.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.tree import Local

RESERVED = frozenset(["context"])


PLAIN = frozenset(
    ("at", "name", "op", "local", "kind", "suffix", "prefix", "mode", "checked", "text", "label")
) | {"type"}
"""Fields that never hold an expression or statement."""


@cache
def children_of(kind: type[tree.Node]) -> tuple[str, ...]:
    """Return the fields of a kind of node in which names may stand."""
    if kind in (tree.Literal, tree.TypeName):
        return ()
    return tuple([name for name in kind.__struct_fields__ if name not in PLAIN])


class Scopes:
    """The walk: a stack of scopes, each a table of names."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Local]] = [{}]
        self.functions: list[object] = [None]
        self.loops = [0]
        self.locals: list[Local] = []

    # -- scopes ---------------------------------------------------------------------------------

    def declare(self, name: str, at: int) -> Local | None:
        """Add a name to the innermost scope; `_` declares nothing."""
        if name == "_":
            return None
        if name in RESERVED or any(name in scope for scope in self.scopes):
            raise BindError("HG208", f"`{name}` is declared already.", at=at)
        local = Local(
            name,
            f"v{len(self.locals)}",
            function=self.functions[-1],
            loops=self.loops[-1],
        )
        self.locals.append(local)
        self.scopes[-1][name] = local
        return local

    def find(self, name: str) -> Local | None:
        """Return what a name means here; None: no local."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def use(self, name: tree.Name) -> None:
        """Link a name to its local and note captures."""
        name.local = self.find(name.name) if not name.args else None
        if name.local is not None and name.local.function is not self.functions[-1]:
            name.local.captured = True
            # A cell is needed where the closure of Python would see a later pass of a loop.
            if name.local.loops:
                name.local.boxed = True

    def written(self, target: tree.Expression) -> None:
        """Note an assignment."""
        local = target.local if isinstance(target, tree.Name) else None
        if local is not None and local.function is not self.functions[-1]:
            local.boxed = True

    # -- walk -----------------------------------------------------------------------------------

    def walk(self, value: Any) -> None:
        """Visit a node, a list or a plain value."""
        if isinstance(value, list | tuple):
            for item in value:
                self.walk(item)
            return
        if not isinstance(value, tree.Node):
            return
        special = SPECIAL.get(type(value))
        if special is not None:
            special(self, value)
        else:
            self.fields(value)

    def fields(self, node: tree.Node) -> None:
        """Visit all children of a node, in order."""
        for name in children_of(type(node)):
            self.walk(getattr(node, name))

    def scoped(self, *values: Any) -> None:
        """Visit in a scope of its own."""
        self.scopes.append({})
        for value in values:
            self.walk(value)
        self.scopes.pop()

    def looped(self, *values: Any) -> None:
        """Visit in a scope of its own that a loop repeats."""
        self.loops[-1] += 1
        self.scoped(*values)
        self.loops[-1] -= 1

    def assign(self, node: tree.Assign) -> None:
        """Visit an assignment."""
        self.fields(node)
        self.written(node.target)

    def step(self, node: tree.Step) -> None:
        """Visit `++` or `--`."""
        self.fields(node)
        self.written(node.operand)

    def argument(self, node: tree.Argument) -> None:
        """Visit an argument."""
        self.fields(node)
        if node.mode:
            self.written(node.value)

    def declaration(self, node: tree.Declaration) -> None:
        """Declare an `out` variable."""
        node.local = self.declare(node.name, node.at)

    def pattern(self, node: tree.Pattern) -> None:
        """Visit a pattern and declare its variable."""
        self.fields(node)
        if node.name:
            node.local = self.declare(node.name, node.at)

    def block(self, node: tree.Block) -> None:
        """Visit a block; its local functions are known throughout."""
        self.scopes.append({})
        for statement in node.body:
            if isinstance(statement, tree.LocalFunction):
                statement.local = self.declare(statement.name, statement.at)
        self.walk(node.body)
        self.scopes.pop()

    def declarator(self, node: tree.Declarator) -> None:
        """Declare a local."""
        # The name is in scope in its own initializer, which lets a lambda call itself.
        node.local = self.declare(node.name, node.at)
        self.walk(node.value)

    def function(self, node: tree.Lambda | tree.LocalFunction) -> None:
        """Visit a lambda or local function."""
        for parameter in node.parameters:
            self.walk(parameter.default)
        self.functions.append(node)
        self.loops.append(0)
        self.scopes.append({})
        for parameter in node.parameters:
            parameter.local = self.declare(parameter.name, parameter.at)
        self.walk(node.body)
        self.scopes.pop()
        self.loops.pop()
        self.functions.pop()

    def branch(self, node: tree.If) -> None:
        """Visit `if`."""
        # Variables of the condition stay in scope behind the `if` (C# 7).
        self.walk(node.test)
        self.scoped(node.yes)
        self.scoped(node.no)

    def while_(self, node: tree.While) -> None:
        """Visit `while`."""
        self.looped(node.test, node.body)

    def for_(self, node: tree.For) -> None:
        """Visit `for`."""
        self.scopes.append({})
        self.walk(node.first)
        self.looped(node.test, node.body)
        self.looped(node.steps)
        self.scopes.pop()

    def foreach(self, node: tree.Foreach) -> None:
        """Visit `foreach`."""
        self.walk(node.source)
        self.loops[-1] += 1
        self.scopes.append({})
        node.local = self.declare(node.name, node.at)
        if node.local is not None:
            node.local.readonly = "a foreach variable"
        self.scoped(node.body)
        self.scopes.pop()
        self.loops[-1] -= 1

    def catch(self, node: tree.Catch) -> None:
        """Visit `catch`."""
        self.scopes.append({})
        if node.name:
            node.local = self.declare(node.name, node.at)
        self.walk(node.test)
        self.walk(node.body)
        self.scopes.pop()

    def switch(self, node: tree.Switch) -> None:
        """Visit `switch`."""
        self.walk(node.value)
        self.scopes.append({})
        for section in node.sections:
            self.scoped(section.cases, section.body)
        self.scopes.pop()


SPECIAL: dict[type, Callable[[Scopes, Any], None]] = {
    tree.Name: Scopes.use,
    tree.Assign: Scopes.assign,
    tree.Step: Scopes.step,
    tree.Argument: Scopes.argument,
    tree.Declaration: Scopes.declaration,
    tree.Pattern: Scopes.pattern,
    tree.Block: Scopes.block,
    tree.Declarator: Scopes.declarator,
    tree.Lambda: Scopes.function,
    tree.LocalFunction: Scopes.function,
    tree.If: Scopes.branch,
    tree.While: Scopes.while_,
    tree.For: Scopes.for_,
    tree.Foreach: Scopes.foreach,
    tree.Catch: Scopes.catch,
    tree.Switch: Scopes.switch,
}


def resolve(root: tree.Expression | tree.Block) -> None:
    """Link every name below a node to its local. Raises BindError HG208."""
    Scopes().walk(root)
