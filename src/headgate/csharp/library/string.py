"""System.String. Positions count UTF-16 units, as .NET's do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.budget import ITEM, SMALL, keyed, made, scanned, spend
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument, index_out_of_range, null_argument, out_of_range
from headgate.csharp.runtime.collections import Array
from headgate.csharp.runtime.comparison import ORDINAL, folded, order
from headgate.csharp.runtime.formats import composite
from headgate.csharp.runtime.sequences import items
from headgate.csharp.runtime.texts import alike, bounded, joined, length_of, units, weighed, whole
from headgate.csharp.types import CHAR, STRING
from headgate.csharp.values import Char, to_text

WHITE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What `char.IsWhiteSpace` is true of."""

REMOVE_EMPTY = 1
EACH = 60
"""Units of a character that is looked at by itself."""
FOLD = 400
"""Units of a character that is compared as a culture sorts."""

TYPE = DotNetType(
    "System.String",
    bases=("IEnumerable<char>", "IComparable", "IConvertible"),
    python=str,
)
TYPE.constant("string Empty", "")


@TYPE.property("int Length")
def length(text: str) -> int:
    """Return the number of UTF-16 units."""
    return len(text) if text.isascii() else length_of(text)


@TYPE.indexer("char this[int index]")
def char_at(text: str, index: int) -> Char:
    """Return one unit."""
    text = units(text)
    if not 0 <= index < len(text):
        raise index_out_of_range()
    return Char(text[index])


def cut(text: str) -> str:
    """Return a new text that was made of units, charged."""
    return made(whole(text))


# -- parts --------------------------------------------------------------------------------------


@TYPE.method("string! Substring(int startIndex)")
def substring(text: str, start: int) -> str:
    """Return the rest from a position."""
    text = units(text)
    if not 0 <= start <= len(text):
        raise out_of_range("startIndex")
    return cut(text[start:])


@TYPE.method("string! Substring(int startIndex, int length)")
def substring_length(text: str, start: int, count: int) -> str:
    """Return some units from a position."""
    text = units(text)
    if start < 0 or count < 0 or start + count > len(text):
        raise out_of_range("length")
    return cut(text[start : start + count])


@TYPE.method("string! Remove(int startIndex)")
def remove(text: str, start: int) -> str:
    """Return what stands before a position."""
    text = units(text)
    if not 0 <= start < len(text):
        raise out_of_range("startIndex")
    return cut(text[:start])


@TYPE.method("string! Remove(int startIndex, int count)")
def remove_count(text: str, start: int, count: int) -> str:
    """Return the text without some units."""
    text = units(text)
    if start < 0 or count < 0 or start + count > len(text):
        raise out_of_range("count")
    return cut(text[:start] + text[start + count :])


@TYPE.method("string! Insert(int startIndex, string value)")
def insert(text: str, start: int, value: str | None) -> str:
    """Return the text with another one inside."""
    text = units(text)
    if value is None:
        raise null_argument("value")
    if not 0 <= start <= len(text):
        raise out_of_range("startIndex")
    return cut(text[:start] + value + text[start:])


@TYPE.method("string! Trim()")
@TYPE.method("string! Trim(params char[] trimChars)")
def trim(text: str, chars: list[str] | None = None) -> str:
    """Return the text without certain characters at both ends."""
    scanned(text, 4)
    return made(text.strip("".join(chars) if chars else WHITE))


@TYPE.method("string! TrimStart()")
@TYPE.method("string! TrimStart(params char[] trimChars)")
def trim_start(text: str, chars: list[str] | None = None) -> str:
    """Return the text without certain characters at its start."""
    scanned(text, 4)
    return made(text.lstrip("".join(chars) if chars else WHITE))


@TYPE.method("string! TrimEnd()")
@TYPE.method("string! TrimEnd(params char[] trimChars)")
def trim_end(text: str, chars: list[str] | None = None) -> str:
    """Return the text without certain characters at its end."""
    scanned(text, 4)
    return made(text.rstrip("".join(chars) if chars else WHITE))


@TYPE.method("string! PadLeft(int totalWidth)")
@TYPE.method("string! PadLeft(int totalWidth, char paddingChar)")
def pad_left(text: str, width: int, char: str = " ") -> str:
    """Return the text with characters in front, up to a width."""
    if width < 0:
        raise out_of_range("totalWidth")
    return text.rjust(bounded(width - length(text) + len(text)), char)


