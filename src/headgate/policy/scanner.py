"""Scans policy documents, which look like XML and often are not (design: policy language, 1).

Normal XML until an attribute value or the leading text of an element opens, after blanks, with `@(`
or `@{`. From there C# lexis, each character read through entity decoding, until the bracket closes:
raw and escaped documents need no mode. No document type, no entities but the five of XML and
character references; size and depth are bounded, and nothing here recurses.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from headgate.model.diagnostic import Diagnostic
from headgate.policy.findings import Findings, quote
from headgate.policy.lexis import OPENING, LexisError, expression_end
from headgate.policy.node import Attribute, Node
from headgate.policy.text import Pieces, Source, Text

SIZE_MAX = 1_000_000
DEPTH_MAX = 100

NAME = r"[^\W\d][\w:.\-]*"
START_TAG = re.compile(rf"<({NAME})")
END_TAG = re.compile(rf"</({NAME})\s*>")
ATTRIBUTE = re.compile(rf"(\s*)({NAME})\s*=\s*([\"'])")
TAG_END = re.compile(r"\s*(/?)>")
BLANKS = re.compile(r"\s*")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

Blanks = dict[int, str]
NEWLINES: Blanks = {ord("\n"): " ", ord("\t"): " "}
NO_BLANKS: Blanks = {}


def scan(text: str, file: str) -> tuple[Node | None, list[Diagnostic]]:
    """Return the root element, or None, and what is wrong with the text. Never raises."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    scanner = _Scanner(Source(file, text))
    try:
        root: Node | None = scanner.run()
    except _Broken as broken:
        scanner.report(broken.code, broken.at, message=broken.message, hint=broken.hint)
        root = None
    return (None if scanner.findings.errors else root), scanner.findings.listed()


