"""``ibm-quantum jobs``: runs of functions on Qiskit Serverless."""

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.chosen_instance import ChosenInstance, of_instance
from pulumi_ibm_quantum.cli.confirmation import YES
from pulumi_ibm_quantum.cli.function_name import ORIGIN
from pulumi_ibm_quantum.cli.job_following import known_job
from pulumi_ibm_quantum.cli.output_file import OUTPUT, confirm_overwrite, print_or_write
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.cloud.serverless import DETAILED_STATUSES
from pulumi_ibm_quantum.report.serverless import job_document, job_table, jobs_table
from pulumi_ibm_quantum.vocabulary import printable

_JOB = click.argument("job", type=click.UUID)


@click.group()
def jobs() -> None:
    """Look at runs of functions on Qiskit Serverless, take their results, and stop them."""


@jobs.command("list")
@click.option("--limit", type=click.IntRange(min=0), default=10, show_default=True, help="How many; 0 for all.")
@click.option(
    "--status",
    type=click.Choice(DETAILED_STATUSES),
    metavar="STATUS",
    help="Only those of a status, as IBM's client has it: DONE, or 'RUNNING: MAPPING'.",
)
@click.option("--function", metavar="TITLE", help="Only those of a function.")
@click.option("--provider", metavar="NAME", help="Only those of a provider's functions.")
@ORIGIN
@click.option(
    "--created-after",
    type=options.MOMENT,
    metavar="TIME",
    help="Only those since a day or a time, UTC unless it says otherwise.",
)
@options.table_or_json
@of_instance
def list_command(
    instance: ChosenInstance,
    limit: int,
    status: str | None,
    function: str | None,
    provider: str | None,
    origin: str | None,
    created_after: datetime | None,
    output_format: str,
) -> None:
    """List the key's jobs, newest first."""
    with shown("listing the jobs"):
        found = instance.serverless.jobs.list(
            limit=limit + 1 if limit else None,
            status=status,
            function=function,
            provider=provider,
            filter=origin,
            created_after=created_after,
        )
    listed = found[:limit] if limit else found
    if output_format == "json":
        click.echo(json.dumps({"jobs": [job_document(one) for one in listed]}, indent=2))
    elif listed:
        click.echo(jobs_table(listed, output_width()))
    else:
        click.echo("There is no such job", err=True)
    if len(found) > len(listed):
        click.echo(f"There are more than these {limit}: --limit 0 lists all", err=True)


@jobs.command("show")
@_JOB
@options.table_or_json
@of_instance
def show_command(instance: ChosenInstance, job: UUID, output_format: str) -> None:
    """Show a job, and what it does at the moment, such as `RUNNING: OPTIMIZING_FOR_HARDWARE`."""
    with shown("reading the job"):
        found = known_job(instance.serverless.jobs, str(job))
    if output_format == "json":
        click.echo(json.dumps(job_document(found), indent=2))
    else:
        click.echo(job_table(found, output_width()))


@jobs.command("logs")
@_JOB
@click.option("--of-provider", is_flag=True, help="Those that only the function's provider may read.")
@OUTPUT
@YES
@of_instance
def logs_command(instance: ChosenInstance, job: UUID, output: Path | None, *, of_provider: bool, yes: bool) -> None:
    """Print what a job has logged. Status 1 where there is nothing yet."""
    confirm_overwrite(output, yes=yes)
    with shown("reading the logs"):
        text = instance.serverless.jobs.logs(str(job), of_provider=of_provider)
    _deliver(text, "logs", instance, job, output)


@jobs.command("result")
@_JOB
@OUTPUT
@YES
@of_instance
def result_command(instance: ChosenInstance, job: UUID, output: Path | None, *, yes: bool) -> None:
    """Print a job's result, which is JSON. Status 1 where there is none yet."""
    confirm_overwrite(output, yes=yes)
    with shown("reading the result"):
        text = instance.serverless.jobs.result(str(job))
    _deliver(text, "result", instance, job, output)


@jobs.command("stop")
@_JOB
@of_instance
def stop_command(instance: ChosenInstance, job: UUID) -> None:
    """Stop a job; one that has ended stays as it is."""
    with shown("stopping the job"):
        answer = instance.serverless.jobs.stop(str(job))
    click.echo(printable(answer), err=True)


def _deliver(text: str | None, what: str, instance: ChosenInstance, job: UUID, output: Path | None) -> None:
    if text is None:
        status = known_job(instance.serverless.jobs, str(job)).detailed_status
        raise click.ClickException(f"job {job} has no {what}: it is {printable(status)}")
    print_or_write(text, output)
