"""Reading the project configuration that a command is given, and saying what is wrong."""

import sys
from collections.abc import Collection, Iterable
from pathlib import Path

import click

from pulumi_ibm_quantum.config import LoadedConfiguration, ProjectConfiguration, load_configuration


def load_project(config: Path) -> LoadedConfiguration:
    """Return a configuration with the places in its text; what is ignored in it is said on standard error.

    Raises:
        ConfigurationError: it cannot be used; all reasons.
    """
    loaded = load_configuration(config)
    warn(map(str, loaded.warnings))
    return loaded


def read_project(config: Path) -> ProjectConfiguration:
    """Return a configuration as `load_project` does, without the places."""
    return load_project(config).configuration


def warn(warnings: Iterable[str]) -> None:
    """Say warnings on standard error, a line each."""
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


def fail_with(errors: Collection[str]) -> None:
    """Say errors on standard error, a line each, and end with status 1 if there are any."""
    for error in errors:
        click.echo(f"error: {error}", err=True)
    if errors:
        sys.exit(1)
