"""Trees of XML to text, as XmlWriter of .NET does it: escapes, indentation, namespaces.

`Writer` is XmlWellFormedWriter around XmlEncodedRawTextWriter: it declares a prefix where the tree
does not, and invents `p1`, `p2` ... for attributes that have none. Lines end with `\\n`.
"""

from __future__ import annotations

from headgate.csharp.budget import scanned, spend
from headgate.csharp.runtime.texts import joined
from headgate.csharp.runtime.xmlnames import XML, XMLNS, allowed, xml_error
from headgate.csharp.runtime.xmltree import (
    VISIT,
    Attribute,
    CData,
    Comment,
    Container,
    Declaration,
    Document,
    DocumentType,
    Element,
    Instruction,
    Node,
    Text,
    ancestors,
    declarations,
)

TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
VALUE = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#x9;",
        "\n": "&#xA;",
        "\r": "&#xD;",
    }
)
RATE = 3
"""Units of a character that is written."""
TAG = 2000
"""Units of an element that is written."""


class Writer:
    """Writes nodes one after the other. `indent` as SaveOptions.None, two blanks a level."""

    def __init__(self, indent: bool) -> None:
        self.indent = indent
        self.out: list[str] = []
        self.open: list[tuple[str, int, bool]] = []
        """Name, number of namespaces before it and mixed content around it, of each element."""
        self.spaces: list[tuple[str, str, bool]] = [
            ("xmlns", XMLNS, False),
            ("xml", XML, False),
            ("", "", False),
        ]
        """Prefix, namespace, and whether the start tag has yet to declare it."""
        self.mixed = False
        self.in_tag = False
        self.content = False
        """Something stands between the start tag and here."""

    def ends(self, text: str) -> str:
        """Return a text with the ends of its lines as NewLineHandling.Replace makes them."""
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    # -- namespaces

    def meaning(self, prefix: str) -> str | None:
        """Return what a prefix means here."""
        return next((one[1] for one in reversed(self.spaces) if one[0] == prefix), None)

    def known_prefix(self, space: str) -> str | None:
        """Return a prefix that means a namespace here."""
        hidden: set[str] = set()
        for prefix, known, _ in reversed(self.spaces):
            if known == space and prefix not in hidden:
                return prefix
            hidden.add(prefix)
        return None

    def push(self, prefix: str, space: str) -> None:
        """Take note of a prefix that a name uses. Raises XmlException if this element says
        otherwise."""
        first = self.open[-1][1]
        for place in range(len(self.spaces) - 1, -1, -1):
            known, meaning, _ = self.spaces[place]
            if known == prefix:
                if place >= first and meaning != space:
                    raise xml_error(
                        f"The prefix '{prefix}' cannot be redefined from '{meaning}' to "
                        f"'{space}' within the same start element tag."
                    )
                if place < first:
                    self.spaces.append((prefix, space, meaning != space))
                return
        self.spaces.append((prefix, space, True))

    def declare(self, prefix: str, space: str) -> None:
        """Write a declaration that stands among the attributes."""
        first = self.open[-1][1]
        for place in range(len(self.spaces) - 1, first - 1, -1):
            if self.spaces[place][0] == prefix:
                if self.spaces[place][1] != space:
                    raise xml_error(
                        f"The prefix '{prefix}' cannot be redefined within the same start tag."
                    )
                self.spaces[place] = (prefix, space, False)
                break
        else:
            self.spaces.append((prefix, space, False))
        self.out.append(namespace(prefix, space))

    def invented(self) -> str:
        """Return a prefix that nobody uses."""
        base = name = f"p{len(self.spaces) - 3}"
        count = 0
        while self.meaning(name) is not None:
            name = f"{base}{count}"
            count += 1
        return name

    # -- tags

    def line(self) -> None:
        """Begin a line, if lines are wanted and no text stands around here."""
        if self.indent and not self.mixed and self.out:
            self.out.append("\n" + "  " * len(self.open))

    def close_tag(self) -> None:
        """End the start tag that is open, if one is."""
        if self.in_tag:
            first = self.open[-1][1]
            for prefix, space, needed in reversed(self.spaces[first:]):
                if needed:
                    self.out.append(namespace(prefix, space))
            self.out.append(">")
            self.in_tag = False

    def start(self, prefix: str | None, local: str, space: str) -> None:
        """Open an element; without a prefix one that means its namespace is taken."""
        spend(TAG)
        self.close_tag()
        self.line()
        if prefix is None:
            prefix = self.known_prefix(space) or ""
        name = f"{prefix}:{local}" if prefix else local
        self.open.append((name, len(self.spaces), self.mixed))
        self.push(prefix, space)
        self.out.append(f"<{name}")
        self.in_tag = True
        self.content = False

    def attribute(self, attribute: Attribute, prefix: str | None) -> None:
        """Write an attribute."""
        value = attribute.value
        declared = attribute.declares
        if declared is not None:
            self.declare(declared, value)
            return
        space = attribute.space
        if space and not prefix:
            prefix = self.known_prefix(space) or self.invented()
        if prefix and space:
            self.push(prefix, space)
        elif prefix:
            prefix = ""
        scanned(value, RATE)
        name = f"{prefix}:{attribute.local}" if prefix else attribute.local
        self.out.append(f' {name}="{allowed(value).translate(VALUE)}"')

    def end(self, *, full: bool) -> None:
        """Close an element, with an end tag if `full`."""
        name, count, mixed = self.open[-1]
        if self.in_tag and not full:
            self.close_tag()
            self.out[-1] = " />"
            self.open.pop()
        else:
            self.close_tag()
            self.open.pop()
            if self.content:
                self.line()
            self.out.append(f"</{name}>")
        del self.spaces[count:]
        self.mixed = mixed
        self.content = True

    # -- leaves

    def text(self, text: str) -> None:
        """Write text; what follows it in its element is not indented."""
        self.close_tag()
        if text:
            scanned(text, RATE)
            self.out.append(self.ends(allowed(text)).translate(TEXT))
            self.mixed = self.content = True

    def blanks(self, text: str) -> None:
        """Write white space as it is."""
        self.close_tag()
        if text:
            self.out.append(self.ends(text))
            self.mixed = self.content = True

    def cdata(self, text: str) -> None:
        """Write a CDATA section; one `]]>` inside is split over two of them."""
        self.close_tag()
        scanned(text, RATE)
        inside = self.ends(allowed(text)).replace("]]>", "]]]]><![CDATA[>")
        self.out.append(f"<![CDATA[{inside}]]>")
        self.mixed = self.content = True

    def comment(self, text: str) -> None:
        """Write a comment on a line of its own."""
        self.close_tag()
        self.line()
        scanned(text, RATE)
        inside = self.ends(allowed(text)).replace("--", "- -")
        self.out.append(f"<!--{inside}{' ' if inside.endswith('-') else ''}-->")
        self.content = True

    def instruction(self, target: str, data: str) -> None:
        """Write a processing instruction on a line of its own."""
        self.close_tag()
        self.line()
        scanned(data, RATE)
        inside = self.ends(allowed(data)).replace("?>", "? >")
        self.out.append(f"<?{target} {inside}?>" if inside else f"<?{target}?>")
        self.content = True

    def doctype(self, node: DocumentType) -> None:
        """Write a document type."""
        self.line()
        self.out.append(doctype_text(node))
        self.content = True

    def result(self) -> str:
        """Return what was written. Raises OutOfMemoryException if that is too long."""
        self.close_tag()
        return joined(*self.out)


