"""Nodes of LINQ to XML compared: by what they hold, and by where they stand."""

from __future__ import annotations

import zlib

from headgate.csharp.budget import spend
from headgate.csharp.errors import invalid_operation
from headgate.csharp.runtime.texts import encode
from headgate.csharp.runtime.xmlnames import LINQ
from headgate.csharp.runtime.xmltree import (
    VISIT,
    Comment,
    Container,
    DocumentType,
    Element,
    Instruction,
    Node,
    Text,
    root_of,
)
from headgate.csharp.runtime.xmlwriter import to_string
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject


def same_leaf(one: Node, other: Node) -> bool:
    """Compare two nodes of a kind that have no children."""
    if isinstance(one, Text | Comment) and isinstance(other, Text | Comment):
        return one.value == other.value
    if isinstance(one, Instruction) and isinstance(other, Instruction):
        return (one.target, one.value) == (other.target, other.value)
    if isinstance(one, DocumentType) and isinstance(other, DocumentType):
        return (one.name, one.public_id, one.system_id, one.subset) == (
            *(other.name, other.public_id, other.system_id, other.subset),
        )
    return False


def deep_equals(one: Node | None, other: Node | None) -> bool:
    """Compare two nodes with everything in them: names, attributes in their order, children."""
    if one is None or other is None:
        return one is other
    spend(2 * VISIT)
    if one is other:
        return True
    if one.KIND != other.KIND:
        return False
    if not isinstance(one, Container):
        return same_leaf(one, other)
    assert isinstance(other, Container)
    if isinstance(one, Element) and isinstance(other, Element):
        mine = [(at.local, at.space, at.value) for at in one.attributes]
        if (one.local, one.space, one.blank) != (other.local, other.space, other.blank):
            return False
        if mine != [(at.local, at.space, at.value) for at in other.attributes]:
            return False
    left, right = merged(one), merged(other)
    if len(left) != len(right):
        return False
    return all(
        left_one == right_one
        if isinstance(left_one, str) or isinstance(right_one, str)
        else deep_equals(left_one, right_one)
        for left_one, right_one in zip(left, right, strict=True)
    )


def merged(container: Container) -> list[Node | str]:
    """Return the children with neighbouring texts as one; CDATA stays a node."""
    found: list[Node | str] = []
    for node in container.nodes:
        if node.KIND != Text.KIND:
            found.append(node)
            continue
        assert isinstance(node, Text)
        if found and isinstance(found[-1], str):
            found[-1] += node.value
        else:
            found.append(node.value)
    return [one for one in found if one != ""]


def path_of(node: Node) -> list[int]:
    """Return the places that lead from the root to a node."""
    places: list[int] = []
    while node.parent is not None:
        places.append(node.parent.place_of(node))
        node = node.parent
    return places[::-1]


def order(one: Node | None, other: Node | None) -> int:
    """Return which node comes first in their document: -1, 0 or 1.

    Raises InvalidOperationException for nodes of different trees.
    """
    if one is other:
        return 0
    if one is None or other is None:
        return -1 if one is None else 1
    if root_of(one) is not root_of(other):
        raise invalid_operation("A common ancestor is missing.")
    return -1 if path_of(one) < path_of(other) else 1


class Equality(NetObject):
    """System.Xml.Linq.XNodeEqualityComparer."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XNodeEqualityComparer")

    def hash_of(self, node: Node | None) -> int:
        """Return a hash code that equal nodes share."""
        if node is None:
            return 0
        code = zlib.crc32(encode(to_string(node, indent=False)))
        return code - (1 << 32) if code >= 1 << 31 else code


class Order(NetObject):
    """System.Xml.Linq.XNodeDocumentOrderComparer."""

    __slots__ = ()
    NET = Type(f"{LINQ}.XNodeDocumentOrderComparer")
