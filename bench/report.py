"""The report of a run: ratios first, because absolute figures vary from machine to machine."""

from __future__ import annotations

import platform
import re
import statistics
import subprocess
from importlib.metadata import version
from pathlib import Path

import msgspec

from bench.books import Books
from bench.rig import HERE, nginx_command

Samples = dict[str, list[float]]
"""By figure, one value a round."""


class Figure(msgspec.Struct, frozen=True):
    """One row of the report: what is measured, in which unit, and how it is printed."""

    key: str
    title: str
    places: int = 0


FIGURES = (
    Figure("plain", "plain call, CPU µs", 1),
    Figure("plain_rate", "plain calls per second on one core"),
    Figure("estimated", "plain call with prompt estimation, CPU µs", 1),
    Figure("estimated_rate", "the same, calls per second on one core"),
    Figure("stream", "paced stream of 100 events, CPU µs"),
    Figure("added_p50", "added latency, median, µs"),
    Figure("added_p99", "added latency, 99th percentile, µs"),
    Figure("memory_idle", "memory before the streams, MB", 1),
    Figure("memory_open", "memory with 1,000 open streams, MB", 1),
)


class Report(msgspec.Struct, kw_only=True):
    """Everything that one run found out."""

    date: str
    rounds: int
    gateway: str
    nginx: Samples
    headgate: Samples
    body_kb: float
    books: Books | None

    def ratios(self) -> list[tuple[str, str, str]]:
        """Return (what, found, target) of data-plane targets, as far as they were measured."""
        ours, limit = medians(self.headgate), medians(self.nginx)
        rows: list[tuple[str, str, str]] = []
        for key, target in (("plain", "2.5"), ("stream", "1.6")):
            if key in ours and key in limit:
                ratio = f"{ours[key] / limit[key]:.2f} x nginx"
                rows.append((_title(key), ratio, f"<= {target} x"))
        if "estimated" in ours and "plain" in ours:
            per_kb = (ours["estimated"] - ours["plain"]) / self.body_kb
            rows.append(("prompt estimation, per KB of body", f"{per_kb:+.1f} µs", "<= +35 µs"))
        return rows

    def markdown(self) -> str:
        """Return the page that is kept as RESULTS.md."""
        lines = ["# What a call costs", ""]
        lines += [f"Measured {self.date}: medians of {self.rounds} alternating rounds in one run,"]
        lines += [f"{self.gateway} and nginx each on one core. Made by `make bench`.", ""]
        lines += ["| | found | target |", "| --- | --- | --- |"]
        lines += [f"| {what} | **{found}** | {target} |" for what, found, target in self.ratios()]
        lines += ["", f"| | nginx | {self.gateway} |", "| --- | --- | --- |"]
        for figure in FIGURES:
            if figure.key in self.headgate or figure.key in self.nginx:
                cells = (_cell(samples, figure) for samples in (self.nginx, self.headgate))
                lines.append(f"| {figure.title} | {' | '.join(cells)} |")
        lines += ["", "In brackets: the lowest and the highest round.", "", *self.books_lines()]
        lines += ["Versions: " + ", ".join(versions()) + "."]
        return "\n".join(lines) + "\n"

    def books_lines(self) -> list[str]:
        """Return the paragraph on tokens charged against tokens served."""
        if self.books is None:
            return []
        ours, theirs = self.books.charged, self.books.served
        verdict = "equal" if self.books.agree else f"**off by {ours.total - theirs.total:+,}**"
        return [
            f"Books: charged {ours.prompt:,} prompt and {ours.completion:,} completion tokens,",
            f"the upstream served {theirs.prompt:,} and {theirs.completion:,}: {verdict}.",
            "",
        ]


def medians(samples: Samples) -> dict[str, float]:
    """Return the median of each figure."""
    return {key: statistics.median(values) for key, values in samples.items() if values}


def _title(key: str) -> str:
    return next(figure.title for figure in FIGURES if figure.key == key)


def _cell(samples: Samples, figure: Figure) -> str:
    values = samples.get(figure.key)
    if not values:
        return ""
    middle, low, high = (
        f"{value:,.{figure.places}f}"
        for value in (statistics.median(values), min(values), max(values))
    )
    return middle if len(values) == 1 else f"{middle} ({low}–{high})"


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parent)
    return (done.stdout + done.stderr).strip()


def versions() -> list[str]:
    """Return what was measured, on what."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    nginx = _output(nginx_command()[0], "-v").rpartition("/")[2]
    commit = _output("git", "rev-parse", "--short", "HEAD")
    changed = " with changes" if _output("git", "status", "--porcelain", "src") else ""
    found = [
        f"Headgate {version('headgate')} ({commit}{changed})",
        f"nginx {nginx}",
        f"{platform.python_implementation()} {platform.python_version()}",
    ]
    found += [f"{name} {version(name)}" for name in ("uvloop", "httptools", "orjson", "msgspec")]
    found += [
        f"Linux {platform.release().split('-')[0]}",
        model[1] if model else platform.machine(),
    ]
    return found
