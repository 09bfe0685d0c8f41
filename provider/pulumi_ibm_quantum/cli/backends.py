"""``ibm-quantum backends``: what an instance may run on, the least busy first."""

import json
from dataclasses import asdict

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.chosen_instance import ChosenInstance, of_instance
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.report.serverless import backends_table
from pulumi_ibm_quantum.vocabulary import printable


@click.command()
@click.option("--min-qubits", type=click.IntRange(min=0), default=0, metavar="N", help="Only those with so many.")
@click.option("--all", "with_all", is_flag=True, help="Also those that run no jobs at the moment.")
@click.option("--least-busy", is_flag=True, help="Only the first, by its name alone; status 1 where there is none.")
@options.table_or_json
@of_instance
def backends(
    instance: ChosenInstance, min_qubits: int, output_format: str, *, with_all: bool, least_busy: bool
) -> None:
    """List the operational backends that an instance may use, the least busy first."""
    with shown("listing the backends"):
        found = instance.cloud.quantum_platform.live_backends(instance.crn)
    chosen = [one for one in found if one.qubits >= min_qubits and (one.operational or with_all)]
    if least_busy and not chosen:
        raise click.ClickException(f"none of the {len(found)} backends of {instance.name} will do")
    if least_busy:
        chosen = chosen[:1]
    if output_format == "json":
        click.echo(json.dumps({"backends": [asdict(one) for one in chosen]}, indent=2))
    elif least_busy:
        click.echo(printable(chosen[0].name))
    elif chosen:
        click.echo(backends_table(chosen, output_width()))
    else:
        click.echo(f"None of the {len(found)} backends of {instance.name} will do", err=True)
