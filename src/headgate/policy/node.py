"""The tree that a document is scanned to, and its way back to text."""

from __future__ import annotations

from headgate.policy.text import Place, Source, Text


class Attribute:
    """One attribute; `at` is the offset of its name."""

    __slots__ = ("at", "name", "text")

    def __init__(self, name: str, at: int, *, text: Text) -> None:
        self.name = name
        self.at = at
        self.text = text

    @property
    def place(self) -> Place:
        """Return where the attribute's name stands."""
        return self.text.source.place(self.at)


class Node:
    """One element. `start` to `end` spans it in its source, `inner` what is between its tags.

    `text` is what stands between its children, joined; None if that is blank.
    """

    __slots__ = ("attributes", "children", "end", "inner", "name", "source", "start", "text")

    def __init__(self, name: str, source: Source, *, start: int) -> None:
        self.name = name
        self.source = source
        self.start = start
        self.end = start
        self.inner = (start, start)
        self.attributes: dict[str, Attribute] = {}
        self.children: list[Node] = []
        self.text: Text | None = None

    @property
    def place(self) -> Place:
        """Return where the element's tag opens."""
        return self.source.place(self.start)

    @property
    def markup(self) -> Text:
        """Return what stands between the tags as it is written, child elements included."""
        start, end = self.inner
        return Text(self.source.text[start:end], self.source, pieces=[(0, start)])


def escape(text: str) -> str:
    """Return text as it may stand in an attribute or element of strict XML."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def write(node: Node) -> str:
    """Return a tree as strict XML that scans to an equal tree."""
    parts: list[str] = []
    stack: list[Node | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        parts.append(f"<{item.name}")
        for attribute in item.attributes.values():
            parts.append(f' {attribute.name}="{escape(attribute.text.value)}"')
        if item.text is None and not item.children:
            parts.append(" />")
            continue
        parts.append(">")
        if item.text is not None:
            parts.append(escape(item.text.value))
        stack.append(f"</{item.name}>")
        stack.extend(reversed(item.children))
    return "".join(parts)
