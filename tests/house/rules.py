"""The house rules that one file can break, each a function from a source to its offences.

`RULES` names them. The numbers are the measured bests of trees that we admire; they bind the
maximum, because averages hide the one function that nobody dares to touch.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator

from tests.house.tree import ELEMENTS, Function, Import, Offence, Source, pure_packages

FUNCTION_LINES_MAX = 70
MODULE_LINES_MAX = 600
ELEMENT_LINES_MAX = 150
PARAMETERS_MAX = 6
POSITIONAL_MAX = 2
NESTING_MAX = 4

STANDARD = sys.stdlib_module_names
BROAD = {"Exception", "BaseException"}
BROAD_ALLOWED = {
    "src/headgate/gateway/driver.py",
    "src/headgate/gateway/performer.py",
    "src/headgate/cli/main.py",
}
PURE_THIRD_PARTY = {
    "cryptography",
    "jwt",
    "liquid",
    "lxml",
    "msgspec",
    "orjson",
    "regex",
    "tree_sitter",
    "tree_sitter_c_sharp",
}
IMPURE_STANDARD = {
    "asyncio",
    "concurrent",
    "ftplib",
    "http.client",
    "http.server",
    "logging",
    "multiprocessing",
    "os",
    "random",
    "secrets",
    "select",
    "selectors",
    "shutil",
    "signal",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
}
IMPURE_CALLS = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "input",
    "open",
    "print",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid1",
    "uuid4",
}


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of names, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return f"{base}.{node.attr}"
    return ""


def imported(node: Import) -> Iterator[str]:
    """Yield the full names that an import statement binds or loads from."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    else:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def function_length(source: Source) -> Iterator[Offence]:
    """A function fits on a screen."""
    for node in source.functions():
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            remedy = f"{node.name} has {lines} lines, at most {FUNCTION_LINES_MAX}: split it"
            yield Offence(source.path, node.lineno, remedy)


def module_length(source: Source) -> Iterator[Offence]:
    """A module holds one concept; a policy element is small."""
    is_element = source.path.startswith(ELEMENTS) and not source.path.endswith("__init__.py")
    most = ELEMENT_LINES_MAX if is_element else MODULE_LINES_MAX
    if len(source.lines) > most:
        remedy = f"{len(source.lines)} lines, at most {most}: split the module by concept"
        yield Offence(source.path, most + 1, remedy)


def _is_command(source: Source, node: Function) -> bool:
    """Say whether each parameter becomes a command-line option: by decorator, or by its place."""
    if node.name == "command" and source.path.startswith("src/headgate/cli/commands/"):
        return True
    decorators = (dotted(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list)
    return any(name.endswith((".command", ".callback")) for name in decorators)


def _is_protocol_method(node: Function) -> bool:
    """Say whether Python itself fixes the parameters, as of `__exit__`."""
    return node.name.startswith("__") and node.name != "__init__"


def parameters(source: Source) -> Iterator[Offence]:
    """A call can be read without its definition: few parameters, most of them named."""
    if not source.is_product:
        return
    for node in source.functions():
        if _is_command(source, node) or _is_protocol_method(node):
            continue
        positional = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        if positional[:1] in (["self"], ["cls"]):
            del positional[0]
        total = len(positional) + len(node.args.kwonlyargs)
        if total > PARAMETERS_MAX:
            remedy = f"{node.name} takes {total} parameters, at most {PARAMETERS_MAX}: pass a value"
            yield Offence(source.path, node.lineno, remedy)
        if len(positional) > POSITIONAL_MAX:
            remedy = f"{node.name}: put `*` before `{positional[POSITIONAL_MAX]}` (keyword-only)"
            yield Offence(source.path, node.lineno, remedy)


BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match)


def _deepest(node: ast.AST, depth: int) -> tuple[int, int]:
    """Return the greatest nesting below a node and the line where it is reached."""
    deepest = (depth, getattr(node, "lineno", 0))
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        # `elif` is an If alone in an `else`: it reads as a sibling, so it counts as one.
        is_elif = name == "orelse" and len(children) == 1 and isinstance(children[0], ast.If)
        for child in children:
            if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                continue
            if isinstance(child, Function | ast.ClassDef):
                continue
            step = (
                1 if isinstance(child, BLOCKS) and not (is_elif and isinstance(node, ast.If)) else 0
            )
            deepest = max(deepest, _deepest(child, depth + step), key=lambda found: found[0])
    return deepest


def nesting(source: Source) -> Iterator[Offence]:
    """Conditions go up, loops go down, leaves are flat."""
    for node in source.functions():
        depth, line = _deepest(node, 0)
        if depth > NESTING_MAX:
            remedy = f"{node.name} nests {depth} deep, at most {NESTING_MAX}: return early or split"
            yield Offence(source.path, line, remedy)


def global_statement(source: Source) -> Iterator[Offence]:
    """State has an owner; it is passed down, never rebound from a function."""
    for node in source.nodes(ast.Global):
        yield Offence(source.path, node.lineno, "no `global`: give the state to an object")


def local_import(source: Source) -> Iterator[Offence]:
    """A function-local import of our own hides a cycle."""
    for function in source.functions():
        for node in ast.walk(function):
            if not isinstance(node, Import):
                continue
            if any(name.split(".")[0] in ("headgate", "tests") for name in imported(node)):
                yield Offence(
                    source.path, node.lineno, "import at the top; if that is a cycle, cut it"
                )


def relative_import(source: Source) -> Iterator[Offence]:
    """A full name can be searched for."""
    for node in source.nodes(ast.ImportFrom):
        if node.level:
            yield Offence(source.path, node.lineno, "write the full module name")


