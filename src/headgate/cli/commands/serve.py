"""`headgate serve`: run a service folder."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from headgate.cli.serving import Certificate, ServeOptions, serve


class LogLevel(Enum):
    """Levels of the log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def certificate(given: str | None, option: str) -> Certificate | None:
    """Return the certificate and key of `CERT,KEY`. Raises BadParameter."""
    if given is None:
        return None
    parts = [part.strip() for part in given.split(",")]
    if len(parts) != 2 or not all(parts):
        raise typer.BadParameter("expected CERTIFICATE,KEY: two PEM files", param_hint=option)
    for part in parts:
        if not Path(part).is_file():
            raise typer.BadParameter(f"no such file: {part}", param_hint=option)
    return Certificate(parts[0], parts[1])


def command(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="The service folder.")
    ],
    *,
    host: Annotated[
        str | None, typer.Option(help="Address that both ports listen on [127.0.0.1].")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Data port [8080]; 0: a free one.")
    ] = None,
    management_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Management port [8081]; 0: a free one.")
    ] = None,
    tls: Annotated[
        str | None, typer.Option(metavar="CERT,KEY", help="Serve the data port by TLS.")
    ] = None,
    management_tls: Annotated[
        str | None, typer.Option(metavar="CERT,KEY", help="Serve the management port by TLS.")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="FILE|URL", help="Usage records, as postgresql://… [in --state]."),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder for quotas and records [FOLDER/.headgate]."),
    ] = None,
    allow_unsupported: Annotated[
        bool,
        typer.Option(help="Serve policies with elements that do not exist here: 501 when reached."),
    ] = False,
    log_level: Annotated[
        LogLevel, typer.Option(help="Least level that is logged; policies trace at info.")
    ] = LogLevel.WARNING,
) -> None:
    """Run a service folder until SIGTERM; a changed file or SIGHUP reloads it."""
    options = ServeOptions(
        folder=folder,
        host=host,
        port=port,
        management_port=management_port,
        tls=certificate(tls, "--tls"),
        management_tls=certificate(management_tls, "--management-tls"),
        log_level=log_level.value,
        database=database,
        state=state,
        allow_unsupported=allow_unsupported,
    )
    raise typer.Exit(serve(options))
