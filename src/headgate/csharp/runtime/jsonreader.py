"""JSON text to a tree. msgspec reads strict JSON; what it refuses goes through a slow reader that
takes what Json.NET takes (comments, single quotes, trailing commas, NaN, undefined, big integers)
or raises JsonReaderException."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from headgate.csharp.budget import scanned, spend
from headgate.csharp.errors import DotNetError, null_argument
from headgate.csharp.runtime.jsonbase import UNDEFINED, Json, JToken
from headgate.csharp.runtime.jsontree import JArray, JObject, JValue, wrap
from headgate.csharp.runtime.texts import whole

DECODER = msgspec.json.Decoder()
PART = 50
"""Units of a member or element; the characters of long texts cost next to nothing."""
CONTAINER = 250
"""Units of an object or array."""
LENIENT = 60
"""Units of a character for the lenient reader."""
MAX_DEPTH = 200
SKIP = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
NUMBER = re.compile(r"-?(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)")
NAME = re.compile(r"[A-Za-z0-9_$]+")
TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", re.DOTALL)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
PLAIN_ESCAPES = "\"'\\/"
WORDS: dict[str, Any] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "undefined": UNDEFINED,
}


def trouble(message: str, place: int) -> DotNetError:
    """Return a JsonReaderException."""
    return DotNetError("Newtonsoft.Json.JsonReaderException", f"{message} Position {place}.")


def load(text: str) -> Json:
    """Return the raw value of a JSON text."""
    opened = text.count("{") + text.count("[")
    spend((len(text) >> 2) + PART * text.count(",") + CONTAINER * opened)
    try:
        return DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeError):
        return Slow(text).document()


def parse(text: str | None) -> JToken:
    """Return `JToken.Parse(text)`. Raises ArgumentNull or JsonReaderException."""
    if text is None:
        raise null_argument("s")
    return wrap(load(text))


def parse_bytes(data: bytes) -> JToken:
    """Return the JSON of a message body."""
    opened = data.count(b"{") + data.count(b"[")
    spend((len(data) >> 2) + PART * data.count(b",") + CONTAINER * opened)
    try:
        return wrap(DECODER.decode(data))
    except (msgspec.MsgspecError, UnicodeError):
        return wrap(Slow(data.decode("utf-8", "replace")).document())


Container = TypeVar("Container", JObject, JArray)


def expect(token: JToken, kind: type[Container]) -> Container:
    """Return a token that has to be an object, or an array. Raises JsonReaderException."""
    if not isinstance(token, kind):
        name = kind.__name__
        raise trouble(f"Error reading {name} from JsonReader. Current item is no {name}.", 0)
    return token


def parse_object(text: str | None) -> JObject:
    """Return `JObject.Parse(text)`."""
    return expect(parse(text), JObject)


def parse_array(text: str | None) -> JArray:
    """Return `JArray.Parse(text)`."""
    return expect(parse(text), JArray)


class Slow:
    """The lenient reader."""

    def __init__(self, text: str) -> None:
        scanned(text, LENIENT)
        self.text = text
        self.place = 0

    def document(self) -> Json:
        """Return the only value of the text."""
        value = self.value(0)
        self.skip()
        if self.place != len(self.text):
            raise trouble(
                "Additional text encountered after finished reading JSON content.", self.place
            )
        return value

    def skip(self) -> str:
        """Skip blanks and comments and return the next character, empty at the end."""
        found = SKIP.match(self.text, self.place)
        assert found is not None
        self.place = found.end()
        return self.text[self.place : self.place + 1]

    def value(self, depth: int) -> Json:
        """Read one value."""
        char = self.skip()
        if depth > MAX_DEPTH:
            raise trouble(f"The depth exceeds {MAX_DEPTH}.", self.place)
        if char == "{":
            return self.object(depth)
        if char == "[":
            return self.array(depth)
        if char in ('"', "'") and char:
            return self.string()
        found = NUMBER.match(self.text, self.place)
        if found:
            self.place = found.end()
            return number(found[0])
        for word, value in WORDS.items():
            if self.text.startswith(word, self.place):
                self.place += len(word)
                return JValue(value) if value is UNDEFINED or isinstance(value, float) else value
        if self.text.startswith("-Infinity", self.place):
            self.place += len("-Infinity")
            return JValue(float("-inf"))
        raise trouble(f"Unexpected character encountered while parsing value: {char}.", self.place)

    def string(self) -> str:
        """Read a string in either kind of quotes."""
        found = TEXT.match(self.text, self.place)
        if found is None:
            raise trouble("Unterminated string.", self.place)
        self.place = found.end()
        inside = found[1] if found[1] is not None else found[2]
        return whole(ESCAPE.sub(self.escape, inside)) if "\\" in inside else inside

    def escape(self, found: re.Match[str]) -> str:
        """Return the character behind an escape."""
        code = found[1]
        if len(code) > 1:
            return chr(int(code[1:], 16))
        if code in PLAIN_ESCAPES:
            return code
        if code not in ESCAPES:
            raise trouble(f"Bad JSON escape sequence: \\{code}.", self.place)
        return ESCAPES[code]

    def object(self, depth: int) -> dict[str, Json]:
        """Read an object; a comma may trail."""
        self.place += 1
        items: dict[str, Json] = {}
        while True:
            char = self.skip()
            if char == "}":
                self.place += 1
                return items
            name = self.name(char)
            if self.skip() != ":":
                raise trouble("Invalid character after parsing property name.", self.place)
            self.place += 1
            items[name] = self.value(depth + 1)
            self.separator("}")

    def name(self, char: str) -> str:
        """Read the name of a member, which needs no quotes."""
        if char in ('"', "'") and char:
            return self.string()
        found = NAME.match(self.text, self.place)
        if found is None:
            raise trouble(f"Invalid property identifier character: {char}.", self.place)
        self.place = found.end()
        return found[0]

    def separator(self, end: str) -> None:
        """Read a comma, or stop before the end."""
        char = self.skip()
        if char == ",":
            self.place += 1
        elif char != end:
            raise trouble(
                "After parsing a value an unexpected character was encountered.", self.place
            )

    def array(self, depth: int) -> list[Json]:
        """Read an array; a comma may trail."""
        self.place += 1
        items: list[Json] = []
        while True:
            char = self.skip()
            if char == "]":
                self.place += 1
                return items
            if char == ",":
                self.place += 1
                items.append(JValue(UNDEFINED))
                continue
            items.append(self.value(depth + 1))
            self.separator("]")


def number(text: str) -> Json:
    """Return a number: hexadecimal and octal integers count as integers."""
    if text[:2].lower() == "0x" or text[:3].lower() == "-0x":
        return int(text, 16)
    if text.lstrip("-").isdigit():
        digits = text.lstrip("-")
        if len(digits) > 400:
            raise trouble("The number is too long.", 0)
        if len(digits) > 1 and digits[0] == "0" and not set(digits) & {"8", "9"}:
            return int(text, 8)
        return int(text)
    return float(text)
