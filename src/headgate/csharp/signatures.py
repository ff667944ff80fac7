"""Signatures of the declared surface, written as C# and read here.

    string Join<T>(string separator, IEnumerable<T> values)
    bool TryParse(string s, out int result)
    T As<T>(bool preserveContent = false)
    string! Trim(params char[] trimChars)

`!` after the return type promises that the result is never null, which spares a check. A name that
is not a known type is a type parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from headgate.csharp.types import KEYWORDS, NULLABLE, Type, substitute

TOKEN = re.compile(r'\s*("[^"]*"|-?\d+|[A-Za-z_][\w.]*|\[,?\]|.)')

Resolver = Callable[[str], str | None]
"""Full name of a simple type name, or None."""


class Parameter(msgspec.Struct, frozen=True):
    """One declared parameter; `mode` is empty, out, ref, params or this."""

    name: str
    type: Type
    mode: str = ""
    optional: bool = False
    default: Any = None


class Signature(msgspec.Struct, frozen=True):
    """What a member takes and returns."""

    name: str
    returns: Type
    parameters: tuple[Parameter, ...] = ()
    generics: tuple[str, ...] = ()
    never_null: bool = False

    def substituted(self, values: dict[str, Type]) -> Signature:
        """Return the signature with type parameters replaced."""
        if not values:
            return self
        parameters = tuple(
            [
                Parameter(p.name, substitute(p.type, values), p.mode, p.optional, p.default)
                for p in self.parameters
            ]
        )
        returns = substitute(self.returns, values)
        return Signature(self.name, returns, parameters, self.generics, self.never_null)


class Reader:
    """Reads one signature, token by token."""

    def __init__(self, text: str, resolve: Resolver) -> None:
        self.tokens = TOKEN.findall(text)
        self.resolve = resolve

    def take(self, token: str = "") -> str:
        """Return the next token, which has to be the given one."""
        found: str = self.tokens.pop(0)
        assert not token or found == token, (token, found, self.tokens)
        return found

    def next_is(self, *tokens: str) -> bool:
        """Take the next token if it is one of these."""
        if self.tokens and self.tokens[0] in tokens:
            self.tokens.pop(0)
            return True
        return False

    def type(self) -> Type:
        """Return a type."""
        word = self.take()
        args: list[Type] = []
        if self.next_is("<"):
            args.append(self.type())
            while self.next_is(","):
                args.append(self.type())
            self.take(">")
        kind = KEYWORDS.get(word)
        if kind is None:
            kind = Type(self.resolve(word) or f"!{word}", tuple(args))
        while self.tokens and self.tokens[0] in ("[]", "[,]", "?"):
            suffix = self.take()
            kind = Type(NULLABLE if suffix == "?" else suffix, (kind,))
        return kind

    def parameter(self) -> Parameter:
        """Return one parameter."""
        mode = self.tokens[0] if self.tokens[0] in ("out", "ref", "params", "this") else ""
        if mode:
            self.take()
        kind, name = self.type(), self.take()
        if not self.next_is("="):
            return Parameter(name, kind, mode)
        text = self.take()
        words = {"null": None, "true": True, "false": False}
        value = words[text] if text in words else text[1:-1] if text[0] == '"' else int(text)
        return Parameter(name, kind, mode, True, value)

    def signature(self, constructor: bool) -> Signature:
        """Return the whole signature; a constructor has neither name nor return type."""
        returns = KEYWORDS["void"] if constructor else self.type()
        never_null = self.next_is("!")
        name = "" if constructor or self.tokens[0] in ("(", "this") else self.take()
        generics: list[str] = []
        if self.next_is("<"):
            generics.append("!" + self.take())
            while self.next_is(","):
                generics.append("!" + self.take())
            self.take(">")
        indexer = self.next_is("this")
        parameters: list[Parameter] = []
        if self.next_is("(", "["):
            while not self.next_is(")", "]"):
                parameters.append(self.parameter())
                self.next_is(",")
        return Signature(
            "this[]" if indexer else name, returns, tuple(parameters), tuple(generics), never_null
        )


def read_type(text: str, resolve: Resolver) -> Type:
    """Return the type that a text names."""
    return Reader(text, resolve).type()


def read_signature(text: str, resolve: Resolver, *, constructor: bool = False) -> Signature:
    """Return what a text declares."""
    return Reader(text, resolve).signature(constructor)
