"""The public API: compile_expression and CompiledExpression."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import CompiledExpression, compile_expression
from headgate.model.context import Context
from headgate.model.diagnostic import Position

Compile = Callable[[str], CompiledExpression]


def test_a_compiled_expression_tells_what_it_is(compiled: Compile, context: Context) -> None:
    one = compiled('@(context.Request.Method + "!")')
    assert (one.type_name, one.constant, one.reads) == ("System.String", False, frozenset())
    assert one.evaluate(context) == "POST!"
    assert one.source == '@(context.Request.Method + "!")'


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("@(context.Request.Body.As<string>(true))", {"request.body"}),
        ("@(context.Response.Body.As<string>(true))", {"response", "response.body"}),
        ('@(((IResponse)context.Variables["r"]).Body.As<string>(true))', {"variables"}),
        ("@(context.LastError.Reason)", {"last_error"}),
        ("@(context.Response.StatusCode)", {"response"}),
        ("@(1 + 1)", set()),
    ],
)
def test_reads_names_the_parts_of_the_message(
    compiled: Compile, source: str, reads: set[str]
) -> None:
    assert compiled(source).reads == reads


def test_constants_do_not_depend_on_the_call(compiled: Compile) -> None:
    assert compiled("@(1 + 1)").constant
    assert compiled('@("a".ToUpper())').constant
    for source in ("@(DateTime.UtcNow)", "@(Guid.NewGuid())", "@(context.Tracing)"):
        assert not compiled(source).constant


def test_a_diagnostic_stands_where_the_text_stands_in_its_file() -> None:
    source = "@{\n  var x = 1;\n  return x.Nope;\n}"
    found, diagnostics = compile_expression(source, position=Position(10, 5, 99), file="p.xml")
    assert found is None
    (one,) = diagnostics
    assert (one.file, one.line, one.column, one.code) == ("p.xml", 12, 12, "HG201")
    _, (first,) = compile_expression('@("é" + nope)', position=Position(10, 5, 99))
    assert (first.line, first.column) == (10, 13)


def test_the_nearest_name_is_suggested() -> None:
    _, (one,) = compile_expression("@(context.Reqest)")
    assert one.hint == "did you mean `Request`?"


def test_reading_an_absent_response_is_no_match(compiled: Compile, context: Context) -> None:
    condition = compiled("@(context.Response.StatusCode == 429)")
    context.response = None
    assert condition.holds(context) is False
    with pytest.raises(DotNetError, match="NullReference"):
        condition.evaluate(context)
    other = compiled('@(((string)context.Variables["x"]).Length > 0)')
    with pytest.raises(DotNetError, match="KeyNotFound"):
        other.holds(context)


@pytest.mark.parametrize(
    "source",
    [
        "@(context.__class__)",
        '@("".__class__)',
        '@("a".__init__())',
        "@(__builtins__)",
        "@(k)",
        "@(c)",
        "@(t1)",
        "@(v0)",
        "@(h_null_reference)",
        "@(System.IO.File.Exists(null))",
        '@("{0.__class__}".Format())',
        "@(typeof(int).Assembly)",
    ],
)
def test_nothing_of_python_is_reachable(source: str) -> None:
    found, diagnostics = compile_expression(source)
    assert found is None
    assert diagnostics


def test_the_generated_code_has_no_builtins(compiled: Compile, context: Context) -> None:
    function = compiled('@("{0}" + context.Request.Method)').evaluate
    assert function.__globals__["__builtins__"] == {}
    assert compiled('@(string.Format("{0.__class__}", 1).Length)')


def test_deep_and_long_expressions_end_in_a_diagnostic_or_a_value() -> None:
    for source in (
        "@(" + " + ".join(["1.5"] * 3000) + ")",
        "@(" + "!" * 5000 + "true)",
        "@(" + "x => " * 500 + "1)",
        "@(" + "true ? 1 : " * 1500 + "1)",
        "@(" + "1 ?? " * 3000 + "1)",
        "@{ " + "if (true) " * 2000 + "return 1; }",
    ):
        found, diagnostics = compile_expression(source)
        assert (found is None) == bool(diagnostics)


def test_a_text_is_compiled_once() -> None:
    text = '@(context.Request.Method + "once")'
    first, again = compile_expression(text)[0], compile_expression(text)[0]
    assert first is again


def test_an_expression_keeps_nothing_alive_in_a_circle() -> None:
    compiled = compile_expression('@(context.Request.Method + "alone")')[0]
    assert compiled is not None
    assert "evaluate" not in compiled.evaluate.__globals__
