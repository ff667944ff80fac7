"""Finds the policy documents below paths, and reads them whatever they hold."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import PolicySource
from headgate.policy.scanner import SIZE_MAX

BYTES_MAX = 4 * SIZE_MAX
"""More bytes than this are more characters than a document may have, in any encoding."""

# Atomic groups: what was skipped is never looked at again, however the text goes on.
PROLOGUE = r"(?:(?>\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*+>))*+"
ROOT = re.compile(PROLOGUE + r"<(policies|fragment)\b", re.DOTALL)
"""The beginning of a policy document, well-formed or not."""

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(msgspec.Struct, frozen=True):
    """A file or folder whose content cannot be had, and why."""

    file: str
    code: str
    reason: str

    def diagnostic(self) -> Diagnostic:
        """Return the finding about it."""
        return Diagnostic(file=self.file, line=1, column=1, code=self.code, message=self.reason)


def is_service_folder(folder: Path) -> bool:
    """Tell whether a folder is read as a whole, as `headgate serve` reads it."""
    try:
        if (folder / "headgate.toml").is_file():
            return True
        apis = folder / "apis"
        return apis.is_dir() and any(
            (api / "apiInformation.json").is_file() for api in apis.iterdir()
        )
    except OSError:
        # What cannot be looked into is reported where it is walked.
        return False


def walk(path: Path) -> Iterator[Path | Unreadable]:
    """Yield the service folders and `.xml` files at or below a path, in order.

    Nothing below a service folder is yielded; links to folders are not followed.
    """
    if not path.is_dir():
        yield path
        return
    unreadable: list[OSError] = []
    for name, folders, files in os.walk(path, onerror=unreadable.append):
        folder = Path(name)
        if is_service_folder(folder):
            folders.clear()
            yield folder
            continue
        folders[:] = sorted(entry for entry in folders if not entry.startswith("."))
        yield from (folder / file for file in sorted(files) if file.lower().endswith(".xml"))
    for error in unreadable:
        yield Unreadable(
            str(error.filename), "HG113", f"The folder cannot be read: {reason(error)}."
        )


def read(path: Path) -> str | Unreadable:
    """Return a file's text. Never raises, and never waits for a pipe or device."""
    file = str(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Unreadable(file, "HG113", "This is not a regular file.")
        with path.open("rb") as stream:
            raw = stream.read(BYTES_MAX + 1)
    except OSError as error:
        return Unreadable(file, "HG113", f"The file cannot be read: {reason(error)}.")
    if len(raw) > BYTES_MAX:
        return Unreadable(file, "HG100", f"The file has more than {BYTES_MAX} bytes.")
    try:
        return raw.decode("utf-16" if raw.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        return Unreadable(file, "HG113", f"The file is not UTF-8 text: byte {error.start} is not.")


def reason(error: OSError) -> str:
    """Return what the system says, without the path."""
    return error.strerror or type(error).__name__


def is_policy(text: str) -> bool:
    """Tell whether a text begins as a policy document or fragment."""
    return ROOT.match(text) is not None


def is_fragment(source: PolicySource) -> bool:
    """Tell whether a document is a fragment."""
    match = ROOT.match(source.text)
    return match is not None and match[1] == "fragment"
