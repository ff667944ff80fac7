"""Newtonsoft.Json.JsonConvert."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.runtime import xmldom, xmllinq
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsonconvert import from_net, to_net
from headgate.csharp.runtime.jsonreader import load
from headgate.csharp.runtime.jsontree import wrap
from headgate.csharp.runtime.jsonwriter import exact
from headgate.csharp.runtime.jsonwriter import write as write_token
from headgate.csharp.runtime.xmljson import FromJson, to_json
from headgate.csharp.runtime.xmltree import Document, Family, Node
from headgate.csharp.surface import surface
from headgate.csharp.types import OBJECT, Type

TYPE = DotNetType("Newtonsoft.Json.JsonConvert", kind="static")


@TYPE.static("string! SerializeObject(object value)")
@TYPE.static("string! SerializeObject(object value, Formatting formatting)")
def serialize(value: Any, formatting: int = 0) -> str:
    """Return the JSON text of a .NET value."""
    if isinstance(value, JToken):
        return write_token(value, bool(formatting))
    if isinstance(value, Node):
        return exact(to_json(value), bool(formatting))
    return exact(from_net(value), bool(formatting))


def read(text: str | None, kind: Type) -> Any:
    """Return the value of a JSON text as a type; an empty text gives the default."""
    if text is None:
        raise null_argument("value")
    if not text.strip():
        declared = surface().declared(kind)
        return declared.default if declared else None
    return to_net(wrap(load(text)), kind)


@TYPE.generic("T DeserializeObject<T>(string value)", static=True)
def deserialize_as(kind: Type) -> Callable[[str | None], Any]:
    """Return the reader for a type."""
    return lambda text: read(text, kind)


@TYPE.static("object DeserializeObject(string value)")
def deserialize(text: str | None) -> Any:
    """Return a token, or the plain value of a JSON value."""
    return read(text, OBJECT)


@TYPE.static("string! ToString(object value)")
def to_string(value: Any) -> str:
    """Return the JSON text of a value."""
    return serialize(value)


# -- XML ----------------------------------------------------------------------------------------


def declare_xml(word: str, kind: str, family: Family) -> None:
    """Declare the two conversions of one object model of XML."""

    def to_text(node: Node | None, formatting: int = 0, omit_root: bool = False) -> str:
        if node is None:
            return "null"
        return exact(to_json(node, omit_root=omit_root), bool(formatting))

    def from_text(
        text: str | None, root: str | None = None, mark_arrays: bool = False
    ) -> Document | None:
        if text is None:
            raise null_argument("value")
        raw = wrap(load(text)).raw()
        if raw is None:
            return None
        return FromJson(family, mark_arrays=mark_arrays).document(raw, root)

    node = "XObject node" if kind == "XDocument" else "XmlNode node"
    rest = ""
    for more in ("", ", Formatting formatting", ", bool omitRootObject"):
        rest += more
        TYPE.static(f"string! Serialize{word}({node}{rest})")(to_text)
    rest = ""
    for more in ("", ", string deserializeRootElementName", ", bool writeArrayAttribute"):
        rest += more
        TYPE.static(f"{kind} Deserialize{word}(string value{rest})")(from_text)


declare_xml("XNode", "XDocument", xmllinq.FAMILY)
declare_xml("XmlNode", "XmlDocument", xmldom.FAMILY)
