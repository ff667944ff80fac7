"""The entities of a service folder: one folder each, declared by an information file.

Names of folders are those of Azure's APIOps extractor (`named values`), and of its successor,
apiops-cli (`namedValues`); both are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from headgate.model.diagnostic import Severity
from headgate.settings.binding import Properties, Settings, bind
from headgate.settings.documents import Document, Folder, Where

Kind = TypeVar("Kind", bound=Properties | Settings)


class Entry(Generic[Kind]):
    """A declared thing: the id that its folder gives, its properties, and where they stand."""

    __slots__ = ("_where", "document", "folder", "id", "path", "properties")

    def __init__(
        self, folder: Folder, path: Path, *, document: Document, where: Where, properties: Kind
    ) -> None:
        self.folder = folder
        self.path = path
        self.id = path.name
        self.document = document
        self.properties = properties
        self._where = where

    def place(self, *where: str | int) -> Where:
        """Return the path of a property within the document."""
        return (*self._where, *where)

    def complain(
        self,
        code: str,
        message: str,
        *,
        where: Where = (),
        hint: str = "",
        severity: Severity = "error",
    ) -> None:
        """Add a diagnostic about one of the properties."""
        self.folder.complain(
            code,
            message,
            document=self.document,
            where=self.place(*where),
            hint=hint,
            severity=severity,
        )


def read_entry(folder: Folder, path: Path, *, file: str, kind: type[Kind]) -> Entry[Kind] | None:
    """Return the entity that a folder declares, None where its file is missing or broken.

    ARM's envelope (`{"properties": {...}}`) may be left out.
    """
    document = folder.json(path / file)
    return None if document is None else bind_entry(folder, path, document=document, kind=kind)


def bind_entry(
    folder: Folder, path: Path, *, document: Document, kind: type[Kind]
) -> Entry[Kind] | None:
    """Return the entity that a document declares, None where something in it is wrong."""
    wrapped = isinstance(document.value, dict) and "properties" in document.value
    where: Where = ("properties",) if wrapped else ()
    properties = bind(folder, document, kind=kind, where=where)
    if properties is None:
        return None
    return Entry(folder, path, document=document, where=where, properties=properties)


def places(folder: Folder, *nouns: str, file: str, missing: str = "HG508") -> Iterator[Path]:
    """Yield the folders of a kind of entity; `nouns` are the names that their folder may have.

    One without its information file is reported with the code `missing`.
    """
    for noun in nouns:
        for path in folder.folders(folder.root / noun):
            if folder.has(path / file):
                yield path
            else:
                hint = f"write {file}, or remove the folder"
                folder.report(missing, f"{file} is missing", file=folder.name_of(path), hint=hint)


def entries(folder: Folder, *nouns: str, file: str, kind: type[Kind]) -> Iterator[Entry[Kind]]:
    """Yield the sound entities of a kind; `nouns` are the names that their folder may have."""
    for path in places(folder, *nouns, file=file):
        entry = read_entry(folder, path, file=file, kind=kind)
        if entry is not None:
            yield entry
