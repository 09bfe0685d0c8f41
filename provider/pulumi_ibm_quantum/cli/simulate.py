"""``ibm-quantum simulate``: who runs when, and who waits, in a fair-share queue."""

import json
from pathlib import Path

import click
from click.core import ParameterSource

from pulumi_ibm_quantum.cli.package_data import QUEUE
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.documents import Document, read_file
from pulumi_ibm_quantum.forecast.forecast import TermsInForce
from pulumi_ibm_quantum.inputs.history_file import is_history, read_history
from pulumi_ibm_quantum.inputs.queue_file import read_queue
from pulumi_ibm_quantum.queue import Simulation
from pulumi_ibm_quantum.report.queue.account_run import AccountRun, account_run
from pulumi_ibm_quantum.report.queue.queue_page import queue_page
from pulumi_ibm_quantum.report.queue.tables import queue_document, queue_text

_OF_HISTORIES = {"terms": "--allocations", "seed": "--seed"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=QUEUE)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json", "html"]),
    default="table",
    show_default=True,
    help="Tables for people, JSON with every job for scripts, or a web page that needs no network.",
)
@click.option(
    "--allocations",
    "terms",
    type=click.Choice(["live", "decided"]),
    default="live",
    show_default=True,
    help="Of an account's history: play what the instances have, or what each is to have.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Of an account's history: which of many possible futures; any number.",
)
@click.pass_context
def simulate(ctx: click.Context, file: Path, output_format: str, terms: TermsInForce, seed: int) -> None:
    """Play a fair-share queue through: who runs when, who waits how long.

    FILE is YAML: the shares as a tree, the backends, and the jobs; or an account's history, as ibm-quantum history
    prints it; without it, an example is played. Of a history one possible future is played: 28 days drawn from those
    that it tells of, among other accounts' jobs. Needs no account and no key. The result goes to standard output; the
    same file and options always give the same.
    """
    with shown(f"reading {file.name}"):
        document = read_file(file)
    account = _account_played(document, terms, seed) if is_history(document) else None
    if account is not None:
        simulation = account.simulation
        click.echo(account.assumed, err=True)
    else:
        _refuse_options_of_histories(ctx, file)
        simulation = _queue_played(document)
    if output_format == "html":
        click.echo(queue_page(simulation, file.name, account), nl=False)
        return

    if output_format == "json":
        click.echo(json.dumps(queue_document(simulation), indent=2))
    else:
        click.echo(queue_text(simulation, output_width()))


def _queue_played(document: Document) -> Simulation:
    queue = read_queue(document)
    with shown() as progress:
        return queue.simulated(lambda done, total: progress("jobs", done, total))


def _account_played(document: Document, terms: TermsInForce, seed: int) -> AccountRun:
    account = read_history(document)
    if not account.history.backends:
        raise click.ClickException(f"{document.source}: no instance ran anything on any day: there is nothing to play")
    with shown("fitting other accounts' jobs") as progress:
        return account_run(account, terms, seed, progress)


def _refuse_options_of_histories(ctx: click.Context, file: Path) -> None:
    for name, option in _OF_HISTORIES.items():
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"{option} is for an account's history, and {file} is a queue: leave it out")