def namespace(prefix: str, space: str) -> str:
    """Return a declaration as an attribute."""
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    return f' {name}="{allowed(space).translate(VALUE)}"'


def doctype_text(node: DocumentType) -> str:
    """Return a document type as text."""
    parts = [f"<!DOCTYPE {node.name}"]
    if node.public_id is not None:
        parts.append(f' PUBLIC "{node.public_id}" "{node.system_id or ""}"')
    elif node.system_id is not None:
        parts.append(f' SYSTEM "{node.system_id}"')
    else:
        parts.append(" ")
    if node.subset is not None:
        parts.append(f"[{node.subset}]")
    return "".join(parts) + ">"


def declaration_text(found: Declaration) -> str:
    """Return a declaration as text."""
    parts = [f'<?xml version="{found.version or "1.0"}"']
    if found.encoding is not None:
        parts.append(f' encoding="{found.encoding}"')
    if found.standalone is not None:
        parts.append(f' standalone="{found.standalone}"')
    return "".join(parts) + "?>"


# -- trees --------------------------------------------------------------------------------------


class Scope:
    """The prefixes that the attributes of a tree declare: NamespaceResolver of XElement."""

    def __init__(self, node: Node) -> None:
        self.known: list[tuple[str, str]] = []
        for above in reversed(list(ancestors(node))):
            if isinstance(above, Element):
                self.known += declarations(above)

    def prefix(self, node: Element | Attribute) -> str | None:
        """Return the prefix that the nearest declaration gives a name."""
        space = node.space
        if not space:
            return ""
        hidden: set[str] = set()
        for prefix, meaning in reversed(self.known):
            if meaning == space and prefix not in hidden and (prefix or isinstance(node, Element)):
                return prefix
            hidden.add(prefix)
        return {XML: "xml", XMLNS: "xmlns"}.get(space)


