"""C# text to our own tree, by tree-sitter: the only module that knows tree-sitter.

Whatever the handlers below do not list is refused (HG204), so a newer grammar cannot let new
syntax in. The work of one parse is bounded before and while tree-sitter runs, by counts and not
by a clock, so that the same text always has the same outcome.
"""

from __future__ import annotations

import re

import tree_sitter_c_sharp
from tree_sitter import Language, Node, Parser

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError
from headgate.csharp.syntax.base import Builder
from headgate.csharp.syntax.statements import StatementBuilder
from headgate.csharp.syntax.verbatim import marked

MAX_BYTES = 32 * 1024
MAX_DEPTH = 100
MAX_TREE_DEPTH = 250
"""Levels of the parse tree. What reads the tree calls itself once or twice for each, and CPython
ends a recursion at 1,000 calls; inside tree-sitter's binding that ends the process."""
MAX_PARSE_STEPS = 1500
"""Progress reports of tree-sitter, one per hundred of its steps: about 45 ms."""

CHAIN = re.compile(rb"(?:\b\w{1,200}\s*<\s*){64}")
"""`a<b<c<...`: type arguments or comparisons? tree-sitter keeps all readings, which takes long."""

LANGUAGE = Language(tree_sitter_c_sharp.language())


def parse(source: str) -> tree.Expression | tree.Block:
    """Return the tree of `@(...)` or `@{...}`. Raises BindError HG200, HG204 or HG205."""
    data = source.encode("utf-8", "replace")
    _bound(data)
    block = data[1:2] == b"{"
    prefix = b"" if block else b"return "
    text = prefix + data[1:] + (b"" if block else b";")
    builder = StatementBuilder(1 - len(prefix))
    spelled = marked(text)
    root = _run(spelled or text)
    if spelled and root.has_error:
        # What is wrong is shown as it was written.
        root = _run(text)
    _refuse_depth(root, builder)
    if root.has_error:
        raise _first_error(root, builder)
    statements = [child for child in root.children if child.type != "comment"]
    inner = statements[0].children[0] if len(statements) == 1 and statements[0].children else None
    if inner is not None and not block:
        parts = builder.parts(inner)
        inner = parts[0] if len(parts) == 1 else None
    wanted = "block" if block else "parenthesized_expression"
    if inner is None or inner.type != wanted or inner.end_byte != len(prefix) + len(data) - 1:
        raise BindError("HG200", "This is not one expression or one block.", at=0)
    return builder.block(inner) if block else builder.expression(inner)


def _bound(data: bytes) -> None:
    """Refuse what would keep the parser or the compiler busy: size and depth of brackets."""
    if len(data) > MAX_BYTES:
        raise BindError("HG205", f"An expression may have {MAX_BYTES} bytes.", at=0)
    if data[:2] not in (b"@(", b"@{"):
        raise BindError("HG200", "An expression starts with @( or @{.", at=0)
    chain = CHAIN.search(data)
    if chain is not None:
        raise BindError("HG205", "Too many `<` in a row.", at=chain.start())
    depth = 0
    for at, byte in enumerate(data):
        if byte in b"([{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BindError("HG205", f"Brackets nest more than {MAX_DEPTH} deep.", at=at)
        elif byte in b")]}":
            depth -= 1


def _refuse_depth(root: Node, builder: Builder) -> None:
    """Refuse a tree that is too deep to be read by functions that call themselves."""
    cursor = root.walk()
    depth = 0
    while True:
        if cursor.goto_first_child():
            depth += 1
            if depth > MAX_TREE_DEPTH:
                at = builder.at(cursor.node) if cursor.node is not None else 0
                raise BindError("HG205", "The expression nests too deeply.", at=at)
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def _run(text: bytes) -> Node:
    steps = 0

    def progress(_offset: int, _error: bool) -> bool:
        nonlocal steps
        steps += 1
        return steps > MAX_PARSE_STEPS

    def read(offset: int, _point: object) -> bytes:
        return text[offset:]

    try:
        parsed = Parser(LANGUAGE).parse(read, progress_callback=progress)
    except ValueError as error:
        if steps <= MAX_PARSE_STEPS:
            raise
        raise BindError("HG205", "The text takes too long to parse.", at=0) from error
    return parsed.root_node


def _first_error(root: Node, builder: Builder) -> BindError:
    """Return what is wrong at the deepest place that the first faulty branch leads to."""
    node = root
    while not (node.is_error or node.is_missing):
        below = next(
            (child for child in node.children if child.has_error or child.is_missing), None
        )
        if below is None:
            break
        node = below
    if node.is_missing:
        return BindError("HG200", f"`{node.type}` is missing here.", at=builder.at(node))
    inner = next((child for child in node.children if child.has_error), node)
    shown = (inner.text or b"").decode("utf-8", "replace")[:30]
    return BindError("HG200", f"Cannot read `{shown}` here.", at=builder.at(inner))
