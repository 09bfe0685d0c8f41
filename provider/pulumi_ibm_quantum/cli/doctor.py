"""``ibm-quantum doctor``: what the key may do, what the account has, and who else works on it."""

import json
import sys
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.config import load_configuration
from pulumi_ibm_quantum.planning.diagnosis import diagnose
from pulumi_ibm_quantum.report.diagnosis import document, text


@click.command()
@click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A project configuration to compare the account with.",
)
@options.table_or_json
def doctor(config: Path | None, output_format: str) -> None:
    """Find out what the API key may do, what the account has, and who else changes it. Only reads.

    Exit status 1 says that something failed which a preview needs.
    """
    configuration = load_configuration(config).configuration if config else None
    with shown("reading the account") as progress:
        diagnosis = diagnose(connect(), configuration, progress=progress)
    if output_format == "json":
        click.echo(json.dumps(document(diagnosis), indent=2))
    else:
        click.echo(text(diagnosis, output_width()))
    if not diagnosis.healthy:
        sys.exit(1)
