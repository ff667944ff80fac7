"""System.Convert."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.converting import (
    change_type,
    digits,
    from_base,
    from_base64,
    to_base64,
    to_boolean,
    to_char,
    to_date,
    to_number,
)
from headgate.csharp.types import BYTE, CHAR, INT32, INT64, NUMERIC, show
from headgate.csharp.values import to_text

TYPE = DotNetType("System.Convert", kind="static")

for number in sorted(NUMERIC - {CHAR}, key=str):
    word = number.name.rpartition(".")[2]
    keyword = show(number)
    converter = to_number(number)
    TYPE.static(f"{keyword} To{word}(object value)")(converter)
    TYPE.static(f"{keyword} To{word}(string value)")(converter)
    TYPE.static(f"{keyword} To{word}(object value, IFormatProvider provider)")(converter)
TYPE.static("int ToInt32(string value, int fromBase)")(from_base(INT32))
TYPE.static("long ToInt64(string value, int fromBase)")(from_base(INT64))
TYPE.static("byte ToByte(string value, int fromBase)")(from_base(BYTE))
TYPE.static("bool ToBoolean(string value)")(to_boolean)
TYPE.static("bool ToBoolean(object value)")(to_boolean)
TYPE.static("char ToChar(object value)")(to_char)
TYPE.static("string! ToString(object value)")(to_text)
TYPE.static("string ToString(string value)", code="{0}")
TYPE.static("string! ToString(object value, IFormatProvider provider)")(
    lambda value, _: to_text(value)
)
TYPE.static("string! ToString(int value, int toBase)")(digits)
TYPE.static("string! ToString(long value, int toBase)")(digits)
TYPE.static("string! ToBase64String(byte[] inArray)")(to_base64)
TYPE.static("byte[]! FromBase64String(string s)")(from_base64)
TYPE.static("object ChangeType(object value, Type conversionType)")(change_type)
TYPE.static("DateTime ToDateTime(string value)")(to_date)
TYPE.static("DateTime ToDateTime(object value)")(to_date)
