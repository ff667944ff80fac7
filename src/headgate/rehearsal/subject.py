"""Finds what a test is about: the service folder around it, or documents by themselves."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import UNSET

from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import Service
from headgate.policy.findings import nearest
from headgate.rehearsal.asking import subscription_id
from headgate.rehearsal.documents import is_service_folder
from headgate.rehearsal.expectations import Keys
from headgate.rehearsal.fixture import service_of, settings_of
from headgate.rehearsal.reading import SUFFIXES, Trial
from headgate.rehearsal.script import Script
from headgate.settings.folder import load_service
from headgate.settings.gateway import GatewaySettings

ALONE = frozenset(
    ("api-path", "backends", "fragments", "operation", "product", "service-url", "user")
)
"""Keys that make a service where there is none."""


class Obstacle(Exception):
    """A test cannot be run: the mistakes, and the keys of the test that they are at."""

    def __init__(self, *mistakes: str, path: Keys = ()) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes
        self.path = path


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a test is about."""

    folder: Path
    """What the files of documents are relative to."""
    service: Service
    settings: GatewaySettings
    is_folder: bool
    """Whether it is a service folder, as opposed to documents by themselves."""


def subject_of(trial: Trial) -> Subject:
    """Return what a test is about. Raises Obstacle."""
    script = trial.script
    root = None if stands_alone(script) else service_around(trial.file)
    if root is None:
        return alone(trial)
    loaded = load_service(root, named_values=script.named_values)
    if loaded.service is None:
        raise Obstacle(*told(root, loaded.diagnostics))
    settings = settings_of(script.settings, loaded.settings)
    return Subject(folder=root, service=loaded.service, settings=settings, is_folder=True)


def stands_alone(script: Script) -> bool:
    """Tell whether a test names the documents that it is about."""
    return script.policy is not None or bool(script.scopes)


def service_around(file: Path) -> Path | None:
    """Return the service folder that a file stands in."""
    return next((folder for folder in file.parents if is_service_folder(folder)), None)


def alone(trial: Trial) -> Subject:
    """Return a service of one operation, made for the documents of a test. Raises Obstacle."""
    folder = trial.file.parent
    script = trial.script
    try:
        service = service_of(script, folder, document=document_of(trial))
    except (OSError, UnicodeDecodeError) as error:
        raise Obstacle(f"A document cannot be read: {error}") from error
    except ValueError as error:
        raise Obstacle(str(error)) from error
    settings = settings_of(script.settings, GatewaySettings())
    return Subject(folder=folder, service=service, settings=settings, is_folder=False)


def document_of(trial: Trial) -> str:
    """Return the document of a test that stands alone: by default the one that is named alike."""
    if trial.script.policy is not None:
        return trial.script.policy
    for suffix in SUFFIXES:
        named_alike = trial.file.name.removesuffix(suffix) + ".xml"
        if trial.file.name.endswith(suffix) and trial.file.with_name(named_alike).is_file():
            return named_alike
    return "policy.xml"


def check(trial: Trial, subject: Subject) -> None:
    """Check that a test fits its service folder, which has what it names. Raises Obstacle."""
    for key in sorted(trial.given & ALONE):
        message = f"`{key}` is for tests of one document; this is one of {subject.folder}."
        hint = "To test a document by itself, name it by `policy`."
        raise Obstacle(f"{message} ({hint})", path=(key,))
    script = trial.script
    known = [subscription.id for subscription in subject.service.subscriptions]
    for index, asked in enumerate(script.requests):
        wanted = subscription_id(script, asked)
        if wanted is not None and wanted not in known:
            path: Keys = ("subscription",)
            if asked.subscription is not UNSET:
                path = ("requests", index, "subscription")
            raise missing("subscription", wanted, known=known, path=path)
    values = [value.name for value in subject.service.named_values]
    for name in script.named_values:
        if name not in values:
            raise missing("named value", name, known=values, path=("named-values", name))


def missing(what: str, name: str, *, known: list[str], path: Keys) -> Obstacle:
    """Return what is said of a name that the service does not have."""
    hint = nearest(name, known)()
    return Obstacle(
        f"The service has no {what} `{name}`." + (f" ({hint})" if hint else ""), path=path
    )


def told(root: Path, diagnostics: list[Diagnostic]) -> list[str]:
    """Return the errors of a service, with paths that lead to its files."""
    return [
        str(msgspec.structs.replace(found, file=str(root / found.file)))
        for found in diagnostics
        if found.severity == "error"
    ]
