"""System.Xml.Linq.XName and XNamespace."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.runtime.equality import equal, hash_code
from headgate.csharp.runtime.xmlnames import LINQ, XML, XMLNS, XName, XNamespace, ncname, xname

TYPE = DotNetType(f"{LINQ}.XName", python=XName)
NAMESPACE = DotNetType(f"{LINQ}.XNamespace", python=XNamespace)
TYPES = (NAMESPACE,)


def named(text: str | None) -> XName | None:
    """Return the name that a text is, null for null."""
    return None if text is None else xname(text)


def in_space(local: str | None, space: str | None) -> XName:
    """Return a name of a namespace."""
    if space is None:
        raise null_argument("namespaceName")
    return XName(ncname(local), space)


def namespace(uri: str | None) -> XNamespace | None:
    """Return the namespace of a URI, null for null."""
    return None if uri is None else XNamespace(uri)


def get_namespace(uri: str | None) -> XNamespace:
    """Return the namespace of a URI. Raises ArgumentNullException."""
    if uri is None:
        raise null_argument("namespaceName")
    return XNamespace(uri)


def joined(space: XNamespace | None, local: str | None) -> XName:
    """Return `namespace + local`."""
    if space is None:
        raise null_argument("ns")
    return XName(ncname(local), space.uri)


TYPE.implicit("XName of(string expandedName)")(named)
TYPE.static("XName! Get(string expandedName)")(xname)
TYPE.static("XName! Get(string localName, string namespaceName)")(in_space)
TYPE.property("string! LocalName", code="{0}.local")
TYPE.property("string! NamespaceName", code="{0}.space")
TYPE.property("XNamespace! Namespace")(lambda name: XNamespace(name.space))
TYPE.operator("==", "bool (XName left, XName right)")(equal)
TYPE.operator("!=", "bool (XName left, XName right)")(lambda left, right: not equal(left, right))
TYPE.method("bool Equals(object obj)")(equal)
TYPE.method("int GetHashCode()")(hash_code)
TYPE.method("string! ToString()", code="{0}.to_text()")

NAMESPACE.implicit("XNamespace of(string namespaceName)")(namespace)
NAMESPACE.static("XNamespace! Get(string namespaceName)")(get_namespace)
NAMESPACE.method("XName! GetName(string localName)")(joined)
NAMESPACE.property("string! NamespaceName", code="{0}.uri")
NAMESPACE.constant("XNamespace None", XNamespace(""))
NAMESPACE.constant("XNamespace Xml", XNamespace(XML))
NAMESPACE.constant("XNamespace Xmlns", XNamespace(XMLNS))
NAMESPACE.operator("+", "XName (XNamespace ns, string localName)")(joined)
NAMESPACE.operator("==", "bool (XNamespace left, XNamespace right)")(equal)
NAMESPACE.operator("!=", "bool (XNamespace left, XNamespace right)")(
    lambda left, right: not equal(left, right)
)
NAMESPACE.method("bool Equals(object obj)")(equal)
NAMESPACE.method("int GetHashCode()")(hash_code)
NAMESPACE.method("string! ToString()", code="{0}.to_text()")
