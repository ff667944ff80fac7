"""The files of a service folder: read within bounds, parsed, and complained about.

Nothing here raises for what an operator wrote: every problem becomes a diagnostic with file, line
and column, and reading goes on, so that all problems are reported at once.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec
import orjson

from headgate.model.diagnostic import Diagnostic, Position, Severity
from headgate.settings.places import json_position, position_of, toml_position
from headgate.settings.yaml_text import YamlError, YamlText, parse_yaml

KIB = 1024
DOCUMENT_MAX = 1024 * KIB
"""Bytes of an information file, a policy document or headgate.toml (design: security)."""
SPECIFICATION_MAX = 8 * 1024 * KIB
"""Bytes of an OpenAPI specification; the largest of Azure's are below 3 MB."""
ENTITIES_MAX = 10_000
"""Folders of one kind."""

_TOML_PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)$", re.DOTALL)

Where = tuple["str | int", ...]
"""A path inside a document: names of members and indexes of lists."""


class Document(msgspec.Struct, frozen=True):
    """A parsed file. `value` is what it holds, `position` where a part of it stands."""

    file: str
    text: str
    value: Any
    kind: Literal["json", "yaml", "toml"]
    yaml: YamlText | None = None

    def position(self, where: Where) -> Position:
        """Return where a part of the document stands, or the deepest part around it."""
        if self.yaml is not None:
            return Position(*self.yaml.position(where))
        locate = json_position if self.kind == "json" else toml_position
        return locate(self.text, where)


class Folder:
    """A service folder that is being read: its root, what was found wrong, what was looked at."""

    def __init__(
        self,
        root: Path,
        environment: Mapping[str, str],
        *,
        named_values: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root
        self.environment = environment
        self.named_values = named_values or {}
        """By name: what goes before the values that the folder gives."""
        self.diagnostics: list[Diagnostic] = []
        self.watched: set[Path] = set()
        self._real_root = root.resolve()

    # Telling

    def report(
        self,
        code: str,
        message: str,
        *,
        file: str,
        at: Position | None = None,
        hint: str = "",
        severity: Severity = "error",
    ) -> None:
        """Add a diagnostic about a file."""
        at = at or Position()
        self.diagnostics.append(
            Diagnostic(
                file=file,
                line=at.line,
                column=at.column,
                code=code,
                message=message,
                hint=hint,
                severity=severity,
            )
        )

    def complain(
        self,
        code: str,
        message: str,
        *,
        document: Document,
        where: Where = (),
        hint: str = "",
        severity: Severity = "error",
    ) -> None:
        """Add a diagnostic about a part of a document."""
        at = document.position(where)
        self.report(code, message, file=document.file, at=at, hint=hint, severity=severity)

    def name_of(self, path: Path) -> str:
        """Return how diagnostics name a file: relative to the folder, with slashes."""
        return path.relative_to(self.root).as_posix()

    # Reading

    def has(self, path: Path) -> bool:
        """Say whether there is such a path; where the system does not tell, reading it will."""
        try:
            return path.exists()
        except OSError:
            return True

    def folders(self, path: Path) -> list[Path]:
        """Return the folders in a folder, by name; each stands for one entity, its name is the id.

        Hidden ones are left out. Of two ids that differ only in case the second is an error.
        """
        if not self._admissible(path):
            return []
        self.watched.add(path)
        try:
            found = sorted(entry for entry in path.iterdir() if entry.is_dir())
        except OSError as error:
            self.report("HG501", _reason(error), file=self.name_of(path))
            return []
        found = [entry for entry in found if not entry.name.startswith(".")]
        if len(found) > ENTITIES_MAX:
            message = f"{len(found)} folders, at most {ENTITIES_MAX} are read"
            self.report("HG526", message, file=self.name_of(path))
            return []
        seen: dict[str, str] = {}
        for entry in found:
            other = seen.setdefault(entry.name.lower(), entry.name)
            if other != entry.name:
                message = f"the id {entry.name!r} is also declared by {other!r}"
                self.report("HG520", message, file=self.name_of(entry), hint="ids ignore case")
        return found

    def text(self, path: Path, *, limit: int = DOCUMENT_MAX) -> str | None:
        """Return a file's text, None where there is no such file or it cannot be used."""
        if not self._admissible(path):
            return None
        self.watched.add(path)
        file = self.name_of(path)
        try:
            with path.open("rb") as stream:
                raw = stream.read(limit + 1)
        except OSError as error:
            self.report("HG501", _reason(error), file=file)
            return None
        if len(raw) > limit:
            self.report("HG502", f"larger than {limit} bytes", file=file)
            return None
        try:
            # Editors on Windows put a byte order mark in front; it is not content.
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = raw[: error.start].decode("utf-8")
            at = position_of(before, len(before))
            self.report("HG504", "not UTF-8 text", file=file, at=at, hint="save it as UTF-8")
            return None

    def json(self, path: Path) -> Document | None:
        """Return a JSON file; None where it is missing or broken."""
        return self._parsed(path, "json", limit=DOCUMENT_MAX)

    def toml(self, path: Path) -> Document | None:
        """Return a TOML file; None where it is missing or broken."""
        return self._parsed(path, "toml", limit=DOCUMENT_MAX)

    def specification(self, path: Path) -> Document | None:
        """Return an OpenAPI file in JSON or YAML; None where it is missing or broken."""
        kind: Literal["json", "yaml"] = "json" if path.suffix == ".json" else "yaml"
        return self._parsed(path, kind, limit=SPECIFICATION_MAX)

    def _parsed(
        self, path: Path, kind: Literal["json", "yaml", "toml"], *, limit: int
    ) -> Document | None:
        text = self.text(path, limit=limit)
        if text is None:
            return None
        file = self.name_of(path)
        try:
            if kind == "json":
                return Document(file, text, orjson.loads(text), kind)
            if kind == "toml":
                return Document(file, text, tomllib.loads(text, parse_float=Decimal), kind)
            parsed = parse_yaml(text)
            return Document(file, text, parsed.value, kind, parsed)
        except orjson.JSONDecodeError as error:
            at = Position(error.lineno, error.colno)
            self.report("HG505", f"not valid JSON: {error.msg}", file=file, at=at)
        except YamlError as error:
            at = Position(*error.at)
            self.report("HG506", f"not valid YAML: {error}", file=file, at=at)
        except tomllib.TOMLDecodeError as error:
            match = _TOML_PLACE.match(str(error))
            at = Position(int(match[2]), int(match[3])) if match else position_of(text, len(text))
            reason = match[1] if match else str(error)
            self.report("HG507", f"not valid TOML: {reason}", file=file, at=at)
        return None

    def _admissible(self, path: Path) -> bool:
        """Say whether there is such a path within the folder; report one that leads out of it."""
        try:
            real = path.resolve(strict=True)
        except FileNotFoundError:
            return False
        except (OSError, RuntimeError) as error:
            self.report("HG501", _reason(error), file=self.name_of(path))
            return False
        if real.is_relative_to(self._real_root):
            return True
        message = "leads out of the service folder"
        self.report("HG503", message, file=self.name_of(path), hint="put the file itself there")
        return False


def _reason(error: Exception) -> str:
    """Return why the system refused, without the path: the diagnostic names the file already."""
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the known name most like an unknown one, or an empty string."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    return f"did you mean {close[0]!r}?" if close else ""
