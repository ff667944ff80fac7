"""What binds tighter than operators: members, elements, calls, `?.`, and their arguments.

The grammar reads two things otherwise than C# does, which is put right here: `?.` has less
precedence there than `+` or a cast, and `(T)a.As<X>(b)` is a comparison.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial

from tree_sitter import Node

from headgate.csharp import tree
from headgate.csharp.syntax.base import Builder

LAST_OPERAND: dict[type, str] = {
    tree.Binary: "right",
    tree.Unary: "operand",
    tree.Cast: "value",
    tree.Assign: "value",
    tree.Conditional: "no",
    tree.Lambda: "body",
    tree.ConditionalAccess: "rest",
}
"""Where the end of an expression is that was written without parentheses."""

CHAINS = frozenset(
    [
        "conditional_access_expression",
        "member_access_expression",
        "invocation_expression",
        "element_access_expression",
    ]
)


STARTS = ("parenthesized_expression", "tuple_expression", "initializer_expression")
"""With what an operand starts that may be the rest of a generic call or creation."""


class Flat:
    """A run of operators without its tree: operands, not all built yet, and operators."""

    __slots__ = ("operands", "ops")

    def __init__(self) -> None:
        self.operands: list[Node | tree.Expression] = []
        self.ops: list[tuple[str, int]] = []
        """Operators with their places; one less than operands."""


class ChainBuilder(Builder, ABC):
    """Builds chains of members, elements and calls."""

    @abstractmethod
    def expression(self, node: Node) -> tree.Expression:
        """Return one expression."""

    @abstractmethod
    def initializer(self, node: Node) -> tree.Initializer:
        """Return `{ ... }` behind `new T`."""

    def parenthesized(self, node: Node) -> tree.Expression:
        """Build what stands in parentheses."""
        if node.start_byte in self.replaced:
            return self.replaced[node.start_byte]
        inner = self.expression(self.parts(node)[0])
        self.grouped.append(inner)
        return inner

    def tuple_(self, node: Node) -> tree.Expression:
        """Build arguments that were read as a tuple; real tuples are refused."""
        if node.start_byte in self.replaced:
            return self.replaced[node.start_byte]
        raise self.refuse(node)

    def is_grouped(self, value: tree.Expression) -> bool:
        """Tell whether an expression stood in parentheses."""
        return any(value is one for one in self.grouped)

    def chained(
        self, node: Node, wrap: Callable[[tree.Expression], tree.Expression]
    ) -> tree.Expression:
        """Apply a member, index, call or `?.` to a target."""
        return self.attached(self.expression(node), wrap)

    def attached(
        self, target: tree.Expression, wrap: Callable[[tree.Expression], tree.Expression]
    ) -> tree.Expression:
        """Apply something that binds tighter than all operators to the end of an expression.

        The grammar gives `?.` less precedence than `+` or a cast; here it goes to the last operand.
        What follows `?.` belongs to its chain.
        """
        if not self.is_grouped(target):
            for kind, field in LAST_OPERAND.items():
                if isinstance(target, kind):
                    inner = getattr(target, field)
                    if not isinstance(inner, tree.Block):
                        setattr(target, field, self.attached(inner, wrap))
                        return target
        return wrap(target)

    def member(self, node: Node) -> tree.Expression:
        """Build `target.name`."""
        target = node.child_by_field_name("expression")
        if target is None:
            raise self.refuse(node)
        at = self.at(self.field(node, "name"))
        name, args = self.generic(self.field(node, "name"))
        return self.chained(target, lambda t: tree.Member(at=at, target=t, name=name, args=args))

    def member_binding(self, node: Node) -> tree.Expression:
        """Build `.name` behind `?`."""
        name, args = self.generic(self.field(node, "name"))
        return tree.Member(at=self.at(node) + 1, target=None, name=name, args=args)

    def index(self, node: Node) -> tree.Expression:
        """Build `target[...]`."""
        arguments = self.arguments(self.field(node, "subscript"))
        at = self.at(node)
        return self.chained(
            self.field(node, "expression"),
            lambda t: tree.Index(at=at, target=t, arguments=arguments),
        )

    def index_binding(self, node: Node) -> tree.Expression:
        """Build `[...]` behind `?` or in an initializer."""
        return tree.Index(at=self.at(node), target=None, arguments=self.arguments(node))

    def call(self, node: Node) -> tree.Expression:
        """Build a call."""
        function = self.field(node, "function")
        arguments = self.arguments(self.field(node, "arguments"))
        at = self.at(node)
        if function.type == "identifier" and self.text(function) == "nameof" and arguments:
            named = arguments[0].value
            text = named.name if isinstance(named, tree.Member | tree.Name) else ""
            return tree.NameOf(at=at, text=text)
        return self.chained(function, lambda f: tree.Call(at=at, function=f, arguments=arguments))

    def conditional_access(self, node: Node) -> tree.Expression:
        """Build `target?.rest`."""
        condition, rest = self.parts(node)
        after = self.expression(rest)
        at = self.at(node)
        return self.chained(
            condition, lambda t: tree.ConditionalAccess(at=at, target=t, rest=after)
        )

    def arguments(self, node: Node) -> list[tree.Argument]:
        """Build the arguments of a list."""
        return [self.argument(part) for part in self.parts(node) if part.type == "argument"]

    def argument(self, node: Node) -> tree.Argument:
        """Build one argument."""
        name = node.child_by_field_name("name")
        mode = next((c.type for c in node.children if c.type in ("out", "ref", "in")), "")
        value = self.parts(node)[-1]
        discarded = mode == "out" and self.text(value) == "_"
        return tree.Argument(
            at=self.at(node),
            value=tree.Declaration(at=self.at(value), type=None, name="_")
            if discarded
            else self.expression(value),
            name=self.name(name) if name is not None else "",
            mode=mode,
        )

    def declaration(self, node: Node) -> tree.Expression:
        """Build `out var x`."""
        kind, name = self.field(node, "type"), self.field(node, "name")
        return tree.Declaration(
            at=self.at(node), type=self.optional_type(kind), name=self.text(name)
        )

    @staticmethod
    def start_of(node: Node) -> Node | None:
        """Return the parentheses with which an operand starts, if it does."""
        while node.type in CHAINS:
            node = node.children[0]
        return node if node.type in STARTS else None

    def heal_calls(self, flat: Flat) -> None:
        """Join `(T)a.As < X > (b)`: the grammar reads it as comparisons."""
        operands, ops = flat.operands, flat.ops
        place = 0
        while place + 1 < len(ops):
            left, kind, rest = operands[place : place + 3]
            start = self.start_of(rest) if isinstance(rest, Node) else None
            if (
                (ops[place][0], ops[place + 1][0]) == ("<", ">")
                and isinstance(left, Node)
                and left.type in ("cast_expression", "object_creation_expression")
                and isinstance(kind, Node)
                and kind.type in ("identifier", "generic_name", "member_access_expression")
                and isinstance(rest, Node)
                and start is not None
            ):
                callee = self.expression(left)
                call = self.attached(callee, partial(self.generic_call, kind=kind, start=start))
                self.replaced[start.start_byte] = call
                operands[place : place + 3] = [self.expression(rest)]
                del ops[place : place + 2]
            else:
                place += 1

    def generic_call(self, target: tree.Expression, *, kind: Node, start: Node) -> tree.Expression:
        """Return `target<kind>(arguments)`."""
        if isinstance(target, tree.New) and not target.arguments and not target.initializer:
            return self.generic_creation(target, kind=kind, start=start)
        if not isinstance(target, tree.Member | tree.Name) or start.type == STARTS[2]:
            raise self.refuse(kind)
        name = tree.TypeName(at=self.at(kind), name=self.text(kind))
        target.args = [self.type(kind) if kind.type != "member_access_expression" else name]
        if start.type == "tuple_expression":
            arguments = self.arguments(start)
        else:
            value = self.expression(self.parts(start)[0])
            arguments = [tree.Argument(at=value.at, value=value)]
        return tree.Call(at=self.at(kind), function=target, arguments=arguments)

    def generic_creation(self, target: tree.New, *, kind: Node, start: Node) -> tree.Expression:
        """Return `new T<kind>(arguments)` or `new T<kind> { items }`."""
        target.type.args = [self.type(kind)]
        if start.type == "initializer_expression":
            target.initializer = self.initializer(start)
        elif start.type == "tuple_expression":
            target.arguments = self.arguments(start)
        else:
            value = self.expression(self.parts(start)[0])
            target.arguments = [tree.Argument(at=value.at, value=value)]
        return target