@TYPE.method("string! PadRight(int totalWidth)")
@TYPE.method("string! PadRight(int totalWidth, char paddingChar)")
def pad_right(text: str, width: int, char: str = " ") -> str:
    """Return the text with characters behind, up to a width."""
    if width < 0:
        raise out_of_range("totalWidth")
    return text.ljust(bounded(width - length(text) + len(text)), char)


# -- replacing and splitting --------------------------------------------------------------------


@TYPE.method("string! Replace(string oldValue, string newValue)")
def replace(text: str, old: str | None, new: str | None) -> str:
    """Return the text with every occurrence replaced."""
    if old is None:
        raise null_argument("oldValue")
    if not old:
        raise bad_argument("String cannot be of zero length. (Parameter 'oldValue')")
    new = new or ""
    scanned(text)
    if len(new) > len(old):
        bounded(len(text) + text.count(old) * (len(new) - len(old)))
    return made(text.replace(old, new))


TYPE.method("string! Replace(char oldChar, char newChar)")(
    lambda text, old, new: cut(units(text).replace(old, new))
)


def divided(text: str, separator: str, options: int) -> Array:
    """Return the parts around one separator, charged before they are made."""
    scanned(text, 2)
    spend(2 * ITEM * (1 + text.count(separator)))
    parts = text.split(separator)
    return Array(STRING, [part for part in parts if part] if options & REMOVE_EMPTY else parts)


def split(text: str, separators: list[str], count: int | None, options: int) -> Array:
    """Split at any of several separators; of those at one place, the first listed wins."""
    scanned(text, EACH * (2 + len(separators)))
    if count is not None and count < 0:
        raise out_of_range("count")
    if count == 0:
        return Array(STRING)
    found: list[str] = []
    start = place = 0
    while place < len(text) and (count is None or len(found) < count - 1):
        separator = next((one for one in separators if text.startswith(one, place)), None)
        if separator is None:
            place += 1
            continue
        if place > start or not options & REMOVE_EMPTY:
            found.append(text[start:place])
        place = start = place + len(separator)
    if options & REMOVE_EMPTY:
        while start < len(text) and found and len(found) == (count or -1) - 1:
            skipped = next((one for one in separators if text.startswith(one, start)), None)
            if skipped is None:
                break
            start += len(skipped)
    if start < len(text) or not options & REMOVE_EMPTY:
        found.append(text[start:])
    return Array(STRING, found)


def split_chars(
    text: str, chars: list[str] | None, count: int | None = None, options: int = 0
) -> Array:
    """Split at characters; without any, at white space."""
    if chars and len(chars) == 1 and count is None:
        return divided(text, chars[0], options)
    return split(text, list(chars) if chars else list(WHITE), count, options)


def split_texts(
    text: str, separators: list[str | None] | None, count: int | None = None, options: int = 0
) -> Array:
    """Split at texts; without any, at white space."""
    wanted = [one for one in separators or () if one]
    if len(wanted) == 1 and count is None:
        return divided(text, wanted[0], options)
    if separators and not wanted:
        return Array(STRING, [text] if text or not options & REMOVE_EMPTY else [])
    return split(text, wanted or list(WHITE), count, options)


TYPE.method("string[]! Split(params char[] separator)")(split_chars)
TYPE.method("string[]! Split(char[] separator, int count)")(split_chars)


@TYPE.method("string[]! Split(char[] separator, StringSplitOptions options)")
def split_options(text: str, chars: list[str] | None, options: int) -> Array:
    """Split at characters."""
    return split_chars(text, chars, None, options)


TYPE.method("string[]! Split(char[] separator, int count, StringSplitOptions options)")(split_chars)


@TYPE.method("string[]! Split(string[] separator, StringSplitOptions options)")
def split_texts_options(text: str, separators: list[str | None] | None, options: int) -> Array:
    """Split at texts."""
    return split_texts(text, separators, None, options)


TYPE.method("string[]! Split(string[] separator, int count, StringSplitOptions options)")(
    split_texts
)


# -- searching ----------------------------------------------------------------------------------


def needle(value: str | None) -> str:
    """Return what is looked for, which may not be null."""
    if value is None:
        raise null_argument("value")
    return value


def searched(text: str) -> None:
    """Charge a search of a whole text."""
    if len(text) > SMALL:
        spend(len(text))


def window(text: str, start: int, count: int | None) -> int:
    """Return the end of the part that is searched. Raises ArgumentOutOfRangeException."""
    if not 0 <= start <= len(text):
        raise out_of_range("startIndex")
    if count is None:
        return len(text)
    if count < 0 or start + count > len(text):
        raise out_of_range("count")
    return start + count


