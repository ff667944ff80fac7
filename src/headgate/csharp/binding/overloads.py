"""Which overload a call means: arguments to parameters, type inference, the better one.

The rules are C#'s in small: an argument may be named; `params` may be given one by one; type
parameters are inferred from arguments first and from the results of lambdas then; of several
overloads that fit, the one whose parameters are more specific wins.
"""

from __future__ import annotations

import msgspec

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder, Code
from headgate.csharp.binding.conversions import convertible, implicit
from headgate.csharp.binding.places import local_code
from headgate.csharp.diagnostics import BindError
from headgate.csharp.signatures import Parameter, Signature
from headgate.csharp.surface import Candidate
from headgate.csharp.types import (
    DELEGATES,
    DYNAMIC,
    NULL,
    NULLABLE,
    STRING,
    THROW,
    VOID,
    Type,
    delegate_parts,
    is_open,
    show,
    substitute,
)


class Given(msgspec.Struct, eq=False):
    """One argument of a call: bound, or waiting for the type that its parameter will have."""

    node: tree.Expression
    code: Code | None
    name: str = ""
    mode: str = ""


class Match(msgspec.Struct, eq=False):
    """An overload that fits, with what goes into each parameter."""

    candidate: Candidate
    signature: Signature
    slots: list[tuple[Parameter, list[Given]]]
    expanded: bool
    types: tuple[Type, ...]
    """Values of the method's type parameters."""
    cost: int = 0
    """How many defaults were filled in."""


def waits(b: Binder, node: tree.Expression) -> bool:
    """Tell whether an expression gets its type from where it stands."""
    if isinstance(node, tree.Default):
        return node.type is None
    if isinstance(node, tree.NewArray):
        return False
    if isinstance(node, tree.Name | tree.Member):
        return is_group(b, node)
    return type(node) in b.targeted or isinstance(node, tree.Declaration)


def is_group(b: Binder, node: tree.Expression) -> bool:
    """Tell whether a name means methods, as `int.Parse` handed to Select."""
    if isinstance(node, tree.Name) and node.local is not None:
        return node.local.type is not None and node.local.type.name == "local function"
    if isinstance(node, tree.Member) and node.target is not None:
        owner = b.type_of_name(node.target)
        if owner is not None:
            found = b.surface.find(owner, node.name)
            return bool(found) and found[0].declared.kind == "method"
    return False


def given(b: Binder, arguments: list[tree.Argument]) -> list[Given]:
    """Bind the arguments that have a type of their own."""
    return [Given(one.value, argument(b, one), one.name, one.mode) for one in arguments]


def argument(b: Binder, one: tree.Argument) -> Code | None:
    """Bind one argument; an `out` variable needs no value yet."""
    value = one.value
    local = value.local if isinstance(value, tree.Name) and one.mode == "out" else None
    if local is not None and local.type is not None:
        return local_code(local)
    return None if waits(b, value) else b.bind(value)


def choose(
    b: Binder,
    candidates: list[Candidate],
    arguments: list[Given],
    node: tree.Node,
    *,
    types: tuple[Type, ...] = (),
    what: str = "",
) -> Match:
    """Return the best overload. Raises HG203, or what was wrong inside a lambda."""
    matches: list[Match] = []
    trouble: BindError | None = None
    for candidate in candidates:
        for expanded in (False, True):
            try:
                match = fits(b, candidate, arguments, types, expanded)
            except BindError as error:
                trouble = trouble or error
                continue
            if match is not None:
                matches.append(match)
                break
    if not matches:
        if trouble is not None:
            raise trouble
        shown = ", ".join([shown_type(one) for one in arguments])
        known = "; ".join(dict.fromkeys([describe(one.signature) for one in candidates][:4]))
        raise b.error("HG203", f"`{what}` does not take ({shown}).", node, f"it takes {known}")
    best = matches[0]
    for match in matches[1:]:
        if better(b, match, best, arguments):
            best = match
    return best


def shown_type(one: Given) -> str:
    """Return the type of an argument for a message."""
    return show(one.code.type) if one.code is not None else "lambda"


