"""Nodes of tree-sitter read one by one: text, places, names and types."""

from __future__ import annotations

from tree_sitter import Node

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError


class Builder:
    """Turns tree-sitter nodes into ours. `shift` moves byte offsets to the expression's text."""

    def __init__(self, shift: int) -> None:
        self.shift = shift
        self.grouped: list[tree.Expression] = []
        """What stood in parentheses, which no precedence takes apart."""
        self.replaced: dict[int, tree.Expression] = {}
        """Parentheses, by their first byte, that turned out to be the arguments of a call."""

    def at(self, node: Node) -> int:
        """Return the place of a node in the text of the expression."""
        return node.start_byte + self.shift

    def refuse(self, node: Node) -> BindError:
        """Return the error for syntax outside the allow-list."""
        what = node.type.replace("_", " ")
        return BindError("HG204", f"A policy expression may not use {what}.", at=self.at(node))

    @staticmethod
    def text(node: Node) -> str:
        """Return the source of a node."""
        return (node.text or b"").decode("utf-8", "replace")

    def name(self, node: Node | None) -> str:
        """Return an identifier, without the `@` that quotes it."""
        if node is None or node.type != "identifier":
            raise self.refuse(node) if node else BindError("HG200", "A name is missing.", at=0)
        return self.text(node).removeprefix("@")

    @staticmethod
    def parts(node: Node) -> list[Node]:
        """Return the named children that are no comments."""
        return [child for child in node.children if child.is_named and child.type != "comment"]

    def field(self, node: Node, name: str) -> Node:
        """Return a child that an expression cannot do without. Raises BindError HG200."""
        child = node.child_by_field_name(name)
        if child is None:
            what = node.type.replace("_", " ")
            raise BindError("HG200", f"This {what} has no {name}.", at=self.at(node))
        return child

    def op(self, node: Node) -> str:
        """Return the operator of a node: its first child that is not named."""
        return next(child.type for child in node.children if not child.is_named)

    # -- types ----------------------------------------------------------------------------------

    def type(self, node: Node) -> tree.TypeName:
        """Return a type as written."""
        at, kind = self.at(node), node.type
        if kind in ("predefined_type", "identifier"):
            return tree.TypeName(at=at, name=self.text(node).removeprefix("@"))
        if kind == "generic_name":
            name, args = self.generic(node)
            return tree.TypeName(at=at, name=name, args=args)
        if kind == "qualified_name":
            qualifier = self.type(self.field(node, "qualifier"))
            last = self.type(self.field(node, "name"))
            return tree.TypeName(at=at, name=f"{qualifier.name}.{last.name}", args=last.args)
        if kind == "nullable_type":
            inner = self.type(self.field(node, "type"))
            inner.suffixes = [*inner.suffixes, "?"]
            return inner
        if kind == "array_type":
            inner = self.type(self.field(node, "type"))
            rank = self.field(node, "rank")
            commas = sum(child.type == "," for child in rank.children)
            if commas > 1:
                raise self.refuse(rank)
            inner.suffixes = [*inner.suffixes, "[,]" if commas else "[]"]
            return inner
        raise self.refuse(node)

    def optional_type(self, node: Node) -> tree.TypeName | None:
        """Return a type, None for `var`."""
        return None if node.type == "implicit_type" else self.type(node)

    def generic(self, node: Node) -> tuple[str, list[tree.TypeName]]:
        """Return name and type arguments of a simple or generic name."""
        if node.type != "generic_name":
            return self.name(node), []
        name, arguments = self.parts(node)
        return self.name(name), [self.type(part) for part in self.parts(arguments)]