def index_of(text: str, value: str | None, start: int = 0, count: int | None = None) -> int:
    """Return the first place of a text or character, or -1."""
    value, text = needle(value), units(text)
    end = window(text, start, count)
    place = text.find(units(value), start, end)
    if end - start > SMALL:
        spend((end if place < 0 else place) - start)
    return place


def index_of_as(text: str, value: str | None, how: int, start: int = 0) -> int:
    """Return the first place under a StringComparison."""
    return index_of(folded(text, how), folded(needle(value), how), start)


for kind in ("string", "char"):
    TYPE.method(f"int IndexOf({kind} value)")(index_of)
    TYPE.method(f"int IndexOf({kind} value, int startIndex)")(index_of)
    TYPE.method(f"int IndexOf({kind} value, int startIndex, int count)")(index_of)
TYPE.method("int IndexOf(string value, StringComparison comparisonType)")(index_of_as)
TYPE.method("int IndexOf(string value, int startIndex, StringComparison comparisonType)")(
    lambda text, value, start, how: index_of_as(text, value, how, start)
)


def last_index_of(text: str, value: str | None, start: int | None = None) -> int:
    """Return the last place of a text or character that ends at or before a position, or -1."""
    value, text = needle(value), units(text)
    searched(text)
    if start is None:
        return text.rfind(units(value))
    if text and not 0 <= start < len(text):
        raise out_of_range("startIndex")
    return text.rfind(units(value), 0, start + 1)


for kind in ("string", "char"):
    TYPE.method(f"int LastIndexOf({kind} value)")(last_index_of)
    TYPE.method(f"int LastIndexOf({kind} value, int startIndex)")(last_index_of)
TYPE.method("int LastIndexOf(string value, StringComparison comparisonType)")(
    lambda text, value, how: last_index_of(folded(text, how), folded(needle(value), how))
)


@TYPE.method("int IndexOfAny(char[] anyOf)")
def index_of_any(text: str, chars: list[str] | None) -> int:
    """Return the first place of any of several characters, or -1."""
    if chars is None:
        raise null_argument("anyOf")
    scanned(text, len(chars))
    places = [place for char in chars if (place := units(text).find(char)) >= 0]
    return min(places, default=-1)


def contains(text: str, value: str | None) -> bool:
    """Tell whether a text is part of another."""
    searched(text)
    return needle(value) in text


def contains_as(text: str, value: str | None, how: int) -> bool:
    """Tell whether a text is part of another under a StringComparison."""
    return folded(needle(value), how) in folded(text, how)


def starts_with(text: str, value: str | None) -> bool:
    """Tell whether a text starts with another."""
    keyed(needle(value))
    return text.startswith(needle(value))


def ends_with(text: str, value: str | None) -> bool:
    """Tell whether a text ends with another."""
    keyed(needle(value))
    return text.endswith(needle(value))


TYPE.method("bool Contains(string value)")(contains)
TYPE.method("bool Contains(char value)")(contains)
TYPE.method("bool Contains(string value, StringComparison comparisonType)")(contains_as)
TYPE.method("bool StartsWith(string value)")(starts_with)
TYPE.method("bool EndsWith(string value)")(ends_with)
TYPE.method("bool StartsWith(string value, StringComparison comparisonType)")(
    lambda text, value, how: folded(text, how).startswith(folded(needle(value), how))
)
TYPE.method("bool EndsWith(string value, StringComparison comparisonType)")(
    lambda text, value, how: folded(text, how).endswith(folded(needle(value), how))
)
TYPE.method("bool StartsWith(string value, bool ignoreCase, IFormatProvider culture)")(
    lambda text, value, fold, _: (
        starts_with(text.lower(), needle(value).lower()) if fold else starts_with(text, value)
    )
)


# -- comparing ----------------------------------------------------------------------------------


def equals_as(text: str | None, other: str | None, how: int) -> bool:
    """Compare under a StringComparison."""
    if text is None or other is None:
        return text is other
    return folded(text, how) == folded(other, how)


TYPE.method("bool Equals(string value)")(alike)
TYPE.method("bool Equals(string value, StringComparison comparisonType)")(equals_as)
TYPE.static("bool Equals(string a, string b)")(alike)
TYPE.static("bool Equals(string a, string b, StringComparison comparisonType)")(equals_as)


