"""The syntax tree of an expression: our own small C#, independent of the parser.

Every node keeps `at`, its offset in UTF-8 bytes from the start of the expression's text.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Local:
    """A local variable, parameter or constant, as `names` found it; the binder adds its type."""

    __slots__ = (
        "boxed",
        "captured",
        "constant",
        "defaults",
        "function",
        "loops",
        "name",
        "python",
        "readonly",
        "type",
    )

    def __init__(self, name: str, python: str, *, function: object, loops: int) -> None:
        self.name = name
        self.python = python
        """The name in generated code, free of anything the author wrote."""
        self.function = function
        """The lambda or local function that declares it; None: the expression itself."""
        self.loops = loops
        """How many loops of that function stand around the declaration."""
        self.captured = False
        self.boxed = False
        """It lives in a `Cell`, because a Python closure would capture it in another way."""
        self.readonly = ""
        """Why it cannot be assigned, e.g. `foreach iteration variable`."""
        self.constant: Any = None
        self.type: Any = None
        self.defaults: Any = None


class Node(msgspec.Struct, eq=False, kw_only=True):
    """Base of all nodes."""

    at: int


class Expression(Node):
    """Base of expressions."""


class Statement(Node):
    """Base of statements."""


class TypeName(Node):
    """A type as written: dotted name, arguments, `?` and array ranks from inside to outside."""

    name: str
    args: list[TypeName] = []
    suffixes: list[str] = []
    """Of `?`, `[]`, `[,]`, in source order."""


class Literal(Expression):
    """A literal: `kind` is null, bool, char, string, integer or real."""

    kind: str
    value: Any
    suffix: str = ""


class Name(Expression):
    """An identifier, possibly with type arguments."""

    name: str
    args: list[TypeName] = []
    local: Local | None = None


class TypeOperand(Expression):
    """A type where an expression stands: `int` of `int.Parse`."""

    type: TypeName


class Member(Expression):
    """`target.name<args>`; target None: `.name` inside `?.`."""

    target: Expression | None
    name: str
    args: list[TypeName] = []


class Argument(Node):
    """An argument: `mode` is empty, `out` or `ref`."""

    value: Expression
    name: str = ""
    mode: str = ""


class Index(Expression):
    """`target[arguments]`; target None: inside `?[`."""

    target: Expression | None
    arguments: list[Argument]


class Call(Expression):
    """`function(arguments)`."""

    function: Expression
    arguments: list[Argument]


class ConditionalAccess(Expression):
    """`target?.rest`, where the innermost Member or Index of `rest` has no target."""

    target: Expression
    rest: Expression


class Initializer(Node):
    """`{ ... }` after `new T`: plain items, nested lists, or assignments by name or index."""

    items: list[Expression | Initializer | InitAssign]


class InitAssign(Node):
    """`Name = value` or `[index] = value` in an initializer."""

    name: str
    index: list[Argument]
    value: Expression | Initializer


class New(Expression):
    """`new T(arguments) { initializer }`."""

    type: TypeName
    arguments: list[Argument]
    initializer: Initializer | None = None


class NewArray(Expression):
    """`new T[sizes] { items }` or `new[] { items }` (type None) or `{ items }` of a declaration."""

    type: TypeName | None
    sizes: list[Expression]
    items: list[Expression] | None


class NewAnonymous(Expression):
    """`new { a = 1, x.B }`."""

    fields: list[tuple[str, Expression]]


class Unary(Expression):
    """A prefix operator: `-`, `+`, `!`, `~`."""

    op: str
    operand: Expression


class Step(Expression):
    """`++` or `--`, before or after its operand."""

    op: str
    operand: Expression
    prefix: bool


class Binary(Expression):
    """A binary operator, `??` included."""

    op: str
    left: Expression
    right: Expression


class Assign(Expression):
    """`target op value` where `op` is `=`, `+=` ..."""

    op: str
    target: Expression
    value: Expression


class Conditional(Expression):
    """`test ? yes : no`."""

    test: Expression
    yes: Expression
    no: Expression


class Cast(Expression):
    """`(T)value`."""

    type: TypeName
    value: Expression


class As(Expression):
    """`value as T`."""

    value: Expression
    type: TypeName


class Pattern(Node):
    """What follows `is` or `case`: a type, a type with a variable, a constant, or `var x`."""

    type: TypeName | None = None
    name: str = ""
    constant: Expression | None = None
    negated: bool = False
    local: Local | None = None


class Is(Expression):
    """`value is pattern`."""

    value: Expression
    pattern: Pattern


class Parameter(Node):
    """A parameter of a lambda (type None when left out) or local function."""

    name: str
    type: TypeName | None = None
    default: Expression | None = None
    local: Local | None = None


class Lambda(Expression):
    """`(a, b) => expression` or with a block."""

    parameters: list[Parameter]
    body: Expression | Block


class Declaration(Expression):
    """`out var x`, `out int x`, `out _`; type None: var."""

    type: TypeName | None
    name: str
    local: Local | None = None


class Hole(Node):
    """`{value,width:format}` of an interpolated string."""

    value: Expression
    width: Expression | None
    format: str


class Interpolated(Expression):
    """`$"..."`: texts and holes."""

    parts: list[str | Hole]


class Default(Expression):
    """`default(T)`, or `default` (type None)."""

    type: TypeName | None


class TypeOf(Expression):
    """`typeof(T)`."""

    type: TypeName


class NameOf(Expression):
    """`nameof(x)`; its value is known to the parser already."""

    text: str


class Checked(Expression):
    """`checked(value)` or `unchecked(value)`."""

    value: Expression
    checked: bool


class ThrowExpression(Expression):
    """`throw e` as an operand of `??` or `?:`."""

    value: Expression


class Block(Statement):
    """`{ ... }`; `checked` None: inherits."""

    body: list[Statement]
    checked: bool | None = None


class Declarator(Node):
    """One name of a declaration."""

    name: str
    value: Expression | None
    local: Local | None = None


class Locals(Statement):
    """`T a = 1, b;`; type None: var."""

    type: TypeName | None
    declarators: list[Declarator]
    constant: bool = False


class LocalFunction(Statement):
    """`T F(...) { ... }`."""

    type: TypeName
    name: str
    parameters: list[Parameter]
    body: Expression | Block
    local: Local | None = None


class ExpressionStatement(Statement):
    """An expression for its effect."""

    value: Expression


class If(Statement):
    """`if`."""

    test: Expression
    yes: Statement
    no: Statement | None


class Return(Statement):
    """`return value;`."""

    value: Expression | None


class Throw(Statement):
    """`throw value;`, or `throw;` (None)."""

    value: Expression | None


class While(Statement):
    """`while`, or `do ... while` when `after`."""

    test: Expression
    body: Statement
    after: bool = False


class For(Statement):
    """`for`."""

    first: list[Statement]
    test: Expression | None
    steps: list[Expression]
    body: Statement


class Foreach(Statement):
    """`foreach (T name in source)`; type None: var."""

    type: TypeName | None
    name: str
    source: Expression
    body: Statement
    local: Local | None = None


class Break(Statement):
    """`break;`."""


class Continue(Statement):
    """`continue;`."""


class Goto(Statement):
    """`goto label;`, `goto case value;` or `goto default;` (both None)."""

    label: str = ""
    case: Expression | None = None


class Labeled(Statement):
    """`label: statement`."""

    label: str
    body: Statement


class Catch(Node):
    """`catch (T name) when (test) { ... }`; type None: everything."""

    type: TypeName | None
    name: str
    test: Expression | None
    body: Block
    local: Local | None = None


class Try(Statement):
    """`try`."""

    body: Block
    catches: list[Catch]
    final: Block | None


class Case(Node):
    """One `case pattern when test:` or `default:` (pattern None)."""

    pattern: Pattern | None
    test: Expression | None = None


class Section(Node):
    """Cases and the statements they share."""

    cases: list[Case]
    body: list[Statement]


class Switch(Statement):
    """`switch`."""

    value: Expression
    sections: list[Section]


class Empty(Statement):
    """`;`."""
