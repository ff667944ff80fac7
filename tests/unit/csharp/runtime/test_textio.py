from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.textio import TextReader, TextWriter


def test_reader_gives_units_lines_and_the_rest() -> None:
    reader = TextReader("ab\r\nc\nd")
    assert reader.unit(stay=True) == reader.unit(stay=False) == ord("a")
    assert reader.line() == "b"
    assert reader.line() == "c"
    assert reader.rest() == "d"
    assert reader.line() is None
    assert reader.unit(stay=False) == -1


def test_reader_of_null_is_an_argument_error() -> None:
    with pytest.raises(DotNetError) as caught:
        TextReader(None)
    assert caught.value.type_name == "System.ArgumentNullException"


def test_writer_joins_what_is_written() -> None:
    writer = TextWriter()
    writer.write("a")
    writer.write("b")
    assert writer.to_text() == "ab"