def write_element(writer: Writer, element: Element, scope: Scope) -> None:
    """Write an element of LINQ to XML with everything in it."""
    mark = len(scope.known)
    scope.known += declarations(element)
    writer.start(scope.prefix(element), element.local, element.space)
    for attribute in element.attributes:
        writer.attribute(attribute, scope.prefix(attribute))
    for node in element.nodes:
        write_node(writer, node, scope)
    writer.end(full=bool(element.nodes) or element.blank)
    del scope.known[mark:]


def write_leaf(writer: Writer, node: Node) -> None:
    """Write a node that has no children."""
    spend(VISIT)
    if isinstance(node, CData):
        writer.cdata(node.value)
    elif isinstance(node, Text):
        if isinstance(node.parent, Document):
            writer.blanks(node.value)
        else:
            writer.text(node.value)
    elif isinstance(node, Comment):
        writer.comment(node.value)
    elif isinstance(node, Instruction):
        writer.instruction(node.target, node.value)
    elif isinstance(node, DocumentType):
        writer.doctype(node)


def write_node(writer: Writer, node: Node, scope: Scope) -> None:
    """Write any node of LINQ to XML."""
    if isinstance(node, Element):
        write_element(writer, node, scope)
    elif isinstance(node, Container):
        for one in node.nodes:
            write_node(writer, one, scope)
    else:
        write_leaf(writer, node)


def to_string(node: Node, *, indent: bool) -> str:
    """Return `XNode.ToString()`: no declaration, not even of a document."""
    writer = Writer(indent)
    write_node(writer, node, Scope(node))
    return writer.result()


def document_text(node: Node, declaration: Declaration | None, *, indent: bool) -> str:
    """Return what `Save` writes to a StringWriter, whose encoding is UTF-16."""
    standalone = declaration.standalone if declaration is not None else None
    head = declaration_text(Declaration("1.0", "utf-16", standalone))
    return joined(head, "\n" if indent else "", to_string(node, indent=indent))


def attribute_text(attribute: Attribute) -> str:
    """Return `XAttribute.ToString()`: `name="value"`, with the prefix of its surroundings."""
    writer = Writer(False)
    writer.open.append(("", len(writer.spaces), False))
    prefix = None
    if attribute.space and attribute.declares is None:
        prefix = Scope(attribute).prefix(attribute)
    writer.attribute(attribute, prefix)
    return writer.result().strip()