def describe(signature: Signature) -> str:
    """Return the parameters of an overload for a message."""
    parameters = [
        f"{one.mode} {show(one.type)} {one.name}".strip()
        for one in signature.parameters
        if one.mode != "this"
    ]
    return f"({', '.join(parameters)})"


def arrange(
    signature: Signature, arguments: list[Given], expanded: bool
) -> list[tuple[Parameter, list[Given]]] | None:
    """Give each parameter its arguments; None: the shapes do not match."""
    parameters = signature.parameters
    if expanded and not (parameters and parameters[-1].mode == "params"):
        return None
    slots: list[tuple[Parameter, list[Given]]] = [(one, []) for one in parameters]
    names = [one.name for one in parameters]
    for place, argument in enumerate(arguments):
        if argument.name:
            if argument.name not in names:
                return None
            place = names.index(argument.name)
        elif expanded and place >= len(parameters) - 1:
            slots[-1][1].append(argument)
            continue
        if place >= len(slots) or slots[place][1]:
            return None
        slots[place][1].append(argument)
    for parameter, found in slots:
        if not found and not parameter.optional and not (expanded and parameter.mode == "params"):
            return None
    return slots


def fits(
    b: Binder,
    candidate: Candidate,
    arguments: list[Given],
    types: tuple[Type, ...],
    expanded: bool,
) -> Match | None:
    """Return how an overload takes the arguments; None: it does not."""
    signature = candidate.signature
    if types and len(types) != len(signature.generics):
        return None
    slots = arrange(signature, arguments, expanded)
    if slots is None:
        return None
    if signature.generics:
        known = dict(zip(signature.generics, types, strict=False)) if types else {}
        values = known or infer(b, signature, slots, expanded)
        if values is None:
            return None
        signature = signature.substituted(values)
        types = tuple([values[name] for name in signature.generics])
        slots = [
            (parameter, found)
            for parameter, (_, found) in zip(signature.parameters, slots, strict=True)
        ]
    for parameter, found in slots:
        wanted = wanted_type(parameter, expanded)
        for argument in found:
            if not accepts(b, parameter, wanted, argument):
                return None
    cost = sum(not found for _, found in slots)
    return Match(candidate, signature, slots, expanded, types, cost)


def wanted_type(parameter: Parameter, expanded: bool) -> Type:
    """Return the type that one argument has to have."""
    if expanded and parameter.mode == "params":
        return parameter.type.args[0]
    return parameter.type


def accepts(b: Binder, parameter: Parameter, wanted: Type, argument: Given) -> bool:
    """Tell whether a parameter takes an argument."""
    by_reference = parameter.mode if parameter.mode in ("out", "ref") else ""
    if argument.mode != by_reference:
        return False
    if by_reference:
        return argument.code is None or argument.code.type in (wanted, DYNAMIC)
    if argument.code is not None:
        return implicit(b, argument.code, wanted) is not None
    handler = b.targeted.get(type(argument.node))
    if handler is None:
        # `int x` in a place that is no `out`.
        return False
    return implicit(b, handler(b, argument.node, wanted), wanted) is not None


class Bounds:
    """What is known of type parameters while they are inferred."""

    def __init__(self, b: Binder, names: tuple[str, ...]) -> None:
        self.b = b
        self.found: dict[str, list[Type]] = {name: [] for name in names}

    def unify(self, parameter: Type, argument: Type) -> None:
        """Note what an argument of one type says about the type parameters of another."""
        if parameter.name in self.found:
            if argument not in (NULL, VOID, THROW):
                self.found[parameter.name].append(argument)
            return
        if not parameter.args:
            return
        if parameter.name == NULLABLE and argument.name != NULLABLE:
            self.unify(parameter.args[0], argument)
            return
        same = self.b.surface.instance_of(argument, parameter.name)
        if same is not None:
            for one, other in zip(parameter.args, same.args, strict=False):
                self.unify(one, other)
        elif argument == DYNAMIC:
            for one in parameter.args:
                self.unify(one, DYNAMIC)

    def fixed(self) -> dict[str, Type]:
        """Return the values of the parameters about which something is known."""
        return {
            name: kind
            for name, kinds in self.found.items()
            if (kind := common(self.b, kinds)) is not None
        }


