"""The state of one compilation, and `Code`: Python source with its static .NET type.

Binding and lowering are one walk: binding a node returns the Python expression that computes it.
What cannot be an expression in Python (loops, `try`, lambdas with blocks) goes line by line into
the function that is being written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp import budget, tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.runtime import support
from headgate.csharp.surface import Surface
from headgate.csharp.types import (
    KEYWORDS,
    NULLABLE,
    Type,
    array,
    nullable,
    show,
)

NOT_CONSTANT = object()
ARGUMENTS = {"Func": 1, "Predicate": 1, "Comparison": 1, "Converter": 2}
"""How many type arguments a delegate type needs at least."""

MAX_DELEGATE = 17

NATIVE = frozenset([int, str, bool, float])
INFINITE = (float("inf"), float("-inf"))
MAX_WORK = 20_000
"""Nodes bound for one expression; lambdas are bound once per overload that might take them."""
MAX_CODE = 1 << 20
"""Characters of generated Python for one expression."""


class Code:
    """A bound expression."""

    __slots__ = ("constant", "plain", "safe", "text", "type", "variable")

    def __init__(
        self,
        text: str,
        type: Type,
        *,
        constant: Any = NOT_CONSTANT,
        safe: bool = False,
        plain: bool = False,
        variable: bool = False,
    ) -> None:
        self.text = text
        self.type = type
        self.constant = constant
        """The value, where C# calls it a constant expression."""
        self.safe = safe
        """Never null."""
        self.plain = plain
        """A name or literal, which may be written twice."""
        self.variable = variable
        """Comes straight from `context.Variables`, whose `==` we read as equality of text."""

    @property
    def is_constant(self) -> bool:
        """Tell whether the value is known now."""
        return self.constant is not NOT_CONSTANT


class Function:
    """The Python function that is being written: the expression itself, a lambda, a local one."""

    def __init__(self, node: object, outer: Function | None) -> None:
        self.node = node
        self.outer = outer
        self.lines: list[str] = []
        self.depth = 1
        self.returns: Type | None = None
        """Declared or wanted return type; None: to be inferred from the `return`s."""
        self.returned: list[Code] = []
        """What `return` gave while the type is inferred."""
        self.assigned: set[tree.Local] = set()
        self.loops: list[Any] = []
        """Loops and switches around the current statement, innermost last."""

    def emit(self, line: str) -> None:
        """Append a line at the current depth."""
        self.lines.append("    " * self.depth + line)


