"""XPath 1.0 over trees of XML, each visited node charged to the budget.

Written here and not left to libxml2, because an expression of a policy may name any path: a path
such as `//*[//*[//*]]` has no end in a library that cannot be interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from headgate.csharp.budget import spend
from headgate.csharp.runtime.xmlnames import XML
from headgate.csharp.runtime.xmltree import (
    Attribute,
    Comment,
    Container,
    Element,
    Instruction,
    Node,
    Text,
    after,
    ancestors,
    before,
    descendants,
    root_of,
)
from headgate.csharp.runtime.xpathfunctions import (
    FUNCTIONS,
    Focus,
    Value,
    compare,
    number_of,
    truth_of,
)
from headgate.csharp.runtime.xpathsyntax import (
    Binary,
    Call,
    Literal,
    Negated,
    Number,
    Path,
    Step,
    Tree,
    compile_path,
    path_error,
)

VISIT = 400
"""Units of a node that a step looks at."""
EVALUATE = 1_000
"""Units of an operator, a call or a predicate."""

DECLARATION = 17
"""XmlNodeType of what XmlDocument has for `<?xml ...?>`."""

Resolver = Callable[[str], str | None]
"""The namespace of a prefix."""


class Evaluation:
    """One expression over one tree."""

    def __init__(self, resolve: Resolver) -> None:
        self.resolve = resolve
        self.places: dict[int, int] = {}
        """Place of each node in its document, by identity; made when first wanted."""

    def value(self, tree: Tree, focus: Focus) -> Value:
        """Return what an expression is at a node."""
        spend(EVALUATE)
        if isinstance(tree, Path):
            return self.path(tree, focus)
        if isinstance(tree, Number | Literal):
            return tree.value
        if isinstance(tree, Negated):
            return -number_of(self.value(tree.inner, focus))
        if isinstance(tree, Call):
            return self.call(tree, focus)
        return self.binary(tree, focus)

    def call(self, tree: Call, focus: Focus) -> Value:
        """Call a function."""
        found = FUNCTIONS.get(tree.name)
        if found is None:
            raise path_error(f"The function '{tree.name}()' is not known.")
        function, low, high = found
        if not low <= len(tree.arguments) <= high:
            raise path_error(f"Function '{tree.name}' has the wrong number of arguments.")
        return function(focus, *[self.value(one, focus) for one in tree.arguments])

    def binary(self, tree: Binary, focus: Focus) -> Value:
        """Apply an operator."""
        left = self.value(tree.left, focus)
        if tree.op in ("and", "or"):
            if truth_of(left) == (tree.op == "or"):
                return tree.op == "or"
            return truth_of(self.value(tree.right, focus))
        right = self.value(tree.right, focus)
        if tree.op == "|":
            return self.ordered([*nodes_of(left), *nodes_of(right)])
        return compare(tree.op, left, right)

    # -- paths

    def path(self, tree: Path, focus: Focus) -> Value:
        """Walk the steps of a path."""
        if tree.start is not None:
            nodes = nodes_of(self.value(tree.start, focus))
            for predicate in tree.filters:
                nodes = self.kept(nodes, predicate)
        else:
            nodes = [root_of(focus.node) if tree.rooted else focus.node]
        level = len(nodes) < 2
        for step in tree.steps:
            alone = len(nodes) < 2
            found = [node for one in nodes for node in self.step(step, one)]
            simple = step.axis in SIMPLE
            in_order = alone or (level and simple) or step.axis in SIMPLE[1:]
            nodes = found if in_order else self.ordered(found)
            level = (alone or level) and simple
        return nodes

    def step(self, step: Step, node: Node) -> list[Node]:
        """Return the nodes that one step finds from a node, in document order."""
        reverse = step.axis in REVERSE
        test = self.test(step)
        found: list[Node] = []
        for one in AXES[step.axis](node):
            spend(VISIT)
            if test(one):
                found.append(one)
        for predicate in step.predicates:
            found = self.kept(found, predicate)
        return found[::-1] if reverse else found

    def kept(self, nodes: list[Node], predicate: Tree) -> list[Node]:
        """Return the nodes for which a predicate holds; a number means a place."""
        size = len(nodes)
        found: list[Node] = []
        for place, node in enumerate(nodes, 1):
            value = self.value(predicate, Focus(node, place, size))
            number = isinstance(value, float) and not isinstance(value, bool)
            if value == place if number else truth_of(value):
                found.append(node)
        return found

    def test(self, step: Step) -> Callable[[Node], bool]:
        """Return the test of a step."""
        if step.kind == "node":
            return lambda node: True
        if step.kind:
            return lambda node: is_kind(node, step)
        wanted: type[Attribute | Element] = Attribute if step.axis == "attribute" else Element
        if step.prefix is None and step.name == "*":
            return lambda node: isinstance(node, wanted)
        space = self.space(step)
        name = step.name

        def named(node: Node) -> bool:
            return (
                isinstance(node, wanted)
                and node.space == space
                and (name == "*" or node.local == name)
            )

        return named

    def space(self, step: Step) -> str:
        """Return the namespace of a name. Raises XPathException for an unknown prefix."""
        if step.prefix is None:
            return ""
        found = XML if step.prefix == "xml" else self.resolve(step.prefix)
        if found is None:
            raise path_error(f"Namespace prefix '{step.prefix}' is not defined.")
        return found

    def ordered(self, nodes: list[Node]) -> list[Node]:
        """Return nodes in document order, each once."""
        unique = {id(node): node for node in nodes}
        if len(unique) < 2:
            return list(unique.values())
        if any(key not in self.places for key in unique):
            roots = {id(root): root for root in map(root_of, unique.values())}
            for root in roots.values():
                self.number(root)
        return sorted(unique.values(), key=lambda node: self.places[id(node)])

    def number(self, root: Node) -> None:
        """Note the place of every node of a tree."""
        for node in [root, *descendants(root)]:
            spend(VISIT)
            self.places[id(node)] = len(self.places)
            if isinstance(node, Element):
                for attribute in node.attributes:
                    self.places[id(attribute)] = len(self.places)


def nodes_of(value: Value) -> list[Node]:
    """Return a set of nodes. Raises XPathException for any other value."""
    if not isinstance(value, list):
        raise path_error("Expression must evaluate to a node-set.")
    return value


def is_kind(node: Node, step: Step) -> bool:
    """Tell whether a node is a text, a comment or a processing instruction."""
    if step.kind == "text":
        return isinstance(node, Text)
    if step.kind == "comment":
        return isinstance(node, Comment)
    return isinstance(node, Instruction) and step.name in ("*", node.target)


# -- axes: from near to far ---------------------------------------------------------------------


def visible(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield what XPath sees of siblings: of texts side by side only the first, no declaration."""
    last: Node | None = None
    for node in nodes:
        if node.KIND == DECLARATION:
            continue
        if not (isinstance(node, Text) and isinstance(last, Text) and last.parent is node.parent):
            yield node
        last = node


