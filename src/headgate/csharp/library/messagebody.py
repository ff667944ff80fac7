"""`Body` of a message: `As<T>` (apim.md 8.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from headgate.csharp.budget import scanned
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument
from headgate.csharp.runtime import xmldom
from headgate.csharp.runtime.collections import Dictionary, NetList
from headgate.csharp.runtime.jsonbase import LINQ, JToken
from headgate.csharp.runtime.jsonreader import expect, parse_bytes
from headgate.csharp.runtime.jsontree import JArray, JObject
from headgate.csharp.runtime.webtexts import url_encode
from headgate.csharp.runtime.xmldom import XmlDocument
from headgate.csharp.runtime.xmllinq import XDocument, XElement, parse_document, parse_element
from headgate.csharp.types import STRING, Type, array, show
from headgate.model.messages import Body

TYPE = DotNetType("Apim.Expressions.IMessageBody", kind="interface", python=Body)
FIELD = Type("System.Collections.Generic.IList", (STRING,))
FORM = 40
"""Units of a character of a form."""
BOM = b"\xef\xbb\xbf"


def as_text(body: Body, preserve: bool) -> str:
    """Return the body as UTF-8 text, without a byte order mark."""
    data = body.take(preserve=preserve).removeprefix(BOM)
    scanned(data)
    return data.decode("utf-8", "replace")


def as_bytes(body: Body, preserve: bool) -> bytearray:
    """Return the body as it is."""
    data = body.take(preserve=preserve)
    scanned(data)
    return bytearray(data)


def as_json(body: Body, preserve: bool) -> JToken:
    """Return the body as JSON."""
    return parse_bytes(body.take(preserve=preserve).removeprefix(BOM))


def as_object(body: Body, preserve: bool) -> JToken:
    """Return the body as a JSON object."""
    return expect(as_json(body, preserve), JObject)


def as_array(body: Body, preserve: bool) -> JToken:
    """Return the body as a JSON array."""
    return expect(as_json(body, preserve), JArray)


def as_xml_element(body: Body, preserve: bool) -> XElement:
    """Return the root of the body as XML; the bytes say their encoding."""
    return parse_element(body.take(preserve=preserve))


def as_xml_document(body: Body, preserve: bool) -> XDocument:
    """Return the body as a document of XML."""
    return parse_document(body.take(preserve=preserve))


def as_dom(body: Body, preserve: bool) -> XmlDocument:
    """Return the body as an XmlDocument."""
    return xmldom.parse_document(body.take(preserve=preserve))


READERS: dict[Type, Callable[[Body, bool], Any]] = {
    STRING: as_text,
    array(Type("System.Byte")): as_bytes,
    Type(f"{LINQ}.JToken"): as_json,
    Type(f"{LINQ}.JObject"): as_object,
    Type(f"{LINQ}.JArray"): as_array,
    XElement.NET: as_xml_element,
    XDocument.NET: as_xml_document,
    XmlDocument.NET: as_dom,
    Type("System.Xml.Linq.XNode"): as_xml_element,
    Type("System.Xml.Linq.XContainer"): as_xml_element,
}


@TYPE.generic("T As<T>(bool preserveContent = false)", null_ok=True)
def as_type(kind: Type) -> Callable[[Body, bool], Any]:
    """Return the reader for a type. Raises ArgumentException for one that no body has."""
    reader = READERS.get(kind)
    if reader is None:
        raise bad_argument(f"A body cannot be read as {show(kind)}.")
    return reader


@TYPE.method(
    "IDictionary<string, IList<string>>! AsFormUrlEncodedContent(bool preserveContent = false)"
)
def as_form(body: Body, preserve: bool) -> Dictionary:
    """Return the fields of a form, each with all its values."""
    form = Dictionary((STRING, FIELD))
    text = as_text(body, preserve)
    scanned(text, FORM)
    for name, value in parse_qsl(text, keep_blank_values=True):
        if not form.contains(name):
            form.set(name, NetList(STRING))
        form.get(name).append(value)
    return form


EXTENSIONS = DotNetType("Apim.Expressions.FormExtensions", kind="static")
TYPES = (EXTENSIONS,)


@EXTENSIONS.extension(
    "string! ToFormUrlEncodedContent(this IDictionary<string, IList<string>> form)"
)
def to_form(form: Dictionary) -> str:
    """Return fields as the content of a form."""
    return "&".join(
        f"{url_encode(pair.key)}={url_encode(value)}" for pair in form for value in pair.value
    )
