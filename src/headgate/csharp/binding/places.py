"""What can be assigned to: locals, elements and properties; `out` arguments."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.conversions import implicit, mismatch
from headgate.csharp.runtime import support
from headgate.csharp.types import Type


class Place(msgspec.Struct, eq=False):
    """Where a value can be put: how to read what is there, and how to write.

    `first` tells which of the two comes first in the text and so evaluates the parts of the place.
    """

    type: Type
    read: Callable[[bool], Code]
    write: Callable[[Code, bool], Code]


def local_code(local: tree.Local) -> Code:
    """Return the value of a local."""
    text = f"{local.python}.value" if local.boxed else local.python
    return Code(text, local.type, plain=True)


def local_place(b: Binder, local: tree.Local, node: tree.Node) -> Place:
    """Return a local as a place."""
    if local.readonly:
        raise b.error("HG211", f"`{local.name}` is {local.readonly} and cannot be assigned.", node)

    def write(value: Code, _first: bool) -> Code:
        b.function.assigned.add(local)
        text = (
            f"{local.python}.set({value.text})"
            if local.boxed
            else f"({local.python} := {value.text})"
        )
        return Code(text, local.type, safe=value.safe)

    return Place(local.type, lambda _first: local_code(local), write)


def store(b: Binder, node: tree.Expression, value: Code) -> Code:
    """Assign an `out` result to what the argument names or declares."""
    if isinstance(node, tree.Declaration):
        if node.local is None:
            return value
        node.local.type = b.type(node.type) if node.type is not None else value.type
        introduce(b, node.local)
        place = local_place(b, node.local, node)
    elif isinstance(node, tree.Name) and node.local is not None:
        place = local_place(b, node.local, node)
    else:
        raise b.error("HG211", "An out argument has to be a variable.", node)
    found = implicit(b, value, place.type)
    if found is None or place.type != value.type:
        raise mismatch(b, value, place.type, node)
    return place.write(found, True)


def introduce(b: Binder, local: tree.Local) -> None:
    """Make the cell of a boxed local before the statement that declares it."""
    if local.boxed:
        b.emit(f"{local.python} = {b.name('Cell', support.Cell)}()")
