"""``ibm-quantum show``: the account and its instances as they are."""

import json
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import fail_with, read_project
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.planning import Scope, observe
from pulumi_ibm_quantum.planning.standing import account_standing
from pulumi_ibm_quantum.report.standing import account_document, account_text


@click.command()
@options.config_or_that_of_the_project
@options.table_or_json
@options.windows
def show(config: Path, output_format: str, *, windows: bool) -> None:
    """Show the account's budget and its instances as they are. Changes nothing.

    Needs to read the account and its analytics, as an administrator may; `ibm-quantum instances` does without. Exit
    status 1 says that some of it could not be read.
    """
    configuration = read_project(config)
    with shown("reading the account") as progress:
        scope = Scope(configuration, usage="all" if windows else "rolling")
        standing = account_standing(configuration, observe(connect(), scope, progress=progress))
    if output_format == "json":
        click.echo(json.dumps(account_document(standing, configuration), indent=2))
    else:
        click.echo(account_text(standing, configuration, output_width(), windows=windows))
    fail_with(standing.instances.problems)
