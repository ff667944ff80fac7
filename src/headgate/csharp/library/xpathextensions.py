"""System.Xml.XPath.Extensions: XPath on LINQ to XML."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import invalid_operation, null_argument
from headgate.csharp.library.xmlnamespacemanager import resolver_of
from headgate.csharp.runtime import xmllinq, xpath
from headgate.csharp.runtime.collections import Array
from headgate.csharp.runtime.xmltree import Element, Node
from headgate.csharp.types import OBJECT

TYPE = DotNetType("System.Xml.XPath.Extensions", kind="static")
WITH = "this XNode node, string expression"
RESOLVER = "IXmlNamespaceResolver resolver"


def evaluated(node: Node | None, path: str | None, resolver: Any) -> Any:
    """Return the value of an expression. Raises ArgumentNullException, XPathException."""
    if node is None or path is None:
        raise null_argument("node" if node is None else "expression")
    return xpath.evaluate(node, path, resolver_of(resolver))


@TYPE.extension(f"IEnumerable<XElement>! XPathSelectElements({WITH})")
@TYPE.extension(f"IEnumerable<XElement>! XPathSelectElements({WITH}, {RESOLVER})")
def select_elements(node: Node | None, path: str | None, resolver: Any = None) -> Array:
    """Return the elements that a path finds. Raises InvalidOperationException if it finds
    something else."""
    found = evaluated(node, path, resolver)
    if not isinstance(found, list) or not all(isinstance(one, Element) for one in found):
        raise invalid_operation("The XPath expression evaluated to unexpected type.")
    return xmllinq.array_of("XElement", found)


@TYPE.extension(f"XElement XPathSelectElement({WITH})")
@TYPE.extension(f"XElement XPathSelectElement({WITH}, {RESOLVER})")
def select_element(node: Node | None, path: str | None, resolver: Any = None) -> Any:
    """Return the first element that a path finds, or null."""
    return next(iter(select_elements(node, path, resolver)), None)


@TYPE.extension(f"object XPathEvaluate({WITH})")
@TYPE.extension(f"object XPathEvaluate({WITH}, {RESOLVER})")
def evaluate(node: Node | None, path: str | None, resolver: Any = None) -> Any:
    """Return the value of an expression: bool, double, string or a sequence of nodes."""
    found = evaluated(node, path, resolver)
    return Array(OBJECT, found) if isinstance(found, list) else found
