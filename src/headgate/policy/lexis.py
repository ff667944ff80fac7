"""Where a C# expression ends, as far as a scanner has to know C#: brackets, strings, comments.

The lexis follows the C# 7 specification, section "Lexical structure". Strings may hold holes with
code in them, so the brackets that are open stand on a stack together with the strings they are in.
"""

from __future__ import annotations

import re

OPENING = re.compile(r"\s*@(?=[({])")
"""An expression opens here: `@(` or `@{`, after blanks."""

CLOSERS = {"(": ")", "[": "]", "{": "}"}

# What cannot change the nesting is skipped in one match, without ever going back.
CODE = re.compile(
    r"""(?:[^"'()\[\]{}/@$]++
        |//[^\n]*+
        |/\*(?:[^*]|\*(?!/))*+\*/
        |/(?![/*])
        |"(?:[^"\\\n]|\\.)*+"
        |@"(?:[^"]|"")*+"
        |'(?:[^'\\\n]|\\.)++'
        |@(?!"|\$")|\$(?!"|@")
    )++""",
    re.VERBOSE | re.DOTALL,
)
INTERPOLATED = re.compile(r'\$"|\$@"|@\$"')
REGULAR_TEXT = re.compile(r'(?:[^"\\{}\n]|\\.|\{\{|\}\})*+', re.DOTALL)
VERBATIM_TEXT = re.compile(r'(?:[^"{}]|""|\{\{|\}\})*+')
TEXT_OF = {"regular": REGULAR_TEXT, "verbatim": VERBATIM_TEXT}


class LexisError(Exception):
    """The expression does not end: message and offset of what is wrong."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def expression_end(text: str, start: int) -> int:
    """Return the offset after the bracket that closes the expression opening at `start`.

    `start` is the offset of the bracket after `@`. Raises LexisError when there is none.
    """
    # Each entry: the closing bracket, where it opened, and the kind of string if it is a hole.
    stack = [(CLOSERS[text[start]], start, "")]
    at = start + 1
    while stack:
        code = CODE.match(text, at)
        at = code.end() if code else at
        interpolated = INTERPOLATED.match(text, at)
        if interpolated:
            kind = "verbatim" if "@" in interpolated[0] else "regular"
            at = _string_text(text, interpolated.end(), kind=kind, stack=stack)
            continue
        character = text[at : at + 1]
        if character in CLOSERS:
            stack.append((CLOSERS[character], at, ""))
        elif character and character == stack[-1][0]:
            kind = stack.pop()[2]
            if kind:
                at = _string_text(text, at + 1, kind=kind, stack=stack)
                continue
        else:
            raise _wrong(text, at, stack=stack)
        at += 1
    return at


def _string_text(text: str, at: int, *, kind: str, stack: list[tuple[str, int, str]]) -> int:
    """Return the offset after an interpolated string, or after the bracket that opens a hole."""
    match = TEXT_OF[kind].match(text, at)
    end = match.end() if match else at
    stop = text[end : end + 1]
    if stop == "{":
        stack.append(("}", end, kind))
    elif stop != '"':
        raise LexisError("The interpolated string is not closed.", at)
    return end + 1


def _wrong(text: str, at: int, *, stack: list[tuple[str, int, str]]) -> LexisError:
    closer, opened, _ = stack[-1]
    found = text[at : at + 1]
    if not found:
        return LexisError(f"The bracket `{text[opened]}` of the expression is not closed.", opened)
    if found in ")]}":
        return LexisError(f"`{found}` stands where `{closer}` should close.", at)
    if found == "/":
        return LexisError("The comment is not closed.", at)
    return LexisError("The string or character literal is not closed.", at)


def is_expression(value: str) -> bool:
    """Tell whether a whole value, without blanks around it, is one expression."""
    if not value.startswith(("@(", "@{")):
        return False
    try:
        return expression_end(value, 1) == len(value)
    except LexisError:
        return False