def common(b: Binder, kinds: list[Type]) -> Type | None:
    """Return the one of several types to which all others convert."""
    distinct = list(dict.fromkeys(kinds))
    for kind in distinct:
        if all(other == kind or convertible(b, other, kind) for other in distinct):
            return kind
    return None


def infer(
    b: Binder,
    signature: Signature,
    slots: list[tuple[Parameter, list[Given]]],
    expanded: bool,
) -> dict[str, Type] | None:
    """Return the values of all type parameters; None: they cannot be inferred."""
    bounds = Bounds(b, signature.generics)
    waiting: list[tuple[Type, tree.Expression]] = []
    for parameter, found in slots:
        wanted = wanted_type(parameter, expanded)
        for argument in found:
            if argument.code is not None:
                bounds.unify(wanted, argument.code.type)
            else:
                waiting.append((wanted, argument.node))
    while waiting:
        rest = [one for one in waiting if not from_result(b, bounds, *one)]
        if len(rest) == len(waiting):
            break
        waiting = rest
    values = bounds.fixed()
    return values if len(values) == len(signature.generics) else None


def from_result(b: Binder, bounds: Bounds, wanted: Type, node: tree.Expression) -> bool:
    """Learn from the result of a lambda whose parameter types are known; False: they are not."""
    if wanted.name not in DELEGATES or not is_open(wanted):
        return True
    takes, gives = delegate_parts(substitute(wanted, bounds.fixed()))
    if any(map(is_open, takes)):
        return False
    if is_open(gives):
        result = b.result_of(b, node, takes)
        if result is not None:
            bounds.unify(gives, result)
    return True


def better(b: Binder, one: Match, best: Match, arguments: list[Given]) -> bool:
    """Tell whether an overload is better than the best so far."""
    wins = losses = 0
    for argument in arguments:
        mine, other = parameter_for(one, argument), parameter_for(best, argument)
        if mine == other:
            continue
        verdict = closer(b, argument, mine, other)
        wins += verdict > 0
        losses += verdict < 0
    if wins != losses and not (wins and losses):
        return wins > 0
    if wins or losses:
        return False
    if one.expanded != best.expanded:
        return best.expanded
    if bool(one.types) != bool(best.types):
        return not one.types
    return one.cost < best.cost


def parameter_for(match: Match, argument: Given) -> Type:
    """Return the type that an argument is converted to."""
    return next(
        wanted_type(parameter, match.expanded)
        for parameter, found in match.slots
        if argument in found
    )


def closer(b: Binder, argument: Given, mine: Type, other: Type) -> int:
    """Return 1 if an argument fits one type better than another, -1 the other way round."""
    if argument.code is not None:
        if argument.code.type == mine:
            return 1
        if argument.code.type == other:
            return -1
    if mine.name in DELEGATES and other.name in DELEGATES and argument.code is None:
        return closer_delegate(b, argument.node, mine, other)
    if convertible(b, mine, other) and not convertible(b, other, mine):
        return 1
    if convertible(b, other, mine) and not convertible(b, mine, other):
        return -1
    if STRING in (mine, other) and argument.code is not None and argument.code.type == NULL:
        return 1 if mine == STRING else -1
    return 0


def closer_delegate(b: Binder, node: tree.Expression, mine: Type, other: Type) -> int:
    """Compare two delegate types by what the lambda really returns."""
    takes, gives = delegate_parts(mine)
    others, gives_other = delegate_parts(other)
    if takes != others or gives == gives_other:
        return 0
    result = b.result_of(b, node, takes)
    if gives_other == VOID or result == gives:
        return 1
    if gives == VOID or result == gives_other:
        return -1
    if convertible(b, gives, gives_other) and not convertible(b, gives_other, gives):
        return 1
    return -1 if convertible(b, gives_other, gives) else 0
