"""``ibm-quantum history``: what an account ran and has, in a file to be simulated."""

from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import load_project, warn
from pulumi_ibm_quantum.inputs.history_file import history_text
from pulumi_ibm_quantum.planning import Scope, decide, observe
from pulumi_ibm_quantum.planning.account_history import read_history


@click.command()
@options.config_or_that_of_the_project
def history(config: Path) -> None:
    """Print an account as simulate plays it. Changes nothing.

    What each instance has and is to have, and what it ran on each backend in sixty days, as YAML on standard output; it
    can be edited, and holds no secrets. A decision that must not be applied is no obstacle; standard error says
    what is wrong with it. Only plans with a rolling window (internal and premium) can be simulated.
    """
    loaded = load_project(config)
    cloud = connect()
    with shown("reading the account") as progress:
        decision = decide(loaded, observe(cloud, Scope(loaded.configuration), progress=progress))
        text = history_text(read_history(decision, cloud, progress=progress))
    warn(decision.warnings)
    for error in decision.errors:
        click.echo(f"error in the decision: {error}", err=True)
    click.echo(text, nl=False)
