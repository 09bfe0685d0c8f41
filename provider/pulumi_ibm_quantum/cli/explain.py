"""``ibm-quantum explain``: every second of one instance's allocation."""

import json
from pathlib import Path

import click

from pulumi_ibm_quantum.balancer import explain as explain_balance
from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import fail_with, load_project, warn
from pulumi_ibm_quantum.documents import suggestion
from pulumi_ibm_quantum.planning import Scope, decide, observe
from pulumi_ibm_quantum.report.explanation import explanation_document, explanation_text


@click.command()
@click.argument("name")
@options.config_or_that_of_the_project
@options.table_or_json
def explain(name: str, config: Path, output_format: str) -> None:
    """Explain what the load balancer would give to the instance NAME: every second of it, and what would bring more.

    Changes nothing. Exit status 1 says that the decision of which this is a part must not be applied.
    """
    loaded = load_project(config)
    names = [entry.name for entry in loaded.configuration.instances]
    if name not in names:
        raise click.ClickException(f"{config} has no instance {name}{suggestion(name, names, {})}")
    with shown("reading the account") as progress:
        decision = decide(loaded, observe(connect(), Scope(loaded.configuration), progress=progress))
    told = explain_balance(decision.balance, name)
    warn(decision.warnings)
    if output_format == "json":
        click.echo(json.dumps(explanation_document(decision.balance, told), indent=2))
    else:
        click.echo(explanation_text(decision.balance, told))
    fail_with(decision.errors)