def child(node: Node) -> Iterable[Node]:
    """Return the children."""
    return visible(list(node.nodes)) if isinstance(node, Container) else ()


def attribute(node: Node) -> Iterable[Node]:
    """Return the attributes that declare no namespace."""
    if not isinstance(node, Element):
        return ()
    return [one for one in node.attributes if one.declares is None]


def itself(node: Node) -> Iterable[Node]:
    """Return the node."""
    return (node,)


def around(node: Node) -> Iterable[Node]:
    """Return the parent."""
    return () if node.parent is None else (node.parent,)


def following(node: Node) -> Iterator[Node]:
    """Yield everything behind a node, what is below it aside."""
    if isinstance(node, Attribute) and node.parent is not None:
        yield from visible(descendants(node.parent))
        node = node.parent
    while node.parent is not None:
        for one in visible(after(node)):
            yield one
            yield from visible(descendants(one))
        node = node.parent


def preceding(node: Node) -> Iterator[Node]:
    """Yield everything in front of a node, what is around it aside, the nearest first."""
    if isinstance(node, Attribute) and node.parent is not None:
        node = node.parent
    while node.parent is not None:
        for one in reversed(list(visible(before(node)))):
            yield from reversed(list(visible(descendants(one))))
            yield one
        node = node.parent


AXES: dict[str, Callable[[Node], Iterable[Node]]] = {
    "ancestor": ancestors,
    "ancestor-or-self": lambda node: [node, *ancestors(node)],
    "attribute": attribute,
    "child": child,
    "descendant": lambda node: visible(descendants(node)),
    "descendant-or-self": lambda node: [node, *visible(descendants(node))],
    "following": following,
    "following-sibling": lambda node: visible(after(node)),
    "parent": around,
    "preceding": preceding,
    "preceding-sibling": lambda node: reversed(list(visible(before(node)))),
    "self": itself,
}
SIMPLE = ("child", "attribute", "self")
"""Axes that keep nodes in order if none of those they start from is inside of another."""
REVERSE = ("ancestor", "ancestor-or-self", "preceding", "preceding-sibling")


# -- from outside -------------------------------------------------------------------------------


def evaluate(node: Node, text: str, resolve: Resolver) -> Value:
    """Return the value of an expression at a node: nodes in document order, text, number, truth.

    Raises XPathException.
    """
    return Evaluation(resolve).value(compile_path(text), Focus(node, 1, 1))


def select(node: Node, text: str, resolve: Resolver) -> list[Node]:
    """Return the nodes that a path finds. Raises XPathException if it finds something else."""
    return nodes_of(evaluate(node, text, resolve))
