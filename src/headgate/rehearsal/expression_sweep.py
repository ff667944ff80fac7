"""Every expression of documents, evaluated for three calls (`headgate check --expressions`).

Documents that no schema accepts count as well: only their text has to be scanned.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from headgate.csharp.budget import metered
from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import compile_expression
from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import PolicySource
from headgate.policy.lexis import is_expression
from headgate.policy.node import Node
from headgate.policy.scanner import scan
from headgate.policy.substitution import REFERENCE
from headgate.policy.text import Text
from headgate.rehearsal.documents import Unreadable, is_policy, read, walk
from headgate.rehearsal.expression_answer import shown
from headgate.rehearsal.expression_context import context_of

UNKNOWN = "1"
FILLED: dict[str, Any] = {}
SPARSE: dict[str, Any] = {
    "request": {"method": "GET", "headers": {}, "body": None, "matchedParameters": {}},
    "response": {"status": 204, "reason": "No Content", "headers": {}, "body": None},
    "product": None,
    "subscription": None,
    "user": None,
}
FAILED: dict[str, Any] = {
    "response": None,
    "lastError": {
        "source": "forward-request",
        "reason": "Timeout",
        "message": "The backend did not answer in time.",
        "section": "backend",
        "path": "forward-request[1]",
    },
}
CALLS = {"filled": FILLED, "sparse": SPARSE, "failed": FAILED}
"""Fixtures of the three calls: with everything, with hardly anything, after an error."""


VARIABLE = re.compile(
    r"(?:\((\w[\w.]*(?:\[\])?)\)\s*)?context\.Variables"
    r"(?:\[|\.(?:GetValueOrDefault|ContainsKey)(?:<([^>]+)>)?\()\s*\"([^\"]+)\""
)
"""A variable that an expression reads: the type it is cast to, or asked for, and its name."""
VALUES: dict[str, Any] = {
    "int": 1,
    "long": 1,
    "double": 1.5,
    "decimal": "1.5",
    "bool": True,
    "byte[]": "AAE=",
    "DateTime": "2024-06-01T12:00:00Z",
    "TimeSpan": "00:01:00",
    "JObject": {"id": "1", "value": [{"name": "a"}], "access_token": "t"},
    "JToken": {"id": "1"},
    "JArray": [{"id": "1", "name": "a"}],
    "IResponse": {"body": {"id": "1", "value": [{"name": "a"}], "access_token": "t"}},
    "string[]": ["a", "b"],
    "List<string>": ["a", "b"],
    "Jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTcifQ.c2ln",
    "Authorization": {"accessToken": "t"},
}
"""Values of the filled call's variables by type; others are the text `1`."""


class Sweep(msgspec.Struct, kw_only=True):
    """What came out: expressions count once each, outcomes once for each call."""

    documents: int = 0
    unreadable: int = 0
    """Files that cannot be read or scanned."""
    expressions: int = 0
    """Different ones."""
    refused: list[Diagnostic] = []
    """What is wrong with those that do not compile."""
    outcomes: dict[str, Counter[str]] = {}
    """By call: how often there was a value, and each exception."""

    @property
    def compiled(self) -> int:
        """Return how many expressions compile."""
        return self.expressions - len(self.refused)

    @property
    def exit_code(self) -> int:
        """Return the exit status of the command: 2 where there was nothing to evaluate."""
        if self.refused or self.unreadable:
            return 1
        return 0 if self.expressions else 2

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        return msgspec.json.encode(self).decode()

    def to_text(self) -> str:
        """Return the report as lines."""
        lines = [str(one) for one in self.refused]
        lines.append(
            f"{self.documents} documents, {self.unreadable} of them unreadable; "
            f"{self.expressions} different expressions, {self.compiled} compile"
        )
        for call, outcomes in self.outcomes.items():
            told = [f"{count} {outcome}" for outcome, count in outcomes.most_common()]
            lines.append(f"{call}: {', '.join(told) or 'nothing to evaluate'}")
        return "\n".join(lines)


def sweep(paths: Iterable[Path], *, variables: Mapping[str, str] | None = None) -> Sweep:
    """Evaluate the expressions of all policy documents at or below paths.

    `variables` fill `{{named values}}`; those that are not among them become `1`, which can stand
    in a text as well as alone.
    """
    report = Sweep(outcomes={call: Counter() for call in CALLS})
    known = dict(variables or {})
    seen: set[str] = set()
    for source in sources(paths):
        report.documents += 1
        root = None if isinstance(source, Unreadable) else scan(source.text, source.file)[0]
        if root is None:
            report.unreadable += 1
            continue
        for text in expressions(root):
            filled = REFERENCE.sub(lambda name: known.get(name[1], UNKNOWN), text.value).strip()
            if filled not in seen:
                seen.add(filled)
                evaluate(report, filled, text=text)
    report.expressions = len(seen)
    return report


def evaluate(report: Sweep, source: str, *, text: Text) -> None:
    """Compile an expression and evaluate it for each call."""
    file, position = text.place()
    compiled, diagnostics = compile_expression(source, position=position, file=file)
    if compiled is None:
        report.refused += diagnostics[:1]
        return
    for call, changes in CALLS.items():
        if call == "filled":
            changes = {"variables": dict(variables_of(source))}
        try:
            value = compiled.evaluate(context_of(changes))
            # A lazy sequence runs, and may throw, while it is looked at.
            with metered():
                shown(value)
            outcome = "value"
        except DotNetError as error:
            outcome = error.type_name
        report.outcomes[call][outcome] += 1


def variables_of(source: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the variables that an expression reads, of the types that it wants."""
    for cast, asked, name in VARIABLE.findall(source):
        kind = cast or asked
        known = kind in VALUES
        yield name, {"type": kind if known else "string", "value": VALUES[kind] if known else "1"}


def sources(paths: Iterable[Path]) -> Iterator[PolicySource | Unreadable]:
    """Yield the documents and fragments at or below paths, those of service folders too."""
    for path in paths:
        for found in walk(path):
            if isinstance(found, Unreadable):
                yield found
                continue
            for file in sorted(found.rglob("*.xml")) if found.is_dir() else [found]:
                text = read(file)
                if isinstance(text, Unreadable):
                    yield text
                elif file == path or is_policy(text):
                    yield PolicySource(file=str(file), text=text)


def expressions(root: Node) -> Iterator[Text]:
    """Yield the expressions of an element and of those below it."""
    stack = [root]
    while stack:
        node = stack.pop()
        stack += reversed(node.children)
        texts = [attribute.text for attribute in node.attributes.values()]
        if node.text is not None:
            texts.append(node.text)
        yield from [text.stripped() for text in texts if is_expression(text.value.strip())]
