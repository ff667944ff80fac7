"""What a run of tests says: to people, as JSON and as JUnit's XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.etree import ElementTree

import msgspec

from headgate.rehearsal.coverage import Covered, percent
from headgate.rehearsal.reading import Mistake
from headgate.rehearsal.suite import Verdict

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_NOTHING = 2
"""There was nothing to test: probably not what was meant."""

LINE_MAX = 1000
"""Characters of a value that are shown."""
INDENT = "        "


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that came of a run."""

    verdicts: list[Verdict]
    mistakes: list[Mistake]
    covered: list[Covered]
    coverage_min: int | None = None

    @property
    def failed(self) -> int:
        """Return how many tests failed or could not be run."""
        return sum(not verdict.passed for verdict in self.verdicts)

    @property
    def percent(self) -> int:
        """Return how much of all documents ran."""
        part = sum(one.ran + one.taken for one in self.covered)
        return percent(part, sum(one.elements + one.branches for one in self.covered))

    @property
    def exit_code(self) -> int:
        """Return the exit status of the command."""
        too_little = self.coverage_min is not None and self.percent < self.coverage_min
        if self.failed or self.mistakes or too_little:
            return EXIT_FAILED
        return EXIT_OK if self.verdicts else EXIT_NOTHING

    def to_text(self) -> str:
        """Return the report as lines: each test, then coverage, then a summary."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for mistake in self.mistakes:
            yield str(mistake)
        for file, verdicts in groupby(self.verdicts, key=lambda verdict: verdict.file):
            yield file
            for verdict in verdicts:
                yield f"  {'ok  ' if verdict.passed else 'FAIL'}  {verdict.name}"
                yield from (f"{INDENT}{line}" for line in told_of(verdict))
        incomplete = list(covered_lines(self.covered))
        if incomplete:
            yield "Not all elements and branches ran:"
            yield from incomplete
        yield self._summary()

    def _summary(self) -> str:
        if not self.verdicts and not self.mistakes:
            return "Nothing to test: no test was found in files *.test.yaml."
        total = len(self.verdicts)
        passed = total - self.failed
        parts = [f"{total} {'test' if total == 1 else 'tests'}: {passed} passed"]
        parts.append(f"{self.failed} failed")
        if self.mistakes:
            parts.append(f"{len(self.mistakes)} files with mistakes")
        if self.covered:
            least = "" if self.coverage_min is None else f" (at least {self.coverage_min} % wanted)"
            parts.append(f"coverage {self.percent} %{least}")
        return ", ".join(parts)

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        builtins = {
            "tests": [
                {**msgspec.to_builtins(verdict), "passed": verdict.passed}
                for verdict in self.verdicts
            ],
            "mistakes": msgspec.to_builtins(self.mistakes),
            "coverage": {
                "percent": self.percent,
                "documents": [
                    {**msgspec.to_builtins(one), "percent": one.percent} for one in self.covered
                ],
            },
            "passed": len(self.verdicts) - self.failed,
            "failed": self.failed,
        }
        return msgspec.json.encode(builtins).decode()

    def to_junit(self) -> str:
        """Return the report in the form that build servers read: JUnit's XML."""
        root = ElementTree.Element(
            "testsuites",
            tests=str(len(self.verdicts) + len(self.mistakes)),
            failures=str(self.failed),
            errors=str(len(self.mistakes)),
        )
        for file, group in groupby(self.verdicts, key=lambda verdict: verdict.file):
            verdicts = list(group)
            suite = ElementTree.SubElement(
                root,
                "testsuite",
                name=file,
                tests=str(len(verdicts)),
                failures=str(sum(not verdict.passed for verdict in verdicts)),
            )
            for verdict in verdicts:
                case = ElementTree.SubElement(
                    suite,
                    "testcase",
                    classname=file,
                    name=verdict.name,
                    file=file,
                    line=str(verdict.line),
                )
                if not verdict.passed:
                    lines = list(told_of(verdict))
                    failure = ElementTree.SubElement(case, "failure", message=plain(lines[0]))
                    failure.text = plain("\n".join(lines))
        for mistake in self.mistakes:
            suite = ElementTree.SubElement(
                root, "testsuite", name=mistake.file, tests="1", errors="1"
            )
            case = ElementTree.SubElement(
                suite, "testcase", classname=mistake.file, name="the file can be read"
            )
            ElementTree.SubElement(case, "error", message=plain(str(mistake)))
        ElementTree.indent(root)
        return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def told_of(verdict: Verdict) -> Iterator[str]:
    """Yield why a test failed: each difference with its place in the test."""
    yield from verdict.mistakes
    answered = ""
    for finding in verdict.findings:
        yield f"{verdict.file}:{finding.line}:{finding.column} {finding.what}"
        yield f"    expected  {cut(finding.wanted)}"
        yield f"    actual    {cut(finding.came)}"
        if finding.answered not in ("", answered):
            yield f"    answered by {finding.answered}"
            answered = finding.answered


def cut(text: str) -> str:
    """Return a value, shortened where it is very long."""
    if len(text) <= LINE_MAX:
        return text
    return f"{text[:LINE_MAX]}… ({len(text)} characters)"


def plain(text: str) -> str:
    """Return text without the control characters that no XML has."""
    return "".join(char if char >= " " or char in "\t\n" else "�" for char in text)


def covered_lines(covered: Iterable[Covered]) -> Iterator[str]:
    """Yield the documents of which something did not run, and what."""
    for one in covered:
        if one.percent == 100:
            continue
        yield f"  {one.percent:3d} %  {one.file}"
        if one.lines:
            yield f"{INDENT} never ran: {', '.join(map(ranged, one.lines))}"
        for line, name in one.missed:
            yield f"{INDENT} never taken: line {line}, {name}"


def ranged(lines: tuple[int, int]) -> str:
    """Return a range of lines."""
    first, last = lines
    return f"line {first}" if first == last else f"lines {first}-{last}"