def compare(left: str | None, right: str | None, how: int = 2) -> int:
    """Return the order under a StringComparison."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    scanned(min(left, right, key=len), 4 if how >= ORDINAL else FOLD)
    return order(left, right, how)


@TYPE.static("int Compare(string strA, string strB, bool ignoreCase)")
def compare_case(left: str | None, right: str | None, ignore: bool) -> int:
    """Return the order, with or without case."""
    return compare(left, right, 3 if ignore else 2)


@TYPE.method("int CompareTo(object value)")
def compare_to_object(text: str, other: Any) -> int:
    """Return the order against another string."""
    if other is not None and type(other) is not str:
        raise bad_argument("Object must be of type String.")
    return compare(text, other)


TYPE.method("int CompareTo(string strB)")(compare)
TYPE.static("int Compare(string strA, string strB)")(compare)
TYPE.static("int Compare(string strA, string strB, StringComparison comparisonType)")(compare)
TYPE.static("int CompareOrdinal(string strA, string strB)")(
    lambda left, right: compare(left, right, ORDINAL)
)


# -- case ---------------------------------------------------------------------------------------


def cased(change: Callable[[str], str]) -> Callable[[str], str]:
    """Return a change of case that keeps characters whose counterpart is more than one."""

    def apply(text: str) -> str:
        if text.isascii():
            return change(made(text))
        scanned(text, EACH)
        return "".join([other if len(other := change(char)) == 1 else char for char in text])

    return apply


upper, lower = cased(str.upper), cased(str.lower)
TYPE.method("string! ToUpper()")(upper)
TYPE.method("string! ToLower()")(lower)
TYPE.method("string! ToUpperInvariant()")(upper)
TYPE.method("string! ToLowerInvariant()")(lower)
TYPE.method("string! ToString()", code="{0}")


# -- making -------------------------------------------------------------------------------------


@TYPE.constructor("(char c, int count)")
def repeated(char: str, count: int) -> str:
    """Return one character several times."""
    if count < 0:
        raise out_of_range("count")
    return char * bounded(count)


@TYPE.constructor("(char[] value)")
def from_chars(chars: list[str] | None) -> str:
    """Return the text of characters."""
    return cut("".join(chars or []))


@TYPE.method("char[]! ToCharArray()")
def to_chars(text: str) -> Array:
    """Return the characters."""
    scanned(text, EACH)
    return Array(CHAR, map(Char, units(text)))


def join_texts(separator: str | None, values: Any) -> str:
    """Join the texts of values."""
    if values is None:
        raise null_argument("values")
    texts = [to_text(value) for value in items(values)]
    weighed(texts)
    if separator:
        bounded(len(separator) * len(texts))
    return (separator or "").join(texts)


TYPE.static("string! Join(string separator, params string[] value)")(join_texts)
TYPE.static("string! Join(string separator, params object[] values)")(join_texts)
TYPE.static("string! Join(string separator, IEnumerable<string> values)")(join_texts)
TYPE.static("string! Join<T>(string separator, IEnumerable<T> values)")(join_texts)


def concat(*values: Any) -> str:
    """Join the texts of values without a separator."""
    return joined(*map(to_text, values))


def concat_all(values: Any) -> str:
    """Join the texts of all items."""
    return join_texts("", values)


TYPE.static("string! Concat(object arg0)")(concat)
TYPE.static("string! Concat(string str0, string str1)")(concat)
TYPE.static("string! Concat(object arg0, object arg1)")(concat)
TYPE.static("string! Concat(params string[] values)")(concat_all)
TYPE.static("string! Concat(params object[] args)")(concat_all)
TYPE.static("string! Concat(IEnumerable<string> values)")(concat_all)
TYPE.static("string! Concat<T>(IEnumerable<T> values)")(concat_all)


def format_all(template: str | None, values: Any) -> str:
    """Return the composite format."""
    if values is None:
        raise null_argument("args")
    return composite(template, list(values))


TYPE.static("string! Format(string format, object arg0)")(
    lambda template, value: composite(template, [value])
)
TYPE.static("string! Format(string format, params object[] args)")(format_all)
TYPE.static("string! Format(IFormatProvider provider, string format, params object[] args)")(
    lambda _, template, values: format_all(template, values)
)


TYPE.static("bool IsNullOrEmpty(string value)", code="not {0}")


@TYPE.static("bool IsNullOrWhiteSpace(string value)")
def is_null_or_white_space(text: str | None) -> bool:
    """Tell whether a text is null or blank."""
    if text is None:
        return True
    scanned(text, 4)
    return not text.strip(WHITE)


TYPE.static("string Intern(string str)", code="{0}")
TYPE.static("string Copy(string str)", code="{0}")
TYPE.method("string! Normalize()", code="{0}")
TYPE.method("object! Clone()", code="{0}")
