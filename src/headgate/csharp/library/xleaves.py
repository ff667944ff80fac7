"""System.Xml.Linq.XText, XCData, XComment, XProcessingInstruction and XDocumentType."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.runtime.xmllinq import (
    XCData,
    XComment,
    XDocumentType,
    XProcessingInstruction,
    XText,
)
from headgate.csharp.runtime.xmlnames import LINQ, ncname
from headgate.csharp.runtime.xmltree import Node

TEXT = DotNetType(f"{LINQ}.XText", bases=("XNode",), python=(XText, XCData))
CDATA = DotNetType(f"{LINQ}.XCData", bases=("XText",), python=XCData)
COMMENT = DotNetType(f"{LINQ}.XComment", bases=("XNode",), python=XComment)
INSTRUCTION = DotNetType(
    f"{LINQ}.XProcessingInstruction", bases=("XNode",), python=XProcessingInstruction
)
DOCTYPE = DotNetType(f"{LINQ}.XDocumentType", bases=("XNode",), python=XDocumentType)
TYPES = (TEXT, CDATA, COMMENT, INSTRUCTION, DOCTYPE)


def set_value(node: Any, value: str | None) -> str:
    """Assign the text. Raises ArgumentNullException."""
    node.value = needed(value)
    return node.value  # type: ignore[no-any-return]  # a text, as assigned


def needed(value: str | None) -> str:
    """Return a text that may not be null."""
    if value is None:
        raise null_argument("value")
    return value


def copied(node: Node | None) -> Node:
    """Return a copy. Raises ArgumentNullException."""
    if node is None:
        raise null_argument("other")
    return node.copy()


TEXT.constructor("(string value)")(lambda value: XText(needed(value)))
CDATA.constructor("(string value)")(lambda value: XCData(needed(value)))
COMMENT.constructor("(string value)")(lambda value: XComment(needed(value)))
TEXT.property("string! Value", code="{0}.value", setter=set_value)
COMMENT.property("string! Value", code="{0}.value", setter=set_value)
INSTRUCTION.constructor("(string target, string data)")(
    lambda target, data: XProcessingInstruction(ncname(target), needed(data))
)
INSTRUCTION.property("string! Data", code="{0}.value", setter=set_value)


@INSTRUCTION.property("string! Target", setter=lambda node, value: set_target(node, value))
def target_of(node: XProcessingInstruction) -> str:
    """Return the target."""
    return node.target


def set_target(node: XProcessingInstruction, value: str | None) -> str:
    """Assign the target. Raises XmlException for what is no name."""
    node.target = ncname(value)
    return node.target


DOCTYPE.constructor("(string name, string publicId, string systemId, string internalSubset)")(
    lambda name, public, system, subset: XDocumentType(ncname(name), public, system, subset)
)
DOCTYPE.property("string! Name", code="{0}.name")
DOCTYPE.property("string PublicId", code="{0}.public_id")
DOCTYPE.property("string SystemId", code="{0}.system_id")
DOCTYPE.property("string InternalSubset", code="{0}.subset")
for one in TYPES:
    one.constructor(f"({one.simple} other)")(copied)
