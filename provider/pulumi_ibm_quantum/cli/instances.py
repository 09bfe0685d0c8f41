"""``ibm-quantum instances``: how instances stand, for those who have no rights on the account."""

import json
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import fail_with, read_project
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.planning import Scope, observe
from pulumi_ibm_quantum.planning.standing import instances_standing
from pulumi_ibm_quantum.report.standing import instances_document, instances_text


@click.command()
@options.config_or_that_of_the_project
@options.table_or_json
def instances(config: Path, output_format: str) -> None:
    """Show the configured instances as they are: allocation, usage, limit and fairness. Changes nothing.

    Needs no rights on the account: it makes no call about the account or its analytics. The highest fairness, which the
    queue serves last, comes first. Exit status 1 says that some of it could not be read.
    """
    configuration = read_project(config)
    with shown("listing the instances") as progress:
        scope = Scope(configuration, account=False, usage="rolling")
        standing = instances_standing(configuration, observe(connect(), scope, progress=progress))
    if output_format == "json":
        click.echo(json.dumps(instances_document(standing, configuration.plan), indent=2))
    else:
        click.echo(instances_text(standing, output_width()))
    fail_with(standing.problems)
