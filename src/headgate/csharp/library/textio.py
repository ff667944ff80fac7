"""System.IO.StringReader and StringWriter."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.textio import TextReader, TextWriter
from headgate.csharp.values import to_text

READER = DotNetType("System.IO.TextReader", bases=("IDisposable",))
WRITER = DotNetType("System.IO.TextWriter", bases=("IDisposable",))
STRING_READER = DotNetType("System.IO.StringReader", bases=("TextReader",), python=TextReader)
STRING_WRITER = DotNetType("System.IO.StringWriter", bases=("TextWriter",), python=TextWriter)
TYPES = (READER, WRITER, STRING_READER, STRING_WRITER)

STRING_READER.constructor("(string s)")(TextReader)
READER.method("string! ReadToEnd()", code="{0}.rest()")
READER.method("string ReadLine()", code="{0}.line()")
READER.method("int Read()", code="{0}.unit(stay=False)")
READER.method("int Peek()", code="{0}.unit(stay=True)")
STRING_WRITER.constructor("()")(TextWriter)


@WRITER.method("void Write(string value)")
@WRITER.method("void Write(object value)")
def write(writer: TextWriter, value: Any) -> None:
    """Add the text of a value."""
    writer.write(to_text(value))


@WRITER.method("void WriteLine()")
@WRITER.method("void WriteLine(string value)")
@WRITER.method("void WriteLine(object value)")
def write_line(writer: TextWriter, value: Any = None) -> None:
    """Add the text of a value and end the line."""
    writer.write(to_text(value) + "\n")


STRING_WRITER.method("string! ToString()", code="{0}.to_text()")


@READER.method("void Close()")
@READER.method("void Dispose()")
@WRITER.method("void Close()")
@WRITER.method("void Dispose()")
@WRITER.method("void Flush()")
def nothing(_: Any) -> None:
    """Do nothing: there is nothing behind the text."""
