"""Policy documents and fragments: their text and where it came from. `policy` compiles them."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from headgate.model.entities import PolicySource
from headgate.settings.binding import Properties
from headgate.settings.documents import Folder
from headgate.settings.entries import read_entry

POLICY = "policy.xml"


class FragmentProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a policy fragment besides its policy.xml."""

    harmless: ClassVar[frozenset[str]] = frozenset({"description", "provisioningState"})
    value: str | None = None
    format: str | None = None


def load_policy(folder: Folder, path: Path) -> PolicySource | None:
    """Return the policy.xml of a folder, None where it has none."""
    text = folder.text(path / POLICY)
    return None if text is None else PolicySource(file=folder.name_of(path / POLICY), text=text)


def load_fragments(folder: Folder) -> dict[str, PolicySource]:
    """Read all policy fragments, by id: the text of policy.xml, else the property `value`."""
    fragments: dict[str, PolicySource] = {}
    for noun in ("policy fragments", "policyFragments"):
        for path in folder.folders(folder.root / noun):
            file = "policyFragmentInformation.json"
            entry = read_entry(folder, path, file=file, kind=FragmentProperties)
            source = load_policy(folder, path)
            if source is None and entry is not None and entry.properties.value:
                source = PolicySource(file=entry.document.file, text=entry.properties.value)
            if source is not None:
                fragments[path.name] = source
            elif not folder.has(path / POLICY):
                folder.report("HG508", f"{POLICY} is missing", file=folder.name_of(path))
    return fragments
