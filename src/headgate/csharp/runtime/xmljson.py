"""XML as JSON and JSON as XML, as Json.NET's XmlNodeConverter does it.

Attributes are members `@name`, text beside other content is `#text`, elements of one name are an
array, and an element that says `json:Array="true"` is one by itself. Comments are left out.
"""

from __future__ import annotations

import re
from typing import Any

from headgate.csharp.budget import spend
from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime import xmllinq
from headgate.csharp.runtime.jsonbase import Json
from headgate.csharp.runtime.xmldom import FAMILY as DOM
from headgate.csharp.runtime.xmldom import XmlDeclaration, declaration, name_of
from headgate.csharp.runtime.xmlnames import NCNAME, START, XML, XMLNS
from headgate.csharp.runtime.xmltree import (
    Attribute,
    CData,
    Comment,
    Container,
    Document,
    Element,
    Family,
    Instruction,
    Node,
    Text,
    namespace_of,
    qualified,
)
from headgate.csharp.runtime.xmlvalues import text_of

JSON = "http://james.newtonking.com/projects/json"
EACH = 2_000
"""Units of a node or member that is converted."""
ENCODED = re.compile("_x([0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})_")
BAD_START = re.compile(rf"[^{START}]")
BAD = re.compile(rf"[^{START}\-.0-9·̀-ͯ‿-⁀]|_(?=x[0-9A-Fa-f]{{4}}_)")


def decoded(name: str) -> str:
    """Return `XmlConvert.DecodeName`: `_x0020_` is a blank."""
    return ENCODED.sub(lambda found: chr(int(found[1], 16)), name)


def encoded(name: str) -> str:
    """Return `XmlConvert.EncodeName` of a name, whose colon stays."""
    if NCNAME.fullmatch(name) and "_x" not in name:
        return name

    def escape(found: re.Match[str]) -> str:
        if found[0] == ":":
            return ":"
        return f"_x{ord(found[0]):04X}_"

    head = BAD_START.sub(escape, name[:1])
    return head + BAD.sub(escape, name[1:])


# -- XML to JSON --------------------------------------------------------------------------------


def to_json(node: Node, *, omit_root: bool = False) -> Json:
    """Return a document or element as raw JSON, in an object under its name unless `omit_root`."""
    if isinstance(node, Document):
        found: dict[str, Json] = {}
        said = node.declaration
        if said is not None and not omit_root:
            parts = (("version", said.version), ("encoding", said.encoding))
            found["?xml"] = {
                f"@{name}": value
                for name, value in (*parts, ("standalone", said.standalone))
                if value
            }
        root = node.root
        if omit_root:
            return None if root is None else value_of(root)
        return found | grouped(node)
    if isinstance(node, Element) and not omit_root:
        return {name_in(node): [value_of(node)] if is_array(node) else value_of(node)}
    return value_of(node)


def name_in(node: Node) -> str:
    """Return the name of the member that a node becomes."""
    if isinstance(node, Element):
        return decoded(qualified(node))
    if isinstance(node, CData):
        return "#cdata-section"
    if isinstance(node, XmlDeclaration):
        return "?xml"
    if isinstance(node, Instruction):
        return f"?{node.target}"
    return name_of(node)


def is_array(node: Node) -> bool:
    """Tell whether an element says that it is an array."""
    found = node.attribute("Array", JSON) if isinstance(node, Element) else None
    return found is not None and found.value.strip().lower() in ("true", "1")


def grouped(node: Container) -> dict[str, Json]:
    """Return the children under their names, several of one name as an array."""
    groups: dict[str, list[Node]] = {}
    for one in node.nodes:
        if not isinstance(one, Comment):
            groups.setdefault(name_in(one), []).append(one)
    return {
        name: [value_of(one) for one in nodes]
        if len(nodes) > 1 or is_array(nodes[0])
        else value_of(nodes[0])
        for name, nodes in groups.items()
    }


def value_of(node: Node) -> Json:
    """Return what stands under the name of a node."""
    spend(EACH)
    if isinstance(node, XmlDeclaration):
        return {f"@{name}": value for name, value in re.findall(r'(\w+)="([^"]*)"', node.value)}
    if isinstance(node, Text | Instruction | Comment):
        return node.value
    if not isinstance(node, Element):
        return None
    plain = [one for one in node.attributes if one.space != JSON]
    if not plain and len(node.nodes) == 1 and node.nodes[0].KIND == Text.KIND:
        return value_of(node.nodes[0])
    if not node.attributes and not node.nodes:
        return "" if node.blank else None
    members: dict[str, Json] = {
        f"@{decoded(qualified_attribute(one))}": one.value
        for one in plain
        if not (one.declares is not None and one.value == JSON)
    }
    return members | grouped(node)


