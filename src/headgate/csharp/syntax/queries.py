"""Query expressions (`from x in a where ... select ...`) as the method calls that they stand for.

With more than one range variable in scope the compiler of C# carries them in an anonymous object
under a hidden name; so do we, and later clauses read them as members of it.
"""

from __future__ import annotations

import msgspec

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError

HIDDEN = "<row>"


class Clause(msgspec.Struct, kw_only=True):
    """One clause: `kind` is from, let, where, order_by, join, groupjoin, select, group or into."""

    kind: str
    at: int
    name: str = ""
    values: list[tree.Expression] = []
    descending: list[bool] = []
    into: str = ""


class _Query:
    """The sequence so far and the range variables that its items carry."""

    def __init__(self, source: tree.Expression, name: str) -> None:
        self.source = source
        self.names = [name]

    def function(self, body: tree.Expression, at: int, *more: str) -> tree.Lambda:
        """Return `item => body`, further parameters behind."""
        first = self.names[0] if len(self.names) == 1 else HIDDEN
        if len(self.names) > 1:
            body = _qualify(body, set(self.names) - set(more))
        parameters = [tree.Parameter(at=at, name=name) for name in (first, *more)]
        return tree.Lambda(at=at, parameters=parameters, body=body)

    def call(self, method: str, at: int, *values: tree.Expression) -> None:
        """Replace the sequence by `sequence.method(values)`."""
        target = tree.Member(at=at, target=self.source, name=method)
        arguments = [tree.Argument(at=value.at, value=value) for value in values]
        self.source = tree.Call(at=at, function=target, arguments=arguments)

    def row(self, at: int, name: str, *, value: tree.Expression) -> tree.Expression:
        """Return the anonymous object of all variables and a new one."""
        fields: list[tuple[str, tree.Expression]] = [
            (known, tree.Name(at=at, name=known)) for known in self.names
        ]
        return tree.NewAnonymous(at=at, fields=[*fields, (name, value)])


def desugar(clauses: list[Clause]) -> tree.Expression:
    """Return the method calls of a whole query."""
    first = clauses[0]
    query = _Query(first.values[0], first.name)
    for clause in clauses[1:]:
        query = _apply(query, clause)
    return query.source


def _apply(query: _Query, clause: Clause) -> _Query:
    at, values = clause.at, clause.values
    if clause.kind == "where":
        query.call("Where", at, query.function(values[0], at))
    elif clause.kind == "select":
        same = isinstance(values[0], tree.Name) and [values[0].name] == query.names
        if not same or isinstance(query.source, tree.Name):
            query.call("Select", at, query.function(values[0], at))
    elif clause.kind == "group":
        key = query.function(values[1], at)
        query.call("GroupBy", at, key, query.function(values[0], at))
    elif clause.kind == "order_by":
        for index, (value, down) in enumerate(zip(values, clause.descending, strict=True)):
            method = ("ThenBy" if index else "OrderBy") + ("Descending" if down else "")
            query.call(method, at, query.function(value, at))
    elif clause.kind == "let":
        row = query.row(at, clause.name, value=values[0])
        query.call("Select", at, query.function(row, at))
        query.names.append(clause.name)
    elif clause.kind == "from":
        inner = query.function(values[0], at)
        row = query.row(at, clause.name, value=tree.Name(at=at, name=clause.name))
        query.call("SelectMany", at, inner, query.function(row, at, clause.name))
        query.names.append(clause.name)
    elif clause.kind in ("join", "groupjoin"):
        _join(query, clause)
    elif clause.kind == "into":
        return _Query(query.source, clause.name)
    else:
        raise BindError("HG204", f"A query may not use {clause.kind} here.", at=at)
    return query


def _join(query: _Query, clause: Clause) -> None:
    at = clause.at
    inner, left, right = clause.values
    added = clause.into or clause.name
    row = query.row(at, added, value=tree.Name(at=at, name=added))
    key = tree.Lambda(at=at, parameters=[tree.Parameter(at=at, name=clause.name)], body=right)
    method = "GroupJoin" if clause.kind == "groupjoin" else "Join"
    query.call(method, at, inner, query.function(left, at), key, query.function(row, at, added))
    query.names.append(added)


def _qualify(value: object, names: set[str]) -> tree.Expression:
    """Replace range variables by members of the hidden row, in a copy that shares the rest."""
    changed = _rewrite(value, names)
    assert isinstance(changed, tree.Expression)
    return changed


def _rewrite(value: object, names: set[str]) -> object:
    if isinstance(value, tree.Name) and value.name in names and not value.args:
        row = tree.Name(at=value.at, name=HIDDEN)
        return tree.Member(at=value.at, target=row, name=value.name)
    if isinstance(value, list):
        return [_rewrite(item, names) for item in value]
    if isinstance(value, tuple):
        return tuple([_rewrite(item, names) for item in value])
    if isinstance(value, tree.Lambda):
        names = names - {parameter.name for parameter in value.parameters}
    if isinstance(value, tree.Node):
        fields = {name: _rewrite(getattr(value, name), names) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **fields)
    return value
