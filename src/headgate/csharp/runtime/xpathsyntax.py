"""XPath 1.0 as a tree: https://www.w3.org/TR/1999/REC-xpath-19991116/ .

`compile_path` reads an expression once; `xpath` evaluates it.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.xmlnames import START

NAME = rf"[{START}][{START}\-.0-9·̀-ͯ‿-⁀]*"
TOKEN = re.compile(
    rf"\s*(?:(\d+(?:\.\d*)?|\.\d+)|\"([^\"]*)\"|'([^']*)'|(\$?(?:{NAME}:)?(?:{NAME}|(?<=:)\*))"
    r"|(::|//|\.\.|!=|<=|>=|[()\[\].@,/|+\-=<>*]))"
)
AXES = frozenset(
    [
        *("ancestor", "ancestor-or-self", "attribute", "child", "descendant"),
        *("descendant-or-self", "following", "following-sibling", "parent", "preceding"),
        *("preceding-sibling", "self"),
    ]
)
KINDS = ("comment", "text", "processing-instruction", "node")
OPERATORS = ("and", "or", "mod", "div", "*")
MAX_LENGTH = 4096
"""Characters of an expression."""
MAX_DEPTH = 32
"""Brackets and parentheses inside of each other."""


def path_error(message: str) -> DotNetError:
    """Return an XPathException."""
    return DotNetError("System.Xml.XPath.XPathException", message)


class Number(msgspec.Struct, frozen=True):
    """A number as written."""

    value: float


class Literal(msgspec.Struct, frozen=True):
    """A text as written."""

    value: str


class Call(msgspec.Struct, frozen=True):
    """A function with its arguments."""

    name: str
    arguments: tuple[Tree, ...]


class Binary(msgspec.Struct, frozen=True):
    """An operator between two expressions; `|` among them."""

    op: str
    left: Tree
    right: Tree


class Negated(msgspec.Struct, frozen=True):
    """A minus in front."""

    inner: Tree


class Step(msgspec.Struct, frozen=True):
    """`axis::test[predicate]`. `kind` is a name test (empty) or one of `KINDS`."""

    axis: str
    kind: str
    prefix: str | None
    """None: the name has no prefix. A name `*` takes any."""
    name: str
    predicates: tuple[Tree, ...] = ()


class Path(msgspec.Struct, frozen=True):
    """Steps from the root, from what an expression gives, or from the node at hand."""

    start: Tree | None
    rooted: bool
    filters: tuple[Tree, ...]
    """Predicates of `start`."""
    steps: tuple[Step, ...]


Tree = Number | Literal | Call | Binary | Negated | Path
EVERY = Step("descendant-or-self", "node", None, "*")


class Token(msgspec.Struct, frozen=True):
    """A piece of an expression: number, literal, name, operator (a name or a sign) or sign."""

    kind: str
    text: str


def tokens_of(text: str) -> list[Token]:
    """Return the pieces; `*` and names such as `and` are operators where one may stand."""
    found: list[Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if match is None:
            raise path_error(f"'{text}' has an invalid token.")
        at = match.end()
        number, double, single, name, sign = match.groups()
        last = found[-1] if found else None
        operand = (
            last is not None
            and last.kind != "operator"
            and (last.kind != "sign" or last.text in (")", "]", ".", "..", "*"))
        )
        if number is not None:
            found.append(Token("number", number))
        elif double is not None or single is not None:
            found.append(Token("literal", single if double is None else double))
        elif (name or sign) in OPERATORS and operand:
            found.append(Token("operator", name or sign))
        elif name is not None:
            found.append(Token("name", name))
        else:
            found.append(Token("sign", sign))
    return found


LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
"""Binary operators, those that bind least first."""


class Reader:
    """Reads one expression, piece by piece."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [*tokens_of(text), Token("end", "")]
        self.at = 0
        self.depth = 0

    def trouble(self) -> DotNetError:
        """Return the error for an expression that cannot be read."""
        return path_error(f"'{self.text}' has an invalid token.")

    def peek(self, ahead: int = 0) -> Token:
        """Return a piece without taking it."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        """Take the next piece."""
        found = self.peek()
        self.at += 1
        return found

    def next_is(self, *texts: str) -> bool:
        """Take the next piece if it is one of these signs or operators."""
        found = self.peek()
        if found.kind in ("sign", "operator") and found.text in texts:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        """Take a sign that has to be there."""
        if not self.next_is(text):
            raise self.trouble()

    def whole(self) -> Tree:
        """Return the expression, of which nothing may be left."""
        found = self.expression()
        if self.peek().kind != "end":
            raise self.trouble()
        return found

    def expression(self, level: int = 0) -> Tree:
        """Return an expression of operators of a level and those that bind more."""
        if level == len(LEVELS):
            return self.negated()
        if level == 0:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise path_error(f"The expression nests deeper than {MAX_DEPTH} levels.")
        left = self.expression(level + 1)
        while True:
            text = self.peek().text
            wanted = "operator" if text in OPERATORS else "sign"
            if text not in LEVELS[level] or self.peek().kind != wanted:
                break
            self.at += 1
            left = Binary(text, left, self.expression(level + 1))
        if level == 0:
            self.depth -= 1
        return left

    def negated(self) -> Tree:
        """Return an expression with any number of minus signs in front."""
        signs = 0
        while self.next_is("-"):
            signs += 1
        found = self.union()
        if signs:
            found = Negated(found)
            if signs % 2 == 0:
                found = Negated(found)
        return found

    def union(self) -> Tree:
        """Return paths joined by `|`."""
        left = self.path()
        while self.next_is("|"):
            left = Binary("|", left, self.path())
        return left

    def path(self) -> Tree:
        """Return a path, or what one begins with if nothing follows."""
        if self.next_is("//"):
            return Path(None, True, (), (EVERY, *self.steps()))
        if self.next_is("/"):
            return Path(None, True, (), self.steps() if self.begins_step() else ())
        if not self.begins_primary():
            return Path(None, False, (), self.steps())
        start = self.primary()
        filters = self.predicates()
        steps: tuple[Step, ...] = ()
        if self.next_is("//"):
            steps = (EVERY, *self.steps())
        elif self.next_is("/"):
            steps = self.steps()
        return Path(start, False, filters, steps) if filters or steps else start

    def begins_primary(self) -> bool:
        """Tell whether something else than a step comes: number, text, call, parentheses."""
        found = self.peek()
        if found.kind in ("number", "literal") or (found.kind == "sign" and found.text == "("):
            return True
        if found.kind != "name":
            return False
        if found.text.startswith("$"):
            raise path_error("XPath variables are not supported here.")
        return self.peek(1).text == "(" and found.text not in KINDS

    def begins_step(self) -> bool:
        """Tell whether a step comes."""
        found = self.peek()
        return found.kind == "name" or (
            found.kind == "sign" and found.text in (".", "..", "@", "*")
        )

    def primary(self) -> Tree:
        """Return a number, a text, a call or an expression in parentheses."""
        found = self.take()
        if found.kind == "number":
            return Number(float(found.text))
        if found.kind == "literal":
            return Literal(found.text)
        if found.kind == "sign":
            inner = self.expression()
            self.need(")")
            return inner
        self.need("(")
        arguments: list[Tree] = []
        if not self.next_is(")"):
            arguments.append(self.expression())
            while self.next_is(","):
                arguments.append(self.expression())
            self.need(")")
        return Call(found.text, tuple(arguments))

    def steps(self) -> tuple[Step, ...]:
        """Return steps between slashes."""
        found = [self.step()]
        while True:
            if self.next_is("//"):
                found += [EVERY, self.step()]
            elif self.next_is("/"):
                found.append(self.step())
            else:
                return joined(found)

    def step(self) -> Step:
        """Return one step."""
        if self.next_is("."):
            return Step("self", "node", None, "*")
        if self.next_is(".."):
            return Step("parent", "node", None, "*")
        axis = "child"
        if self.next_is("@"):
            axis = "attribute"
        elif self.peek().kind == "name" and self.peek(1).text == "::":
            axis = self.take().text
            self.at += 1
            if axis not in AXES:
                raise path_error(f"'{axis}' is no axis that is known here.")
        kind, prefix, name = self.test()
        return Step(axis, kind, prefix, name, self.predicates())

    def test(self) -> tuple[str, str | None, str]:
        """Return kind, prefix and name of what a step looks for."""
        if self.next_is("*"):
            return "", None, "*"
        found = self.take()
        if found.kind != "name":
            raise self.trouble()
        if found.text in KINDS and self.next_is("("):
            target = ""
            if found.text == KINDS[2] and self.peek().kind == "literal":
                target = self.take().text
            self.need(")")
            return found.text, None, target or "*"
        prefix, colon, name = found.text.rpartition(":")
        return "", prefix if colon else None, name

    def predicates(self) -> tuple[Tree, ...]:
        """Return the expressions in brackets."""
        found: list[Tree] = []
        while self.next_is("["):
            found.append(self.expression())
            self.need("]")
        return tuple(found)


def joined(steps: list[Step]) -> tuple[Step, ...]:
    """Return steps with `//name` as one: the same nodes, unless a predicate counts places."""
    found: list[Step] = []
    for step in steps:
        if found and found[-1] == EVERY and step.axis == "child" and not step.predicates:
            found[-1] = Step("descendant", step.kind, step.prefix, step.name)
        else:
            found.append(step)
    return tuple(found)


@lru_cache(128)
def compile_path(text: str) -> Tree:
    """Return the tree of an expression. Raises XPathException."""
    if len(text) > MAX_LENGTH:
        raise path_error(f"An expression has at most {MAX_LENGTH} characters.")
    return Reader(text).whole()