def qualified_attribute(attribute: Attribute) -> str:
    """Return the name of an attribute with its prefix, `xmlns` included."""
    declared = attribute.declares
    if declared is None:
        return qualified(attribute)
    return f"xmlns:{declared}" if declared else "xmlns"


# -- JSON to XML --------------------------------------------------------------------------------


def trouble(message: str) -> DotNetError:
    """Return a JsonSerializationException."""
    return DotNetError("Newtonsoft.Json.JsonSerializationException", message)


class FromJson:
    """Makes a document of raw JSON."""

    def __init__(self, family: Family, *, mark_arrays: bool) -> None:
        self.family = family
        self.mark_arrays = mark_arrays

    def document(self, raw: Json, root: str | None) -> Document:
        """Return the document. Raises JsonSerializationException."""
        if not isinstance(raw, dict):
            raise trouble("XmlNodeConverter can only convert JSON that begins with an object.")
        document = self.family.document()
        if root:
            self.fill(self.element(document, root, raw), raw)
        else:
            self.fill(document, raw)
        return document

    def element(self, parent: Container, name: str, value: Json) -> Element:
        """Add an empty element; its namespaces are those of its own members first."""
        spend(EACH)
        if isinstance(parent, Document) and parent.root is not None:
            raise trouble(
                "JSON root object has multiple properties. The root object must have a single "
                "property in order to create a valid XML document. Consider specifying a "
                "DeserializeRootElementName."
            )
        prefix, _, local = encoded(name).rpartition(":")
        element = self.family.element(local, "", prefix)
        parent.attach(element)
        for key, one in value.items() if isinstance(value, dict) else ():
            if key == "@xmlns" or key.startswith("@xmlns:"):
                self.attribute(element, key[1:], one)
        element.space = namespace_of(element, prefix) or ""
        return element

    def attribute(self, element: Element, name: str, value: Json) -> None:
        """Add an attribute."""
        prefix, _, local = encoded(name).rpartition(":")
        if name == "xmlns":
            space = self.family.default
        else:
            space = XMLNS if prefix == "xmlns" else XML if prefix == "xml" else ""
            if prefix and not space:
                space = namespace_of(element, prefix) or ""
        text = "" if value is None else text_of(value)
        element.hang(self.family.attribute(local, space, text, prefix))

    def fill(self, target: Container, members: dict[str, Json]) -> None:
        """Add members as attributes, texts and elements."""
        for name, value in members.items():
            if name[:1] == "@" and isinstance(target, Element):
                if name != "@xmlns" and not name.startswith("@xmlns:"):
                    self.attribute(target, name[1:], value)
            elif name in ("#text", "#whitespace", "#significant-whitespace"):
                for one in value if isinstance(value, list) else [value]:
                    target.attach(self.family.text("" if one is None else text_of(one)))
            elif name == "#cdata-section":
                target.attach(self.family.cdata("" if value is None else text_of(value)))
            elif name[:1] == "?":
                self.instruct(target, name[1:], value)
            elif isinstance(value, list):
                self.array(target, name, value)
            else:
                self.member(target, name, value)

    def array(self, target: Container, name: str, values: list[Json]) -> None:
        """Add an element for each item."""
        for one in values:
            if isinstance(one, list):
                self.array(self.element(target, name, None), name, one)
            else:
                element = self.member(target, name, one)
                if self.mark_arrays and len(values) == 1:
                    self.mark(element)

    def mark(self, element: Element) -> None:
        """Say of an element that it is an array of one."""
        element.hang(self.family.attribute("Array", JSON, "true", "json"))
        if namespace_of(element, "json") is None:
            element.hang(self.family.attribute("json", XMLNS, JSON, "xmlns"))

    def member(self, target: Container, name: str, value: Json) -> Element:
        """Add an element with the content of a value."""
        element = self.element(target, name, value)
        if isinstance(value, dict):
            self.fill(element, value)
        elif value is not None:
            text = text_of(value)
            if text:
                element.attach(self.family.text(text))
            else:
                element.blank = True
        return element

    def instruct(self, target: Container, name: str, value: Json) -> None:
        """Add a declaration or processing instruction."""
        if name != "xml":
            text = "" if value is None else text_of(value)
            target.attach(self.family.instruction(name, text))
            return
        parts: dict[str, Any] = value if isinstance(value, dict) else {}
        said = [parts.get(f"@{one}") for one in ("version", "encoding", "standalone")]
        if self.family is DOM:
            target.attach(declaration(*said))
        elif isinstance(target, Document):
            target.declaration = xmllinq.XDeclaration(*said)
