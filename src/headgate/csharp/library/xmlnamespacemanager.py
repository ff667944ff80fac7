"""System.Xml.XmlNamespaceManager: prefixes for XPath."""

from __future__ import annotations

from collections.abc import Callable

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument, null_argument
from headgate.csharp.runtime.xmlnames import XML, XMLNS
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject


class NamespaceManager(NetObject):
    """Prefixes in scopes, the innermost last."""

    __slots__ = ("scopes",)
    NET = Type("System.Xml.XmlNamespaceManager")

    def __init__(self, _table: object = None) -> None:
        self.scopes: list[dict[str, str]] = [{"xml": XML, "xmlns": XMLNS, "": ""}, {}]

    def find(self, prefix: str) -> str | None:
        """Return what a prefix stands for, or None."""
        for scope in reversed(self.scopes):
            if prefix in scope:
                return scope[prefix]
        return None


class NameTable(NetObject):
    """System.Xml.NameTable: only there to be handed on."""

    __slots__ = ()
    NET = Type("System.Xml.NameTable")


TYPE = DotNetType(
    "System.Xml.XmlNamespaceManager", bases=("IXmlNamespaceResolver",), python=NamespaceManager
)
RESOLVER = DotNetType("System.Xml.IXmlNamespaceResolver", kind="interface")
BASE = DotNetType("System.Xml.XmlNameTable")
TABLE = DotNetType("System.Xml.NameTable", bases=("XmlNameTable",), python=NameTable)
TYPES = (RESOLVER, BASE, TABLE)

TABLE.constructor("()")(NameTable)
TYPE.constructor("(XmlNameTable nameTable)")(NamespaceManager)


@TYPE.method("void AddNamespace(string prefix, string uri)")
def add(manager: NamespaceManager, prefix: str | None, uri: str | None) -> None:
    """Add a prefix. Raises ArgumentException for `xml` and `xmlns`."""
    if prefix is None or uri is None:
        raise null_argument("prefix" if prefix is None else "uri")
    if prefix in ("xml", "xmlns"):
        raise bad_argument(f"Prefix '{prefix}' is reserved for use by XML.")
    manager.scopes[-1][prefix] = uri


@TYPE.method("void RemoveNamespace(string prefix, string uri)")
def remove(manager: NamespaceManager, prefix: str, uri: str) -> None:
    """Take a prefix out of the innermost scope."""
    if manager.scopes[-1].get(prefix) == uri:
        del manager.scopes[-1][prefix]


@TYPE.method("string LookupNamespace(string prefix)")
def look_up(manager: NamespaceManager, prefix: str | None) -> str | None:
    """Return what a prefix stands for, or null."""
    return manager.find(prefix or "")


@TYPE.method("string LookupPrefix(string uri)")
def look_up_prefix(manager: NamespaceManager, uri: str | None) -> str | None:
    """Return a prefix that stands for a namespace, or null."""
    for scope in reversed(manager.scopes):
        for prefix, known in reversed(scope.items()):
            if known == uri and manager.find(prefix) == uri:
                return prefix
    return None


@TYPE.method("bool HasNamespace(string prefix)")
def has(manager: NamespaceManager, prefix: str | None) -> bool:
    """Tell whether the innermost scope has a prefix."""
    return prefix in manager.scopes[-1]


@TYPE.method("void PushScope()")
def push(manager: NamespaceManager) -> None:
    """Open a scope."""
    if len(manager.scopes) > 100:
        raise bad_argument("There are too many scopes.")
    manager.scopes.append({})


@TYPE.method("bool PopScope()")
def pop(manager: NamespaceManager) -> bool:
    """Close a scope, if one is open."""
    if len(manager.scopes) == 2:
        return False
    manager.scopes.pop()
    return True


TYPE.property("string! DefaultNamespace")(lambda manager: manager.find("") or "")


def resolver_of(manager: NamespaceManager | None) -> Callable[[str], str | None]:
    """Return what XPath asks for the namespace of a prefix."""
    return (lambda prefix: None) if manager is None else manager.find
