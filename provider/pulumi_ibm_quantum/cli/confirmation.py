"""Asking before something is lost."""

import sys

import click

YES = click.option("--yes", "-y", is_flag=True, help="Do it without asking.")


def confirm(question: str, *, yes: bool) -> None:
    """Go on if a person agrees, or ``--yes`` was given.

    Raises:
        click.UsageError: there is nobody to be asked.
        click.ClickException: the person does not agree.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} This is not a terminal where you could be asked: give --yes")
    if not click.confirm(question, err=True):
        raise click.ClickException("Nothing was done")
