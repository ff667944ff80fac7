"""System.Text.StringBuilder."""

from __future__ import annotations

from typing import Any

from headgate.csharp.budget import made
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import out_of_range
from headgate.csharp.runtime.formats import composite
from headgate.csharp.runtime.texts import MAX_TEXT, bounded, joined, units, whole
from headgate.csharp.types import Type
from headgate.csharp.values import Char, NetObject, to_text


class StringBuilder(NetObject):
    """A text that grows: its parts, and how long they are together."""

    __slots__ = ("parts", "size")
    NET = Type("System.Text.StringBuilder")

    def __init__(self, text: str = "") -> None:
        self.parts = [text]
        self.size = len(text)

    def add(self, text: str) -> None:
        """Append a text."""
        self.size += len(made(text))
        if self.size > MAX_TEXT:
            bounded(self.size)
        self.parts.append(text)

    def to_text(self) -> str:
        """Return the whole text."""
        if len(self.parts) > 1:
            self.parts = [joined(*self.parts)]
        return self.parts[0]

    def replace(self, text: str) -> StringBuilder:
        """Take another text."""
        self.size = bounded(len(made(text)))
        self.parts = [text]
        return self


TYPE = DotNetType("System.Text.StringBuilder", python=StringBuilder)

TYPE.constructor("()")(StringBuilder)
TYPE.constructor("(int capacity)")(lambda _: StringBuilder())
TYPE.constructor("(string value)")(lambda text: StringBuilder(text or ""))


@TYPE.method("StringBuilder! Append(object value)")
@TYPE.method("StringBuilder! Append(string value)")
def append(target: StringBuilder, value: Any) -> StringBuilder:
    """Append the text of a value."""
    target.add(to_text(value))
    return target


@TYPE.method("StringBuilder! Append(char value, int repeatCount)")
def append_repeated(target: StringBuilder, char: str, count: int) -> StringBuilder:
    """Append a character several times."""
    if count < 0:
        raise out_of_range("repeatCount")
    target.add(char * bounded(count))
    return target


@TYPE.method("StringBuilder! AppendLine()")
@TYPE.method("StringBuilder! AppendLine(string value)")
def append_line(target: StringBuilder, text: str | None = "") -> StringBuilder:
    """Append a text and a line break."""
    target.add(f"{text or ''}\n")
    return target


@TYPE.method("StringBuilder! AppendFormat(string format, params object[] args)")
def append_format(target: StringBuilder, form: str | None, values: Any) -> StringBuilder:
    """Append a composite format."""
    target.add(composite(form, list(values)))
    return target


@TYPE.method("StringBuilder! Insert(int index, object value)")
def insert(target: StringBuilder, index: int, value: Any) -> StringBuilder:
    """Insert the text of a value."""
    text = units(target.to_text())
    if not 0 <= index <= len(text):
        raise out_of_range("index")
    return target.replace(whole(text[:index] + to_text(value) + text[index:]))


@TYPE.method("StringBuilder! Remove(int startIndex, int length)")
def remove(target: StringBuilder, start: int, count: int) -> StringBuilder:
    """Remove a part."""
    text = units(target.to_text())
    if start < 0 or count < 0 or start + count > len(text):
        raise out_of_range("length")
    return target.replace(whole(text[:start] + text[start + count :]))


@TYPE.method("StringBuilder! Replace(string oldValue, string newValue)")
@TYPE.method("StringBuilder! Replace(char oldChar, char newChar)")
def replace(target: StringBuilder, old: str, new: str | None) -> StringBuilder:
    """Replace every occurrence."""
    text = target.to_text()
    bounded(len(text) + text.count(old) * len(new or ""))
    return target.replace(text.replace(old, new or ""))


TYPE.method("StringBuilder! Clear()")(lambda target: target.replace(""))
TYPE.property("int Length")(lambda target: len(units(target.to_text())))
TYPE.method("string! ToString()")(StringBuilder.to_text)


@TYPE.indexer("char this[int index]")
def char_at(target: StringBuilder, index: int) -> Char:
    """Return one character."""
    text = units(target.to_text())
    if not 0 <= index < len(text):
        raise out_of_range("index")
    return Char(text[index])
