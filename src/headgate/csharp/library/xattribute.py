"""System.Xml.Linq.XAttribute."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.library.xleaves import copied
from headgate.csharp.runtime import xmllinq
from headgate.csharp.runtime.collections import Array
from headgate.csharp.runtime.xmlcasts import declare_casts
from headgate.csharp.runtime.xmllinq import XAttribute
from headgate.csharp.runtime.xmlnames import LINQ, XName
from headgate.csharp.runtime.xmltree import Element
from headgate.csharp.runtime.xmlvalues import text_of

TYPE = DotNetType(f"{LINQ}.XAttribute", bases=("XObject",), python=XAttribute)


@TYPE.constructor("(XName name, object value)")
def create(name: XName | None, value: Any) -> XAttribute:
    """Return an attribute. Raises ArgumentNullException."""
    if name is None or value is None:
        raise null_argument("name" if name is None else "value")
    return XAttribute(name.local, name.space, text_of(value))


def set_value(attribute: XAttribute, value: Any) -> str:
    """Assign the value. Raises ArgumentNullException."""
    if value is None:
        raise null_argument("value")
    attribute.value = text_of(value)
    return attribute.value


def neighbour(attribute: XAttribute, step: int) -> Any:
    """Return the attribute a step further on the same element."""
    element = attribute.parent
    if not isinstance(element, Element):
        return None
    place = next(at for at, one in enumerate(element.attributes) if one is attribute) + step
    return element.attributes[place] if 0 <= place < len(element.attributes) else None


TYPE.constructor("(XAttribute other)")(copied)
TYPE.property("XName! Name")(xmllinq.name_of)
TYPE.property("string! Value", code="{0}.value", setter=set_value)
TYPE.property("bool IsNamespaceDeclaration")(lambda attribute: attribute.declares is not None)
TYPE.property("XAttribute NextAttribute")(lambda attribute: neighbour(attribute, 1))
TYPE.property("XAttribute PreviousAttribute")(lambda attribute: neighbour(attribute, -1))
TYPE.method("void SetValue(object value)")(set_value)
TYPE.method("void Remove()")(xmllinq.detach)


@TYPE.static_property("IEnumerable<XAttribute>! EmptySequence")
def empty() -> Array:
    """Return no attributes."""
    return xmllinq.array_of("XAttribute", ())


declare_casts(TYPE, "attribute", lambda attribute: attribute.value)
