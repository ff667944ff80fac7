"""System.TimeZoneInfo. The gateway's local zone is UTC, as APIM's."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.dates import DateTime, DateTimeOffset, TimeSpan
from headgate.csharp.runtime.timezones import (
    COORDINATED,
    TimeZone,
    convert,
    convert_offset,
    find,
    from_utc,
    offset_of,
    to_utc,
)

TYPE = DotNetType("System.TimeZoneInfo", python=TimeZone)

TYPE.constant("TimeZoneInfo Utc", COORDINATED)
TYPE.constant("TimeZoneInfo Local", COORDINATED)
TYPE.static("TimeZoneInfo! FindSystemTimeZoneById(string id)")(find)
TYPE.static("DateTime ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo destinationTimeZone)")(
    from_utc
)
TYPE.static("DateTime ConvertTimeToUtc(DateTime dateTime)")(to_utc)
TYPE.static("DateTime ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo sourceTimeZone)")(to_utc)
TYPE.static("DateTime ConvertTime(DateTime dateTime, TimeZoneInfo destinationTimeZone)")(convert)
TYPE.static(
    "DateTimeOffset ConvertTime(DateTimeOffset dateTimeOffset, TimeZoneInfo destinationTimeZone)"
)(convert_offset)
TYPE.property("string! Id", code="{0}.name")
TYPE.property("string! DisplayName", code="{0}.name")
TYPE.property("string! StandardName", code="{0}.name")
TYPE.property("bool SupportsDaylightSavingTime", code="{0}.zone is not None")
TYPE.property("TimeSpan BaseUtcOffset")(lambda zone: TimeSpan(zone.base()))
TYPE.method("TimeSpan GetUtcOffset(DateTime dateTime)")(offset_of)
TYPE.method("bool IsDaylightSavingTime(DateTime dateTime)")(
    lambda zone, moment: zone.is_summer(moment.ticks)
)


@TYPE.static(
    "DateTime ConvertTime(DateTime dateTime, TimeZoneInfo sourceTimeZone, "
    "TimeZoneInfo destinationTimeZone)"
)
def convert_between(moment: DateTime, source: TimeZone | None, target: TimeZone | None) -> DateTime:
    """Return what a clock of one zone shows when a clock of another shows this."""
    return from_utc(to_utc(moment, source), target)


@TYPE.static(
    "DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string destinationTimeZoneId)"
)
def convert_to(moment: DateTime, name: str | None) -> DateTime:
    """Return what a clock of a named zone shows."""
    return convert(moment, find(name))


@TYPE.static(
    "DateTimeOffset ConvertTimeBySystemTimeZoneId("
    "DateTimeOffset dateTimeOffset, string destinationTimeZoneId)"
)
def convert_offset_to(moment: DateTimeOffset, name: str | None) -> DateTimeOffset:
    """Return the same moment with the offset of a named zone."""
    return convert_offset(moment, find(name))
