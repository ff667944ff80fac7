"""The expression language: `@(...)` and `@{...}` compiled to Python functions.

    compiled, diagnostics = compile_expression('@(context.Request.Method == "POST")')
    compiled.evaluate(context)

The text becomes a tree (`syntax`), names are resolved (`names`), everything is bound against the
declared surface and written as Python source (`binding`), and CPython compiles that. The function
sees nothing but the helpers that this one expression needs: no builtins, no names of the author.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from headgate.csharp import tree
from headgate.csharp.binding.binder import Binder
from headgate.csharp.binding.handlers import EXPRESSIONS, STATEMENTS, TARGETED
from headgate.csharp.binding.lambdas import block_body, result_of
from headgate.csharp.budget import BUDGET, MAX_WORK, UNCOUNTED
from headgate.csharp.diagnostics import BindError
from headgate.csharp.errors import TRANSLATED, DotNetError, translate
from headgate.csharp.names import resolve
from headgate.csharp.surface import surface
from headgate.csharp.syntax.parser import parse
from headgate.csharp.types import NULL, OBJECT, THROW, VOID
from headgate.model.context import Context
from headgate.model.diagnostic import Diagnostic, Position

BUILTINS: dict[str, Any] = {"__builtins__": {}, "len": len, "type": type}
"""What code templates of the library may use. No name of a policy can reach them."""
KEPT = 16_384
"""Compiled expressions that are kept, a few KB each."""


class CompiledExpression:
    """One expression, ready to run any number of times."""

    __slots__ = ("constant", "evaluate", "reads", "source", "type_name")

    def __init__(
        self,
        source: str,
        *,
        type_name: str,
        reads: frozenset[str],
        constant: bool,
        evaluate: Callable[[Context], Any],
    ) -> None:
        self.source = source
        """The whole text, with `@(` or `@{`."""
        self.type_name = type_name
        """Static .NET type; `System.Object` where it is known only at run time."""
        self.reads = reads
        """Message parts that it may touch: request.body, response.body, response, last_error,
        variables. A body has to be complete before `evaluate` is called."""
        self.constant = constant
        """The value does not depend on the call."""
        self.evaluate = evaluate
        """Return the value for one call. Raises DotNetError and nothing else."""

    def holds(self, context: Context) -> bool:
        """Return the value of a condition. Reading `context.Response` before there is one is no
        match instead of an error (policy language, section 2, point 7)."""
        try:
            return self.evaluate(context) is True
        except DotNetError as error:
            absent = "response" in self.reads and context.response is None
            if absent and error.type_name == "System.NullReferenceException":
                return False
            raise


def compile_expression(
    source: str, *, position: Position | None = None, file: str = ""
) -> tuple[CompiledExpression | None, list[Diagnostic]]:
    """Compile an expression: a value, or at least one diagnostic, never both.

    `position` is where the `@` stands in `file`; diagnostics count from there.
    """
    text = source.rstrip()
    try:
        return _compile(text), []
    except BindError as error:
        found = error
    except DotNetError as error:
        # What can be decided at load fails at load, such as `As<T>` of a type that no body has.
        found = BindError("HG207", error.message, at=0)
    except (RecursionError, MemoryError, SyntaxError):
        # CPython takes 100 levels of indentation and 20 of loops and `try`.
        found = BindError("HG205", "The expression nests too deeply.", at=0)
    return None, [_diagnostic(found, text, position=position or Position(), file=file)]


@lru_cache(maxsize=KEPT)
def _compile(source: str) -> CompiledExpression:
    """Compile a text. Documents repeat each other's expressions, and reloads their own."""
    root = parse(source)
    resolve(root)
    binder = Binder(surface(), EXPRESSIONS, TARGETED, STATEMENTS, dict(BUILTINS))
    binder.result_of = result_of
    if isinstance(root, tree.Block):
        type_name = _block(binder, root)
    else:
        code = binder.bind(root)
        if code.type in (VOID, THROW):
            raise binder.error("HG207", "The expression has no value.", root)
        binder.emit(f"return {code.text}")
        type_name = str(OBJECT if code.type == NULL else code.type)
    if "response" not in binder.reads:
        binder.reads.discard("response.body")
    return CompiledExpression(
        source,
        type_name="System.Object" if type_name == "dynamic" else type_name,
        reads=frozenset(binder.reads),
        constant=not binder.varies,
        evaluate=_function(binder),
    )


def _block(binder: Binder, root: tree.Block) -> str:
    binder.function.returns = OBJECT
    block_body(binder, root, OBJECT)
    return str(OBJECT)


def _function(binder: Binder) -> Callable[[Context], Any]:
    """Compile the lines that were written. What CPython raises instead of .NET is translated."""
    lines = ["def evaluate(c):"]
    # Nothing but helpers and loops is charged, and whatever they are comes by a name.
    counted = len(binder.namespace) > len(BUILTINS)
    if counted:
        binder.name("budget", BUDGET)
        lines.append(f"    budget.left = {MAX_WORK}")
    lines.append("    try:")
    lines += ["    " + line for line in binder.function.lines]
    lines.append("    except TRANSLATED as error:")
    lines.append("        raise translate(error) from None")
    if counted:
        lines.append("    finally:")
        lines.append(f"        budget.left = {UNCOUNTED}")
    binder.namespace["TRANSLATED"] = TRANSLATED
    binder.namespace["translate"] = translate
    try:
        code = compile("\n".join(lines), "<expression>", "exec")
    except SyntaxError as error:
        # CPython's own limits of nesting; anything else would be a fault of ours.
        if "nested" not in str(error) and "complex" not in str(error):
            raise
        raise BindError("HG205", "The expression nests too deeply.", at=0) from error
    exec(code, binder.namespace)
    # The function holds its namespace; without it there, no cycle keeps the two alive.
    function: Callable[[Context], Any] = binder.namespace.pop("evaluate")
    return function


def _diagnostic(error: BindError, source: str, *, position: Position, file: str) -> Diagnostic:
    before = source.encode("utf-8", "replace")[: max(error.at, 0)].decode("utf-8", "ignore")
    lines = before.split("\n")
    first = position.column if len(lines) == 1 else 1
    return Diagnostic(
        file=file,
        line=position.line + len(lines) - 1,
        column=first + len(lines[-1]),
        code=error.code,
        message=error.message,
        hint=error.hint,
    )
