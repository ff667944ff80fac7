"""System.Collections.Generic.Queue<T> and Stack<T>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import invalid_operation
from headgate.csharp.runtime.collections import Items, NetQueue, NetStack
from headgate.csharp.runtime.sequences import items
from headgate.csharp.types import Type

QUEUE = DotNetType(
    "System.Collections.Generic.Queue<T>", bases=("IReadOnlyCollection<T>",), python=NetQueue
)
STACK = DotNetType(
    "System.Collections.Generic.Stack<T>", bases=("IReadOnlyCollection<T>",), python=NetStack
)
TYPES = (QUEUE, STACK)


def first(target: Items) -> Any:
    """Return the item in front. Raises InvalidOperationException when there is none."""
    if not target:
        raise invalid_operation("The collection is empty.")
    return target[0]


def take(target: Items) -> Any:
    """Remove and return the item in front."""
    item = first(target)
    del target[0]
    return item


def constructors(declared: DotNetType, python: type[Items], push: Callable[..., Any]) -> None:
    """Declare the constructors and what both have in common."""

    def create(kind: Type) -> Callable[..., Items]:
        def make(source: Any = ()) -> Items:
            made = python(kind)
            for item in items(source):
                push(made, item)
            return made

        return make

    declared.generic_constructor("()")(create)
    declared.generic_constructor("(IEnumerable<T> collection)")(create)
    declared.method("T Peek()")(first)
    declared.method("void Clear()", code="{0}.clear()")


def enqueue(target: Items, item: Any) -> None:
    """Add an item at the end."""
    target.append(item)


def push(target: Items, item: Any) -> None:
    """Add an item in front."""
    target.insert(0, item)


constructors(QUEUE, NetQueue, enqueue)
constructors(STACK, NetStack, push)
QUEUE.method("void Enqueue(T item)")(enqueue)
QUEUE.method("T Dequeue()")(take)
STACK.method("void Push(T item)")(push)
STACK.method("T Pop()")(take)
