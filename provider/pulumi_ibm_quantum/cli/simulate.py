"""``ibm-quantum simulate``: who runs when, and who waits, in a fair-share queue."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.terminal import output_width

if TYPE_CHECKING:
    from pulumi_ibm_quantum.documents import Document
    from pulumi_ibm_quantum.forecast.one_future import PlanName
    from pulumi_ibm_quantum.queue import Simulation
    from pulumi_ibm_quantum.report.queue.account_run import AccountRun

_OF_SNAPSHOTS = ("plan", "seed")


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
@click.option(
    "--plan",
    type=click.Choice(["live", "decided"]),
    default="live",
    show_default=True,
    help="Of an account snapshot: play what the instances have, or what each is to have.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Of an account snapshot: which of many possible futures; any number.",
)
@click.pass_context
def simulate(ctx: click.Context, file: Path, output_format: str, plan: "PlanName", seed: int) -> None:
    """Play a fair-share queue through: who runs when, who waits how long.

    FILE is YAML: the shares as a tree, the systems, and the jobs; or an account snapshot, as ibm-quantum snapshot
    prints it. Of a snapshot one possible future is played: 28 days drawn from those that it tells of, among other
    accounts' jobs. Needs no account and no key. The result goes to standard output; the same file and options always
    give the same.
    """
    from pulumi_ibm_quantum.cli.simulation.reading import read_document
    from pulumi_ibm_quantum.cli.simulation.snapshot_file import is_snapshot

    with shown(f"reading {file.name}"):
        document = read_document(file)
    account = _account_played(document, plan, seed) if is_snapshot(document) else None
    if account is not None:
        simulation = account.simulation
        click.echo(account.assumed, err=True)
    else:
        _refuse_options_of_snapshots(ctx, file)
        simulation = _queue_played(document)
    if output_format == "html":
        from pulumi_ibm_quantum.report.queue.queue_page import queue_page

        click.echo(queue_page(simulation, file.name, account), nl=False)
        return
    from pulumi_ibm_quantum.report.queue.tables import queue_document, queue_text

    if output_format == "json":
        click.echo(json.dumps(queue_document(simulation), indent=2))
    else:
        click.echo(queue_text(simulation, output_width()))


def _queue_played(document: "Document") -> "Simulation":
    from pulumi_ibm_quantum.cli.simulation.queue_file import read_queue

    queue = read_queue(document)
    with shown() as progress:
        return queue.simulated(lambda done, total: progress("jobs", done, total))


def _account_played(document: "Document", plan: "PlanName", seed: int) -> "AccountRun":
    from pulumi_ibm_quantum.cli.simulation.snapshot_file import read_account
    from pulumi_ibm_quantum.report.queue.account_run import account_run

    snapshot = read_account(document)
    if not snapshot.history.systems:
        raise click.ClickException(f"{document.source}: no instance ran anything on any day: there is nothing to play")
    with shown("fitting other accounts' jobs") as progress:
        return account_run(snapshot, plan, seed, progress)


def _refuse_options_of_snapshots(ctx: click.Context, file: Path) -> None:
    for name in _OF_SNAPSHOTS:
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--{name} is for an account snapshot, and {file} is a queue: leave it out")