def decode_reference(match: re.Match[str]) -> str:
    """Return the character that an entity or character reference stands for, or it unchanged."""
    if match[3]:
        return ENTITIES[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    if code > 0x10FFFF or FORBIDDEN.match(chr(code)):
        return match[0]
    return chr(code)


class _Broken(Exception):
    """The rest of the text cannot be read."""

    def __init__(self, code: str, at: int, *, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.at = at
        self.message = message
        self.hint = hint


class _Decoded:
    """A whole text with its entities decoded, and the way between the two in both directions."""

    __slots__ = ("_decoded_at", "_raw_at", "text")

    def __init__(self, raw: str) -> None:
        self._raw_at = [0]
        self._decoded_at = [0]
        parts: list[str] = []
        decoded = last = 0
        for match in REFERENCE.finditer(raw):
            character = decode_reference(match)
            parts += raw[last : match.start()], character
            decoded += match.start() - last + len(character)
            last = match.end()
            self._raw_at.append(last)
            self._decoded_at.append(decoded)
        parts.append(raw[last:])
        self.text = "".join(parts)

    def from_raw(self, offset: int) -> int:
        index = bisect_right(self._raw_at, offset) - 1
        return self._decoded_at[index] + offset - self._raw_at[index]

    def to_raw(self, offset: int) -> int:
        index = bisect_right(self._decoded_at, offset) - 1
        return self._raw_at[index] + offset - self._decoded_at[index]


class _Scanner:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.findings = Findings()
        self.decoded: _Decoded | None = None
        self.root: Node | None = None
        self.stack: list[Node] = []
        # Beside each open element: its runs of text as (start, end, whether entities count).
        self.runs: list[list[tuple[int, int, bool]]] = []

    def report(self, code: str, at: int, *, message: str, hint: str = "") -> None:
        self.findings.add(code, self.source.place(at), message=message, hint=hint)

    def run(self) -> Node:
        text = self.text
        if len(text) > SIZE_MAX:
            raise _Broken("HG100", 0, message=f"The document has {len(text)} characters.")
        forbidden = FORBIDDEN.search(text)
        if forbidden:
            code = f"U+{ord(forbidden[0]):04X}"
            raise _Broken(
                "HG102", forbidden.start(), message=f"The character {code} is not allowed."
            )
        at = 0
        while at < len(text):
            at = self.markup(at) if text[at] == "<" else self.characters(at)
        if self.stack:
            node = self.stack[-1]
            raise _Broken("HG106", node.start, message=f"The element `{node.name}` is not closed.")
        if self.root is None:
            raise _Broken(
                "HG103", 0, message="The document is empty.", hint="Its root is `<policies>`."
            )
        return self.root

    def characters(self, at: int) -> int:
        """Take text up to the next tag."""
        if not self.stack:
            found = BLANKS.match(self.text, at)
            end = found.end() if found else at
            if end < len(self.text) and self.text[end] != "<":
                raise _Broken("HG104", end, message="There is text outside the root element.")
            return end
        runs = self.runs[-1]
        is_leading = not runs and not self.stack[-1].children
        opening = OPENING.match(self.text, at) if is_leading else None
        end = self.expression(opening.end()) if opening else at
        stop = self.text.find("<", end)
        stop = len(self.text) if stop < 0 else stop
        # Blanks alone do not begin a text, so that a comment may stand before an expression.
        if runs or not self.text[at:stop].isspace():
            runs.append((at, stop, True))
        return stop

    def expression(self, at: int) -> int:
        """Return where the expression ends whose bracket stands at `at`."""
        if self.decoded is None:
            self.decoded = _Decoded(self.text)
        try:
            end = expression_end(self.decoded.text, self.decoded.from_raw(at))
        except LexisError as error:
            raise _Broken(
                "HG110", self.decoded.to_raw(error.offset), message=error.message
            ) from error
        return self.decoded.to_raw(end)

    def markup(self, at: int) -> int:
        """Take what begins with `<`."""
        text = self.text
        if text.startswith("<!--", at):
            return self.after("-->", at, what="comment", skip=4)
        if text.startswith("<![CDATA[", at):
            end = self.after("]]>", at, what="CDATA section", skip=9)
            if not self.stack:
                raise _Broken("HG104", at, message="There is text outside the root element.")
            self.runs[-1].append((at + 9, end - 3, False))
            return end
        if text.startswith("<?", at):
            return self.after("?>", at, what="processing instruction", skip=2)
        if text.startswith("<!", at):
            hint = "Delete it; entities other than those of XML do not exist here."
            raise _Broken(
                "HG108", at, message="Document type definitions are not allowed.", hint=hint
            )
        if text.startswith("</", at):
            return self.end_tag(at)
        return self.start_tag(at)

    def after(self, closing: str, at: int, *, what: str, skip: int) -> int:
        end = self.text.find(closing, at + skip)
        if end < 0:
            raise _Broken("HG106", at, message=f"The {what} is not closed by `{closing}`.")
        return end + len(closing)

    def start_tag(self, at: int) -> int:
        match = START_TAG.match(self.text, at)
        if match is None:
            hint = "Outside of expressions write `&lt;` for it."
            raise _Broken("HG105", at, message="This `<` opens no tag.", hint=hint)
        node = Node(match[1], self.source, start=at)
        if self.stack:
            self.stack[-1].children.append(node)
        elif self.root is None:
            self.root = node
        else:
            raise _Broken(
                "HG104", at, message=f"There is a second root element, {quote(node.name)}."
            )
        if len(self.stack) == DEPTH_MAX:
            raise _Broken("HG101", at, message=f"An element lies more than {DEPTH_MAX} deep.")
        end, is_empty = self.attributes(node, match.end())
        node.inner = (end, end)
        node.end = end
        if not is_empty:
            self.stack.append(node)
            self.runs.append([])
        return end

    def attributes(self, node: Node, at: int) -> tuple[int, bool]:
        """Take attributes and the end of the tag; tell whether the element is empty."""
        while True:
            match = ATTRIBUTE.match(self.text, at)
            if match is None:
                break
            start, name, opening = match.start(2), match[2], match.end()
            if not match[1]:
                self.report("HG105", start, message=f"A blank is missing before {quote(name)}.")
            at = self.value_end(opening, match[3], name_at=start)
            text = self.value(opening, at)
            at += 1
            if name in node.attributes:
                self.report("HG111", start, message=f"The attribute {quote(name)} is given twice.")
            else:
                node.attributes[name] = Attribute(name, start, text=text)
        end = TAG_END.match(self.text, at)
        if end is None:
            blanks = BLANKS.match(self.text, at)
            at = blanks.end() if blanks else at
            if at == len(self.text):
                raise _Broken(
                    "HG106", node.start, message=f"The tag of `{node.name}` is not closed."
                )
            hint = 'A tag holds attributes of the form name="value" and ends with `>`.'
            shown = quote(self.text[at : at + 20])
            raise _Broken(
                "HG105",
                at,
                message=f"The tag of `{node.name}` cannot be read at {shown}.",
                hint=hint,
            )
        return end.end(), bool(end[1])

    def value_end(self, at: int, mark: str, *, name_at: int) -> int:
        """Return the offset of the quote that closes the value opening at `at`."""
        opening = OPENING.match(self.text, at)
        start = self.expression(opening.end()) if opening else at
        end = self.text.find(mark, start)
        if end < 0:
            raise _Broken("HG106", name_at, message="The value of the attribute is not closed.")
        raw = self.text.find("<", start, end)
        if raw >= 0:
            hint = "Write `&lt;`, or close the value before it."
            self.report("HG112", raw, message="There is a raw `<` in the value.", hint=hint)
        return end

    def value(self, start: int, end: int) -> Text:
        """Return an attribute's text; newlines survive in expressions only (XML 1.0, 3.3.3)."""
        is_literal = OPENING.match(self.text, start) is None
        return self.decode([(start, end, True)], as_blanks=NEWLINES if is_literal else NO_BLANKS)

    def end_tag(self, at: int) -> int:
        match = END_TAG.match(self.text, at)
        if match is None:
            raise _Broken("HG105", at, message="The end tag cannot be read.")
        if not self.stack:
            raise _Broken(
                "HG107", at, message=f"No element is open that `</{match[1]}>` could close."
            )
        node = self.stack.pop()
        if node.name != match[1]:
            line = node.place[1].line
            message = f"`</{match[1]}>` stands where `</{node.name}>` should close line {line}."
            raise _Broken("HG107", at, message=message)
        node.inner = (node.inner[0], at)
        node.end = match.end()
        runs = self.runs.pop()
        if any(not is_plain or self.text[a:b].strip() for a, b, is_plain in runs):
            node.text = self.decode(runs)
        return node.end

    def decode(self, runs: list[tuple[int, int, bool]], as_blanks: Blanks = NO_BLANKS) -> Text:
        """Return runs of the source as one text; some raw characters may turn into blanks."""
        parts: list[str] = []
        pieces: Pieces = []
        length = 0
        for start, end, has_entities in runs:
            last = start
            for match in REFERENCE.finditer(self.text, start, end) if has_entities else ():
                character = decode_reference(match)
                parts += self.text[last : match.start()].translate(as_blanks), character
                pieces += (length, last), (length + match.start() - last, match.start())
                length += match.start() - last + len(character)
                last = match.end()
            parts.append(self.text[last:end].translate(as_blanks))
            pieces.append((length, last))
            length += end - last
        text = Text("".join(parts), self.source, pieces=pieces)
        if "&" in text.value and not OPENING.match(text.value):
            self.entities(runs)
        return text

    def entities(self, runs: list[tuple[int, int, bool]]) -> None:
        """Report each `&` of literal text that stands for nothing."""
        for start, end, has_entities in runs:
            at = self.text.find("&", start, end) if has_entities else -1
            while at >= 0:
                match = REFERENCE.match(self.text, at)
                if match is None or decode_reference(match) == match[0]:
                    self.report(
                        "HG109",
                        at,
                        message="This `&` begins no entity.",
                        hint="Write `&amp;` for it.",
                    )
                at = self.text.find("&", at + 1, end)
