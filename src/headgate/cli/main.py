"""The `headgate` command: finds the commands in `cli.commands` and runs one.

Exit codes: 0 done, 1 errors were found or the work failed, 2 the command line is wrong.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import typer

from headgate.cli import commands

app = typer.Typer(
    name="headgate",
    help="Open gateway for LLM APIs that runs API Management policy documents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_COMMANDS = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))


def load(name: str) -> None:
    """Add one command to the application; what a command imports is paid for when it runs."""
    module = import_module(f"{commands.__name__}.{name}")
    app.command(name.replace("_", "-"))(module.command)


def run() -> None:
    """Run the command line. Loads the one command that is asked for, or all to list them."""
    asked = sys.argv[1].replace("-", "_") if len(sys.argv) > 1 else ""
    for name in [asked] if asked in _COMMANDS else _COMMANDS:
        load(name)
    if len(app.registered_commands) == 1:
        # With a single command Typer would take its name for an argument.
        app.callback()(lambda: None)
    app()


if __name__ == "__main__":
    run()
