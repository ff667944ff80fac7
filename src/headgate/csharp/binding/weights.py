"""How much work a piece of code is: nodes of the tree, counted once per block.

A block with more than a few nodes charges for itself when it is entered, so a branch that is not
taken costs nothing; smaller ones count with what is around them. Bodies of loops, lambdas and local
functions always charge for themselves.
"""

from __future__ import annotations

from typing import Any

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder
from headgate.csharp.budget import NODE

LIGHT = 12
"""Nodes up to which a block counts with what is around it."""
WEIGHTS: dict[type, int] = {tree.Call: 5, tree.New: 5, tree.Index: 4, tree.Interpolated: 5}
"""Nodes that run code of the library count for more than one."""
LOOPS = (tree.While, tree.For, tree.Foreach)
APART = (*LOOPS, tree.Lambda, tree.LocalFunction)


def weight(b: Binder, value: Any) -> int:
    """Return the nodes that one run of a node, or of a list of them, passes at most."""
    if isinstance(value, list | tuple):
        return sum([weight(b, one) for one in value])
    if not isinstance(value, tree.Node):
        return 0
    known = b.weights.get(value)
    if known is None:
        known = b.weights[value] = WEIGHTS.get(type(value), 1) + sum(
            [inner(b, getattr(value, name)) for name in value.__struct_fields__]
        )
    return known


def inner(b: Binder, value: Any) -> int:
    """Return what a part counts for the node around it."""
    if isinstance(value, list | tuple):
        return sum([inner(b, one) for one in value])
    if isinstance(value, APART):
        return 1
    found = weight(b, value)
    return 0 if isinstance(value, tree.Block) and found > LIGHT else found


def units(b: Binder, *parts: Any) -> int:
    """Return the units of one pass over some parts, of which heavy blocks charge themselves."""
    return NODE * (2 + sum([inner(b, part) for part in parts]))


def charge_block(b: Binder, node: tree.Block) -> None:
    """Charge a heavy block on entry, wherever it may run more than once."""
    found = weight(b, node)
    if found > LIGHT and (b.function.node is not None or b.function.loops):
        b.charge(NODE * found)
