"""`headgate check`: compile documents and service folders without serving them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import PolicySource, Service
from headgate.policy.compile import Scope, compile_document
from headgate.policy.elements import discover
from headgate.policy.surroundings import Surroundings
from headgate.rehearsal.documents import (
    Unreadable,
    is_fragment,
    is_policy,
    is_service_folder,
    read,
    walk,
)
from headgate.settings.folder import load_service

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_NOTHING = 2
"""There was nothing to check: probably not what was meant."""


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found. A document is a policy document, a fragment, or a folder's settings."""

    documents: int
    ok: int
    failed: int
    diagnostics: list[Diagnostic]

    @property
    def exit_code(self) -> int:
        """Return the exit status of the command."""
        if self.failed:
            return EXIT_FAILED
        return EXIT_OK if self.documents else EXIT_NOTHING

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        return msgspec.json.encode(self).decode()

    def to_text(self) -> str:
        """Return the report as lines: each finding, then a summary."""
        if not self.documents:
            return "Nothing to check: no policy document was found."
        lines = [f"{found} [{found.severity}]" for found in self.diagnostics]
        noun = "document" if self.documents == 1 else "documents"
        lines.append(f"{self.documents} {noun}: {self.ok} ok, {self.failed} failed")
        return "\n".join(lines)


def check(
    paths: Iterable[Path],
    *,
    variables: Mapping[str, str] | None = None,
    allow_missing_named_values: bool = False,
    allow_unsupported: bool = False,
) -> CheckReport:
    """Check every policy document, fragment and service folder at or below the paths.

    Never raises for what it finds there. Files that are named are checked whatever they hold; of
    those below a folder only `.xml` files that begin as policy documents.
    """
    options = Surroundings(
        registry=discover(),
        variables=variables or {},
        allow_missing_named_values=allow_missing_named_values,
        allow_unsupported=allow_unsupported,
        stands_alone=True,
    )
    checker = _Checker(options)
    for path in paths:
        checker.path(path)
    checker.loose()
    return CheckReport(
        documents=checker.ok + checker.failed,
        ok=checker.ok,
        failed=checker.failed,
        diagnostics=list(checker.diagnostics),
    )


class _Checker:
    def __init__(self, options: Surroundings) -> None:
        self.options = options
        self.ok = 0
        self.failed = 0
        # A finding in a fragment comes up in every document that includes it, and counts once.
        self.diagnostics: dict[Diagnostic, None] = {}
        self.sources: dict[str, PolicySource] = {}

    def count(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Count one document and what was found in it."""
        found = list(diagnostics)
        self.diagnostics.update(dict.fromkeys(found))
        if any(diagnostic.severity == "error" for diagnostic in found):
            self.failed += 1
        else:
            self.ok += 1

    def path(self, path: Path) -> None:
        for found in walk(path):
            if isinstance(found, Unreadable):
                self.count([found.diagnostic()])
            elif is_service_folder(found):
                self.service(found)
            else:
                self.file(found, is_named=found == path)

    def file(self, path: Path, *, is_named: bool) -> None:
        """Keep a document for later: fragments may come after the documents that include them."""
        text = read(path)
        if isinstance(text, Unreadable):
            self.count([text.diagnostic()])
        elif is_named or is_policy(text):
            self.sources[str(path)] = PolicySource(file=str(path), text=text)

    def loose(self) -> None:
        """Check the documents that belong to no service; a fragment goes by its file's name."""
        fragments = {
            Path(source.file).stem: source
            for source in self.sources.values()
            if is_fragment(source)
        }
        surroundings = msgspec.structs.replace(self.options, fragments=fragments)
        for source in self.sources.values():
            scope: Scope = "fragment" if is_fragment(source) else "api"
            self.count(compile_document(source, scope=scope, surroundings=surroundings)[1])

    def service(self, folder: Path) -> None:
        """Check a service folder as `headgate serve` would read it."""
        loaded = load_service(folder)
        self.count(_below(folder, loaded.diagnostics))
        if loaded.service is None:
            return
        service = loaded.service
        surroundings = msgspec.structs.replace(
            self.options,
            named_values={value.name: value for value in service.named_values},
            fragments=service.fragments,
            backends=frozenset(backend.id for backend in service.backends),
            stands_alone=False,
        )
        for scope, source in _sources(service):
            _, found = compile_document(source, scope=scope, surroundings=surroundings)
            self.count(_below(folder, found))


def _below(folder: Path, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the findings of a folder with paths that lead there."""
    for found in diagnostics:
        yield msgspec.structs.replace(found, file=str(folder / found.file))


def _sources(service: Service) -> Iterator[tuple[Scope, PolicySource]]:
    """Yield all documents of a service, broad before narrow."""
    for fragment in service.fragments.values():
        yield "fragment", fragment
    if service.global_policy is not None:
        yield "global", service.global_policy
    for product in service.product_policies.values():
        yield "product", product
    for api in service.api_policies.values():
        yield "api", api
    for operation in service.operation_policies.values():
        yield "operation", operation
