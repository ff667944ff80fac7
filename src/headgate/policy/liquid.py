"""Liquid templates of `set-body`, as Azure runs them: DotLiquid with the naming of C#.

apim.md 9.6. A template sees `body`, read as JSON or XML by its Content-Type, and `context` with the
request, the answer and the variables. Names are those of C# (`context.Request.Url.Path`, filters
such as `Upcase`); filters may be written as Liquid does too (`upcase`). Loops, output and variables
are bounded, for a template runs in the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any, Literal

import orjson
from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError
from lxml import etree

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.dateformats import date_text
from headgate.csharp.runtime.dateparsing import parse_date, parse_iso
from headgate.csharp.runtime.dates import DateTime, from_micros
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.values import to_text
from headgate.model.context import Context
from headgate.model.messages import Headers, Request, Response, Url

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
DATE_FORM = "MM/dd/yyyy HH:mm:ss"
"""How a date is written that nobody formats."""
COMPOUNDS = {"truncatewords": "TruncateWords", "escapejs": "EscapeJs"}

UNFIT = (LiquidError, DotNetError, RecursionError, ArithmeticError, TypeError, ValueError)
"""What filters raise for values that they can do nothing with: those come from callers."""
TEXT_MAX = 4 << 20
"""Characters that a template writes, and that one filter makes."""
WORK_MAX = 16 << 20
"""Characters that all filters of one filling read; an item of a list counts as `ITEM` of them."""
ITEM = 16
BITS_MAX = 16_384
"""Bits of a number; more than any that Python would read from a text."""

Read = dict[str, Any]


class TemplateError(Exception):
    """A template cannot be compiled, or not be filled; the message says why."""


class Work:
    """What the filters of one filling may still do: they run in the event loop, to their end."""

    def __init__(self) -> None:
        self.left = WORK_MAX

    def spend(self, amount: int) -> None:
        """Count work that is about to be done. Raises ValueError beyond the bound."""
        self.left -= amount
        if self.left < 0:
            raise ValueError("The template does too much work.")


class Bounded(Environment):
    """What templates are compiled by. Files cannot be included: there is no loader of any."""

    block_nesting_limit = 50
    context_depth_limit = 20
    loop_iteration_limit = 10_000
    output_stream_limit = TEXT_MAX
    local_namespace_limit = 1 << 20


class Record(dict[str, Any]):
    """An object that a template may walk: its pairs have `Key` and `Value`, its text is JSON."""

    def items(self) -> Any:
        """Return the pairs."""
        return [Pair(item) for item in super().items()]

    def __str__(self) -> str:
        return orjson.dumps(self, default=str).decode()


class Leaf(Record):
    """An XML element with attributes and a text, which is what it is written as."""

    def __str__(self) -> str:
        return str(self["#text"])


class Pair(tuple[str, Any]):
    """One pair of an object."""

    def __getitem__(self, key: Any) -> Any:
        if key in ("Key", "Value"):
            return super().__getitem__(("Key", "Value").index(key))
        return super().__getitem__(key)


class Moment:
    """A time; it is written as DotLiquid does, unless the filter `Date` formats it."""

    def __init__(self, time: DateTime) -> None:
        self.time = time

    def __str__(self) -> str:
        return date_text(self.time, DATE_FORM)


class Template:
    """A template, compiled at load. Raises TemplateError where it makes no sense."""

    def __init__(
        self, text: str, *, nil: Literal["blank", "null"] = "blank", parse_dates: bool = True
    ) -> None:
        try:
            self._template: BoundTemplate = ENVIRONMENT.from_string(text)
        except LiquidError as error:
            raise TemplateError(told(error)) from error
        self._nil = "" if nil == "blank" else None
        self._parse_dates = parse_dates
        self.reads_body = any(str(name) == "body" for name in self._template.analyze().globals)
        """Whether the body has to be here when the template is filled."""

    def fill(self, context: Context, message: Request | Response) -> bytes:
        """Return the text; `body` is that of `message`. Raises TemplateError."""
        now = Moment(from_micros(context.timestamp))
        names: Read = {"context": context_of(context), "now": now}
        if self.reads_body:
            names["body"] = self._body(message)
        WORK.left = WORK_MAX
        try:
            return self._template.render(**names).encode("utf-8", "replace")
        except UNFIT as error:
            raise TemplateError(told(error)) from error

    def _body(self, message: Request | Response) -> Any:
        """Return a body as its Content-Type says. Raises TemplateError."""
        content = b"" if message.body is None else message.body.content
        media_type = (message.headers.first(b"content-type") or b"").lower()
        try:
            if b"xml" in media_type:
                return self._element(etree.fromstring(content, PARSER))
            if not content:
                return None
            return self._value(orjson.loads(content))
        except RecursionError as error:
            raise TemplateError("The body is nested too deeply.") from error
        except (orjson.JSONDecodeError, etree.XMLSyntaxError) as error:
            if b"json" in media_type or b"xml" in media_type:
                detail = f"The body is not what its Content-Type says: {error}"
                raise TemplateError(detail) from error
            return content.decode("utf-8", "replace")

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return Record({name: self._value(one) for name, one in value.items()})
        if isinstance(value, list):
            return [self._value(one) for one in value]
        if isinstance(value, str) and self._parse_dates and "T" in value[10:11]:
            time = parse_iso(value)
            return value if time is None else Moment(time)
        return value

    def _element(self, root: Any) -> Any:
        return Record({name_of(root): self._content(root)})

    def _content(self, element: Any) -> Any:
        """Return a text for an element without children, else an object of its children."""
        if element.get(NIL, "").strip() in ("true", "1"):
            return self._nil
        children = [child for child in element if isinstance(child.tag, str)]
        attributes = {f"@{name_of(element, name)}": value for name, value in element.items()}
        if not children and not attributes:
            return self._value(element.text or "")
        if not children:
            return Leaf({**attributes, "#text": element.text or ""})
        found = Record(attributes)
        for child in children:
            name, value = name_of(child), self._content(child)
            if name not in found:
                found[name] = value
            elif isinstance(found[name], list):
                found[name].append(value)
            else:
                found[name] = [found[name], value]
        return found


def told(error: Exception) -> str:
    """Return what an error says, without the drawing of the place that follows it."""
    return (str(error) or type(error).__name__).partition("\n")[0]


PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
)


def name_of(element: Any, name: str | None = None) -> str:
    """Return a name without its namespace."""
    return str(etree.QName(element.tag if name is None else name).localname)


def context_of(context: Context) -> Read:
    """Return what a template sees of a call."""
    request, response = context.request, context.response
    seen: Read = {
        "Request": Record(
            {
                "Url": url_of(request.url),
                "Method": request.method,
                "OriginalMethod": request.method,
                "OriginalUrl": url_of(request.original_url),
                "IpAddress": request.ip_address,
                "MatchedParameters": Record(request.matched_parameters),
                "HasBody": request.body is not None,
                "Headers": headers_of(request.headers),
            }
        ),
        "Variables": Record({name: plain(value) for name, value in context.variables.items()}),
    }
    if response is not None:
        seen["Response"] = Record(
            {"StatusCode": response.status, "Headers": headers_of(response.headers)}
        )
    return Record(seen)


def url_of(url: Url) -> Record:
    """Return a URL by its parts."""
    return Record(
        {
            "Scheme": url.scheme,
            "Host": url.host,
            "Port": url.port,
            "Path": url.path,
            "QueryString": url.query_string,
            "Query": Record({name: ",".join(values) for name, values in url.query.items()}),
            "ToUri": str(url),
            "ToString": str(url),
        }
    )


def headers_of(headers: Headers) -> Record:
    """Return headers, several values of one joined."""
    return Record({name: headers.get(name) for name in headers.names()})


def plain(value: Any) -> Any:
    """Return a .NET value as a template takes it."""
    if isinstance(value, JToken):
        return recorded(value.raw())
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, DateTime):
        return Moment(value)
    return to_text(value)


def recorded(value: Any) -> Any:
    """Return JSON with objects that a template may walk."""
    if isinstance(value, JToken):
        return recorded(value.raw())
    if isinstance(value, dict):
        return Record({name: recorded(one) for name, one in value.items()})
    if isinstance(value, list):
        return [recorded(one) for one in value]
    return plain(value)


def formatted(value: Any, form: object = DATE_FORM) -> str:
    """Format a date as .NET does: the filter `Date`. What is no date stays as it is."""
    try:
        time = value.time if isinstance(value, Moment) else parse_date(str(value))
    except DotNetError:
        return str(value)
    return date_text(time, str(form))


def replaced(value: object, old: object, *new: object, at_most: int = -1) -> str:
    """Replace all occurrences of a text, or the first ones, by another or nothing.

    Texts grow by the product of their lengths, so what comes out is known before it is made. Raises
    ValueError where it is too long.
    """
    text, before, after = str(value), str(old), str(new[0]) if new else ""
    count = text.count(before) if at_most < 0 else at_most
    if len(text) + count * len(after) > TEXT_MAX:
        raise ValueError("The text is too long.")
    return text.replace(before, after, at_most)


def weight(value: object) -> int:
    """Return how much work a filter may have with a value. Raises ValueError for huge numbers."""
    if isinstance(value, int) and value.bit_length() > BITS_MAX:
        raise ValueError("The number is too large.")
    if isinstance(value, str | bytes):
        return len(value)
    return ITEM * len(value) if isinstance(value, list | tuple | dict | range) else 1


def metered(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter whose work is counted before it is done."""
    # It compares each item with all others.
    is_quadratic = name == "uniq"

    @wraps(function)
    def filtered(value: object, *arguments: Any, **options: Any) -> Any:
        amount = weight(value)
        WORK.spend(amount * amount // ITEM if is_quadratic else amount)
        for argument in arguments:
            WORK.spend(weight(argument))
        return function(value, *arguments, **options)

    return filtered


def environment() -> Environment:
    """Return what templates are compiled by, with the filters under both of their names."""
    made = Bounded()
    made.filters["date"] = formatted
    made.filters["replace"] = replaced
    made.filters["replace_first"] = partial(replaced, at_most=1)
    for name, function in list(made.filters.items()):
        made.filters[name] = metered(name, function)
    for name, function in list(named_twice(made.filters)):
        made.filters[name] = function
    for tag in ("include", "render", "doc", "liquid", "#"):
        made.tags.pop(tag, None)
    return made


def named_twice(filters: dict[str, Callable[..., Any]]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield filters by their names in C#."""
    for name, function in filters.items():
        parts = (part[:1].upper() + part[1:] for part in name.split("_"))
        yield COMPOUNDS.get(name, "".join(parts)), function


WORK = Work()
"""Templates are filled one after the other, each with all of it."""
ENVIRONMENT = environment()