class Binder:
    """One compilation. The handlers for each kind of node are passed in, so modules of handlers
    need not import each other."""

    def __init__(
        self,
        surface: Surface,
        expressions: dict[type, Callable[..., Code]],
        targeted: dict[type, Callable[..., Code]],
        statements: dict[type, Callable[..., bool]],
        namespace: dict[str, Any],
    ) -> None:
        self.surface = surface
        self.expressions = expressions
        self.targeted = targeted
        """Handlers of nodes that get their type from where they stand: lambdas, `default`."""
        self.statements = statements
        self.namespace = namespace
        """Globals of the generated code."""
        self.function = Function(None, None)
        self.checked = False
        """Inside `checked(...)`."""
        self.unchecked = False
        """Inside `unchecked(...)`, where even constants may overflow."""
        self.reads: set[str] = set()
        self.varies = False
        """The value depends on the call."""
        self.weights: dict[tree.Node, int] = {}
        """Nodes of the blocks that were counted already."""
        self.temporaries = 0
        self.work = 0
        self.result_of: Callable[..., Type | None] = no_result
        """What a lambda returns for parameter types; set by the module that binds lambdas."""
        self.lambdas: dict[Any, Any] = {}
        """Lambdas that were bound already, by node and parameter types."""
        self.receivers: list[Code] = []
        """Targets of the `?.` around the current node, innermost last."""

    # -- walking --------------------------------------------------------------------------------

    def bind(self, node: tree.Expression) -> Code:
        """Bind an expression that has a type of its own."""
        self.work += 1
        if self.work > MAX_WORK:
            raise self.error("HG205", "The expression is too complex.", node)
        handler = self.expressions.get(type(node))
        if handler is None:
            raise self.error("HG204", "This is not allowed here.", node)
        code = handler(self, node)
        if len(code.text) > MAX_CODE:
            raise self.error("HG205", "The expression is too complex.", node)
        return code

    def run(self, node: tree.Statement) -> bool:
        """Write a statement; return whether its end can be reached."""
        self.work += 1
        handler = self.statements[type(node)]
        return handler(self, node)

    def error(self, code: str, message: str, node: tree.Node, hint: str = "") -> BindError:
        """Return the diagnostic, to be raised."""
        return BindError(code, message, at=node.at, hint=hint)

    # -- generated code -------------------------------------------------------------------------

    def emit(self, line: str) -> None:
        """Write a line into the current function."""
        self.function.emit(line)

    def temporary(self) -> str:
        """Return a fresh name."""
        self.temporaries += 1
        return f"t{self.temporaries}"

    def name(self, label: str, value: Any) -> str:
        """Make a value known to the generated code under a label and return the label."""
        known = self.namespace.setdefault(label, value)
        assert known is value or known == value, label
        return label

    def constant(self, value: Any, kind: Type) -> Code:
        """Return code for a constant: a Python literal where that is the very same value."""
        if type(value) in NATIVE and (value == value and value not in INFINITE):
            text = f"({value!r})" if type(value) in (int, float) and value < 0 else repr(value)
        elif value is None:
            text = "None"
        else:
            text = self.name(f"c{len(self.namespace)}", value)
        return Code(text, kind, constant=value, safe=value is not None, plain=True)

    def helper(self, function: Callable[..., Any]) -> str:
        """Make a run-time helper known by its own name."""
        return self.name(f"h_{function.__name__}", function)

    def type_value(self, kind: Type) -> str:
        """Make a type known to the generated code."""
        for label, value in self.namespace.items():
            if isinstance(value, Type) and value == kind:
                return label
        return self.name(f"T{len(self.namespace)}", kind)

    def charge(self, units: int) -> None:
        """Write the line that takes units from the budget."""
        self.emit(f"{self.name('spend', budget.spend)}({units})")

    def once(self, code: Code) -> tuple[str, str]:
        """Return text that evaluates a value and keeps it, and the text to use afterwards."""
        if code.plain:
            return code.text, code.text
        name = self.temporary()
        return f"({name} := {code.text})", name

    def absent(self, code: Code, text: str) -> str:
        """Return the test whether a value is null; `text` is how it is read there."""
        return "False" if code.safe and code.plain else f"{text} is None"

    def present(self, code: Code, text: str) -> str:
        """Return the test whether a value is not null."""
        return "True" if code.safe and code.plain else f"{text} is not None"

    def guarded(self, code: Code) -> str:
        """Return text that raises NullReferenceException where the value is null."""
        if code.safe or self.surface.is_value(code.type):
            return code.text
        first, again = self.once(code)
        null = self.helper(support.null_reference)
        return f"({again} if {first} is not None else {null}())"

    # -- types ----------------------------------------------------------------------------------

    def type(self, node: tree.TypeName) -> Type:
        """Return the type that a text names."""
        args = tuple([self.type(arg) for arg in node.args])
        kind = KEYWORDS.get(node.name)
        if kind is None:
            kind = self.named_type(node, args)
        for suffix in node.suffixes:
            if suffix == "?":
                if not self.surface.is_value(kind):
                    raise self.error("HG207", f"`{show(kind)}` is no value type.", node)
                kind = nullable(kind)
            else:
                kind = array(kind) if suffix == "[]" else Type("[,]", (kind,))
        return kind

    def named_type(
        self, node: tree.TypeName, args: tuple[Type, ...], *, static: bool = False
    ) -> Type:
        """Return the type behind a name that is no keyword. `static`: only its name is used."""
        full = self.surface.full_name(node.name)
        declared = self.surface.types.get(full or "")
        if declared is None or declared.name in ("[]", "[,]"):
            hint = self.surface.nearest(node.name, list(self.surface.short))
            raise self.error("HG202", f"There is no type `{node.name}`.", node, hint)
        if declared.name == NULLABLE and args:
            return nullable(args[0])
        least = most = len(declared.parameters)
        if declared.kind == "delegate":
            least, most = ARGUMENTS.get(declared.simple, 0), MAX_DELEGATE
        if static or declared.variadic:
            least = 0
        if not least <= len(args) <= most:
            raise self.error("HG202", f"`{node.name}` takes other type arguments.", node)
        return Type(declared.name, args)

    def type_of_name(self, node: tree.Expression) -> Type | None:
        """Return the type that an expression names, as in `int.Parse`; None: it names no type."""
        if isinstance(node, tree.TypeOperand):
            return self.type(node.type)
        if isinstance(node, tree.Name):
            if node.local is not None or not self.surface.full_name(node.name):
                return None
            return self.named_type(
                tree.TypeName(at=node.at, name=node.name),
                tuple(map(self.type, node.args)),
                static=True,
            )
        if isinstance(node, tree.Member) and self.is_namespace(node.target):
            name = tree.TypeName(at=node.at, name=node.name)
            if self.surface.full_name(node.name):
                return self.named_type(name, tuple(map(self.type, node.args)), static=True)
        return None

    def is_namespace(self, node: tree.Expression | None) -> bool:
        """Tell whether an expression names a namespace such as `System.Text`."""
        parts: list[str] = []
        while isinstance(node, tree.Member) and node.target is not None:
            parts.append(node.name)
            node = node.target
        if not isinstance(node, tree.Name) or node.local is not None:
            return False
        return ".".join([node.name, *reversed(parts)]) in self.surface.namespaces

    def is_reference(self, kind: Type) -> bool:
        """Tell whether null is a value of the type."""
        return kind.name == NULLABLE or not self.surface.is_value(kind)


def no_result(*_: Any) -> None:
    """Know no lambdas."""


def of(text: str, kind: Type, **flags: Any) -> Code:
    """Return code that is a plain name or literal."""
    return Code(text, kind, plain=True, **flags)
