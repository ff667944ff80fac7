"""Time zones by their Windows or IANA names, from the machine's own database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from headgate.csharp.budget import spend
from headgate.csharp.errors import DotNetError, bad_argument, null_argument
from headgate.csharp.runtime import dates
from headgate.csharp.runtime.dates import DateTime, DateTimeOffset, TimeSpan
from headgate.csharp.types import simple
from headgate.csharp.values import NetObject

FINDING = 200_000
"""Units of a zone that is looked up."""
MICRO = 10
"""Ticks of a microsecond."""
WINDOWS = {
    "UTC": "Etc/UTC",
    "GMT Standard Time": "Europe/London",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "W. Europe Standard Time": "Europe/Berlin",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Romance Standard Time": "Europe/Paris",
    "GTB Standard Time": "Europe/Bucharest",
    "FLE Standard Time": "Europe/Kiev",
    "E. Europe Standard Time": "Europe/Chisinau",
    "Turkey Standard Time": "Europe/Istanbul",
    "Russian Standard Time": "Europe/Moscow",
    "Israel Standard Time": "Asia/Jerusalem",
    "Egypt Standard Time": "Africa/Cairo",
    "South Africa Standard Time": "Africa/Johannesburg",
    "W. Central Africa Standard Time": "Africa/Lagos",
    "E. Africa Standard Time": "Africa/Nairobi",
    "Morocco Standard Time": "Africa/Casablanca",
    "Arab Standard Time": "Asia/Riyadh",
    "Arabian Standard Time": "Asia/Dubai",
    "Iran Standard Time": "Asia/Tehran",
    "Pakistan Standard Time": "Asia/Karachi",
    "India Standard Time": "Asia/Calcutta",
    "Sri Lanka Standard Time": "Asia/Colombo",
    "Nepal Standard Time": "Asia/Katmandu",
    "Bangladesh Standard Time": "Asia/Dhaka",
    "SE Asia Standard Time": "Asia/Bangkok",
    "China Standard Time": "Asia/Shanghai",
    "Singapore Standard Time": "Asia/Singapore",
    "Taipei Standard Time": "Asia/Taipei",
    "W. Australia Standard Time": "Australia/Perth",
    "Korea Standard Time": "Asia/Seoul",
    "Tokyo Standard Time": "Asia/Tokyo",
    "AUS Central Standard Time": "Australia/Darwin",
    "Cen. Australia Standard Time": "Australia/Adelaide",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "E. Australia Standard Time": "Australia/Brisbane",
    "Tasmania Standard Time": "Australia/Hobart",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Hawaiian Standard Time": "Pacific/Honolulu",
    "Alaskan Standard Time": "America/Anchorage",
    "Pacific Standard Time": "America/Los_Angeles",
    "US Mountain Standard Time": "America/Phoenix",
    "Mountain Standard Time": "America/Denver",
    "Central Standard Time": "America/Chicago",
    "Central Standard Time (Mexico)": "America/Mexico_City",
    "Canada Central Standard Time": "America/Regina",
    "Eastern Standard Time": "America/New_York",
    "US Eastern Standard Time": "America/Indiana/Indianapolis",
    "SA Pacific Standard Time": "America/Bogota",
    "Atlantic Standard Time": "America/Halifax",
    "SA Western Standard Time": "America/La_Paz",
    "Pacific SA Standard Time": "America/Santiago",
    "Newfoundland Standard Time": "America/St_Johns",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Argentina Standard Time": "America/Buenos_Aires",
}
"""The zones of Windows that people use, as the Unicode project maps them (windowsZones.xml)."""
FOLDED = {name.lower(): name for name in WINDOWS}


class TimeZone(NetObject):
    """A TimeZoneInfo; `zone` None: UTC."""

    __slots__ = ("name", "zone")
    NET = simple("TimeZoneInfo")

    def __init__(self, name: str, zone: ZoneInfo | None) -> None:
        self.name = name
        self.zone = zone

    def to_text(self) -> str:
        """Return the name, which Windows would translate."""
        return self.name

    def net_equals(self, other: object) -> bool:
        """Compare the names."""
        return isinstance(other, TimeZone) and self.name == other.name

    def at(self, ticks: int) -> int:
        """Return the offset, in ticks, at a moment in UTC."""
        if self.zone is None:
            return 0
        # At the ends of time no clock can be set forward or back.
        inside = min(max(ticks, dates.DAY), dates.MAX_TICKS - dates.DAY)
        moment = datetime(1, 1, 1, tzinfo=UTC) + timedelta(microseconds=inside // MICRO)
        return _ticks(moment.astimezone(self.zone).utcoffset())

    def of_clock(self, ticks: int) -> int:
        """Return the offset for what a clock shows there; standard time where that is twice."""
        return 0 if self.zone is None else _ticks(self._clock(ticks, fold=1).utcoffset())

    def is_summer(self, ticks: int) -> bool:
        """Tell whether it is daylight saving time when a clock shows this."""
        return self.zone is not None and bool(self._clock(ticks, fold=1).dst())

    def base(self) -> int:
        """Return the offset without daylight saving time."""
        if self.zone is None:
            return 0
        winter = self._clock(0).replace(year=2024)
        summer = winter.replace(month=7)
        standard = winter if not winter.dst() else summer
        return _ticks(standard.utcoffset())

    def _clock(self, ticks: int, *, fold: int = 0) -> datetime:
        plain = datetime(1, 1, 1) + timedelta(microseconds=ticks // MICRO)
        return plain.replace(tzinfo=self.zone, fold=fold)


def _ticks(offset: timedelta | None) -> int:
    return 0 if offset is None else offset // timedelta(microseconds=1) * MICRO


COORDINATED = TimeZone("UTC", None)


def find(name: str | None) -> TimeZone:
    """Return a zone. Raises ArgumentNullException, TimeZoneNotFoundException."""
    if name is None:
        raise null_argument("id")
    if name.lower() in ("utc", "etc/utc", "coordinated universal time"):
        return COORDINATED
    spend(FINDING)
    windows = FOLDED.get(name.lower())
    try:
        return TimeZone(windows or name, ZoneInfo(WINDOWS[windows] if windows else name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DotNetError(
            "System.TimeZoneNotFoundException",
            f"The time zone ID '{name[:100]}' was not found on the local computer.",
        ) from error


def known(zone: TimeZone | None, parameter: str) -> TimeZone:
    """Return a zone that may not be null."""
    if zone is None:
        raise null_argument(parameter)
    return zone


def from_utc(moment: DateTime, zone: TimeZone | None) -> DateTime:
    """Return what a clock of a zone shows at a moment."""
    zone = known(zone, "destinationTimeZone")
    if moment.kind == dates.LOCAL:
        raise bad_argument("The conversion could not be completed: the time is not in UTC.")
    kind = dates.UTC if zone.zone is None else 0
    return DateTime(moment.ticks + zone.at(moment.ticks), kind)


def to_utc(moment: DateTime, zone: TimeZone | None = COORDINATED) -> DateTime:
    """Return the moment when a clock of a zone shows this; UTC stays."""
    zone = known(zone, "sourceTimeZone")
    if moment.kind == dates.UTC:
        return moment
    return DateTime(moment.ticks - zone.of_clock(moment.ticks), dates.UTC)


def convert(moment: DateTime, zone: TimeZone | None) -> DateTime:
    """Return what a clock of a zone shows; the gateway's own zone is UTC."""
    return from_utc(DateTime(moment.ticks, dates.UTC), zone)


def convert_offset(moment: DateTimeOffset, zone: TimeZone | None) -> DateTimeOffset:
    """Return the same moment with the offset of a zone."""
    zone = known(zone, "destinationTimeZone")
    universal = moment.ticks - moment.offset
    offset = zone.at(universal)
    return DateTimeOffset(universal + offset, offset)


def offset_of(zone: TimeZone, moment: DateTime) -> TimeSpan:
    """Return the offset of a zone at a time; one that is not UTC is what a clock there shows."""
    at = zone.at if moment.kind == dates.UTC else zone.of_clock
    return TimeSpan(at(moment.ticks))
