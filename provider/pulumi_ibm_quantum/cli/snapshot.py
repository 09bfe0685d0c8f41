"""``ibm-quantum snapshot``: the account as it is, in a file that decisions can be made from without a key."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import read_project
from pulumi_ibm_quantum.planning import Scope, observe
from pulumi_ibm_quantum.planning.account_history import read_job_days
from pulumi_ibm_quantum.review import Snapshot


@click.command()
@options.config_or_that_of_the_project
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it; without it, standard output.",
)
@click.option(
    "--jobs", "with_jobs", is_flag=True, help="Keep as well what was run in sixty days, so that `report` has waits."
)
def snapshot(config: Path, output: Path | None, with_jobs: bool) -> None:
    """Write the account and its usage as they are now, for `report` and for runs that decide from a file.

    It has the usage of every instance of the plan, so that a changed configuration can be decided on as well. It holds
    names, CRNs, figures and IAM ids, and no key: keep it where only those see it who may. A reader's key suffices.
    """
    configuration = read_project(config)
    cloud = connect()
    with shown("reading the account") as progress:
        observation = observe(cloud, Scope(configuration, whole=True), progress=progress)
        jobs = read_job_days(observation, cloud, observation.instances, progress=progress) if with_jobs else None
    text = Snapshot(observation, jobs=jobs, taken=datetime.now(UTC)).to_json()
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"{output}: {len(observation.instances)} instances at {observation.moment:%Y-%m-%d %H:%M} UTC", err=True)
