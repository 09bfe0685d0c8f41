"""``ibm-quantum simulate``: who runs when, and who waits, in a fair-share queue."""

import json
from pathlib import Path

import click

from pulumi_ibm_quantum.cli.progress import shown


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json", "html"]),
    default="table",
    show_default=True,
    help="Tables for people, JSON with every job for scripts, or a web page that needs no network.",
)
def simulate(file: Path, output_format: str) -> None:
    """Play a fair-share queue through: who runs when, who waits how long.

    FILE is YAML: the shares as a tree, the systems, and the jobs. Needs no account and no key. The result goes to
    standard output; the same file always gives the same.
    """
    from pulumi_ibm_quantum.cli.simulation.queue_file import read_queue

    queue = read_queue(file)
    with shown() as progress:
        simulation = queue.simulated(lambda done, total: progress("jobs", done, total))
    if output_format == "html":
        from pulumi_ibm_quantum.cli.simulation.queue_page import queue_page

        click.echo(queue_page(simulation, file.name), nl=False)
        return
    from pulumi_ibm_quantum.cli.simulation.report import document, tables

    click.echo(json.dumps(document(simulation), indent=2) if output_format == "json" else tables(simulation))