def broad_except(source: Source) -> Iterator[Offence]:
    """Only the two outermost frames may catch what nobody foresaw."""
    if source.path in BROAD_ALLOWED:
        return
    remedy = f"name the exceptions; broad catching is for {', '.join(sorted(BROAD_ALLOWED))}"
    for handler in source.nodes(ast.ExceptHandler):
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(kind is None or dotted(kind) in BROAD for kind in kinds):
            yield Offence(source.path, handler.lineno, remedy)
    for call in source.nodes(ast.Call):
        if dotted(call.func).split(".")[-1] == "suppress" and BROAD & set(map(dotted, call.args)):
            yield Offence(source.path, call.lineno, remedy)


def environment(source: Source) -> Iterator[Offence]:
    """The environment is read once, into typed settings."""
    if not source.is_product or source.package == "settings":
        return
    readers = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}
    remedy = "read the environment in settings/ and pass the value"
    for node in source.nodes(ast.Attribute):
        if dotted(node) in readers:
            yield Offence(source.path, node.lineno, remedy)
    for statement in source.nodes(ast.ImportFrom):
        if readers & set(imported(statement)):
            yield Offence(source.path, statement.lineno, remedy)


def _is_impure(name: str) -> bool:
    """Say whether a module reaches outside: the clock, chance, the network, the system."""
    parts = name.split(".")
    return any(".".join(parts[:length]) in IMPURE_STANDARD for length in (1, 2))


def pure_rows(source: Source) -> Iterator[Offence]:
    """Rows 0-4 decide and never do: no I/O, no clock, no chance, no await."""
    if source.package not in pure_packages():
        return
    for statement in source.imports():
        for name in imported(statement):
            if _is_impure(name):
                remedy = f"rows 0-4 may not import {name}: take the value as an argument"
                yield Offence(source.path, statement.lineno, remedy)
    for call in source.nodes(ast.Call):
        name = dotted(call.func)
        if name in IMPURE_CALLS or ".".join(name.split(".")[-2:]) in IMPURE_CALLS:
            remedy = f"rows 0-4 may not call {name}: take the value as an argument"
            yield Offence(source.path, call.lineno, remedy)
    # Whatever awaits stands in an async function.
    for node in source.nodes(ast.AsyncFunctionDef):
        yield Offence(source.path, node.lineno, "rows 0-4 never await: yield an effect")


def pure_third_party(source: Source) -> Iterator[Offence]:
    """Rows 0-4 know a closed list of pure packages."""
    if source.package not in pure_packages():
        return
    for node in source.imports():
        for name in imported(node):
            top = name.split(".")[0]
            if top in STANDARD or top in PURE_THIRD_PARTY or top == "headgate":
                continue
            remedy = f"rows 0-4 may not import {top}: move the need to an adapter (row 5)"
            yield Offence(source.path, node.lineno, remedy)


def module_docstring(source: Source) -> Iterator[Offence]:
    """Each file opens by saying what it is for; a unit test's twin in the package says it."""
    if source.path.startswith("tests/unit/"):
        return
    if source.tree.body and not ast.get_docstring(source.tree):
        yield Offence(source.path, 1, "say in a docstring what this module is for")


def _comments(source: Source) -> Iterator[tuple[int, str]]:
    """Yield the line number and text of each comment."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


SUPPRESSION = re.compile(r"type:\s*ignore|noqa")
REASONED = re.compile(r"(type: ignore\[[a-z, -]+\]|noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*)(.*)")
WORD = re.compile(r"[A-Za-z]{2}")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def suppression(source: Source) -> Iterator[Offence]:
    """A silenced check names its code and says why, on its line or on the line above."""
    if not SUPPRESSION.search(source.text):
        return
    comments = dict(_comments(source))
    for line, text in comments.items():
        if not SUPPRESSION.search(text.split("`")[0]):
            continue
        match = REASONED.search(text)
        above = comments.get(line - 1, "")
        if match is None or not (WORD.search(match[3]) or WORD.search(above)):
            yield Offence(source.path, line, "write `type: ignore[code]  # reason` (noqa alike)")


def unfinished(source: Source) -> Iterator[Offence]:
    """What is merged is finished."""
    remedy = "finish it, or write it down outside the code"
    if UNFINISHED.search(source.text):
        for line, text in _comments(source):
            if UNFINISHED.search(text):
                yield Offence(source.path, line, remedy)
    for node in source.nodes(ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if raised is not None and dotted(raised) == "NotImplementedError":
            yield Offence(source.path, node.lineno, remedy)


def discipline(source: Source) -> Iterator[Offence]:
    """A test runs always and waits for events, never for time."""
    if not source.path.startswith("tests/"):
        return
    banned = {"skip", "skipif", "skipIf", "skipUnless", "xfail", "importorskip", "SkipTest"}
    for node in source.nodes(ast.Attribute):
        name = dotted(node)
        if node.attr in banned and name.startswith(("pytest.", "unittest.")):
            yield Offence(source.path, node.lineno, f"no {name}: make the test run, or delete it")
        if name == "time.sleep":
            yield Offence(source.path, node.lineno, "no sleep: wait for the event, with a timeout")
    for statement in source.nodes(ast.ImportFrom):
        if "time.sleep" in imported(statement):
            yield Offence(source.path, statement.lineno, "no sleep: wait for the event instead")


Rule = Callable[[Source], Iterator[Offence]]
RULES: dict[str, Rule] = {
    "broad-except": broad_except,
    "environment": environment,
    "function-length": function_length,
    "global": global_statement,
    "local-import": local_import,
    "module-docstring": module_docstring,
    "module-length": module_length,
    "nesting": nesting,
    "parameters": parameters,
    "pure-rows": pure_rows,
    "pure-third-party": pure_third_party,
    "relative-import": relative_import,
    "suppression": suppression,
    "test-discipline": discipline,
    "unfinished": unfinished,
}
