"""Waits as APIM writes them into its messages (apim.md 1.7, 2.7)."""

from __future__ import annotations

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def humanised(seconds: int) -> str:
    """Return the two largest units of a wait: `21 minutes and 33 seconds`, `24 days, 14 hours`.

    The form with days was quoted with a comma, all others with `and`.
    """
    parts: list[str] = []
    rest = seconds
    for unit, length in _UNITS:
        number, rest = divmod(rest, length)
        if number:
            parts.append(f"{number} {unit}{'' if number == 1 else 's'}")
        if len(parts) == 2 or (parts and not number):
            break
    if not parts:
        return "0 seconds"
    return (", " if seconds >= 86_400 else " and ").join(parts)


def clock_form(seconds: int) -> str:
    """Return a wait as `hh:mm:ss`, with `d.` in front from one day on, as TimeSpan prints it."""
    days, rest = divmod(seconds, 86_400)
    text = f"{rest // 3_600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days}.{text}" if days else text
