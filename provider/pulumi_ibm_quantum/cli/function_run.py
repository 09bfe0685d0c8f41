"""``ibm-quantum functions run``: a function, once; the smoke test after a deployment."""

import json
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import IO, Any, Final

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.chosen_instance import ChosenInstance, of_instance
from pulumi_ibm_quantum.cli.function_name import FUNCTION, FunctionName
from pulumi_ibm_quantum.cli.job_following import follow
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cloud import CloudError, Refused
from pulumi_ibm_quantum.cloud.serverless import Job
from pulumi_ibm_quantum.planning.preflight import Preflight
from pulumi_ibm_quantum.planning.preflight_reading import read_preflight
from pulumi_ibm_quantum.report.preflight import preflight_line
from pulumi_ibm_quantum.report.serverless import job_document
from pulumi_ibm_quantum.vocabulary import format_value, printable

_NOT_NOW, _NOT_KNOWN = 3, 4
_DONE: Final = "DONE"
_CLOCKS_DIFFER: Final = timedelta(minutes=1)


class _NotNow(click.ClickException):
    exit_code = _NOT_NOW


class _NotKnown(click.ClickException):
    exit_code = _NOT_KNOWN


@click.command("run")
@click.argument("function", type=FUNCTION)
@click.option(
    "--arguments",
    "file",
    type=click.File("rb"),
    metavar="FILE",
    help="What it is given, a JSON object; - reads standard input. Without it, {}.",
)
@click.option("--size", metavar="LABEL", help="One of the function's sizes.")
@click.option("--needs", type=options.DURATION, default=0, metavar="DURATION", help="How much quantum time, as in 2h.")
@click.option("--anyway", is_flag=True, help="Run it though the pre-flight says that it cannot run now.")
@click.option("--wait", is_flag=True, help="Wait until the job has ended.")
@click.option("--timeout", type=options.DURATION, metavar="DURATION", help="Wait no longer than this.")
@options.text_or_json
@of_instance
def run_command(
    instance: ChosenInstance,
    function: FunctionName,
    file: IO[bytes] | None,
    size: str | None,
    needs: int,
    timeout: int | None,
    output_format: str,
    *,
    anyway: bool,
    wait: bool,
) -> None:
    """Run a function once, and print the job's id: the smoke test after a deployment.

    It asks first whether work could run in the instance, as `preflight` does, with the backend that an argument
    `backend_name` has. With --wait it shows the job's status on a terminal until it has ended.

    A run is never sent twice: where its answer is lost, it says how to find the job.

    Exit status: 0, the job is DONE, or was taken where nobody waits; 1, it ended otherwise, or was refused; 2, called
    wrongly; 3, not sent, as it cannot run now; 4, it may be running: the answer was lost, or nobody waits any longer.
    """
    if timeout is not None and not wait:
        raise click.UsageError("--timeout goes with --wait")
    arguments = {} if file is None else _arguments(file)
    begun = _check(instance, arguments, needs, anyway=anyway)
    job = _run(instance, function, arguments, size, begun)
    if not wait:
        click.echo(json.dumps(job_document(job), indent=2) if output_format == "json" else job.job_id)
        return
    # Before it is over: whoever is killed while it waits leaves the id behind.
    click.echo(job.job_id, err=output_format == "json")
    job = _followed(instance, job, timeout)
    if output_format == "json":
        click.echo(json.dumps(job_document(job), indent=2))
    if job.detailed_status != _DONE:
        ended = f"job {job.job_id} ended as {printable(job.detailed_status)}"
        raise click.ClickException(f"{ended}; see ibm-quantum jobs logs {job.job_id}{instance.options}")
    click.echo(f"{_DONE}: ibm-quantum jobs result {job.job_id}{instance.options}", err=True)


def _arguments(file: IO[bytes]) -> dict[str, Any]:
    try:
        arguments = json.load(file)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"{file.name}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError):
        raise click.UsageError(f"{file.name} is not JSON that can be read") from None
    if not isinstance(arguments, dict):
        raise click.UsageError(f"{file.name}: arguments are a JSON object, not {format_value(arguments)}")
    return arguments


def _check(instance: ChosenInstance, arguments: Mapping[str, Any], needs: int, *, anyway: bool) -> datetime:
    """Say whether it can run; return the service's time.

    Raises:
        _NotNow: it cannot, and is not to be sent all the same.
    """
    backend = arguments.get("backend_name")
    backends = [backend] if isinstance(backend, str) else []
    with shown("reading usage"):
        found: Preflight = read_preflight(
            instance.cloud, instance.crn, name=instance.name, needed_seconds=needs, backends=backends
        )
    line = preflight_line(found, instance.name)
    if found.can_run is False and not anyway:
        raise _NotNow(f"{line}; nothing was sent (--anyway sends it all the same)")
    click.echo(printable(line), err=True)
    return datetime.now(UTC) if found.usage is None else found.usage.now


def _run(
    instance: ChosenInstance, function: FunctionName, arguments: Mapping[str, Any], size: str | None, begun: datetime
) -> Job:
    try:
        with shown("sending the run"):
            job_id = instance.serverless.jobs.run(function.title, arguments, provider=function.provider, size=size)
    except (CloudError, KeyboardInterrupt) as error:
        if isinstance(error, Refused) and error.status < 500:
            raise
        narrowed = ["--provider", function.provider] if function.provider else ["--function", function.title]
        moment = (begun - _CLOCKS_DIFFER).isoformat(timespec="seconds")
        search = shlex.join(["ibm-quantum", "jobs", "list", *narrowed, "--created-after", moment])
        raise _NotKnown(
            f"{str(error) or 'interrupted'}. It may run all the same, so it was not sent again: look for it with "
            f"{search}{instance.options}"
        ) from error
    return Job(printable(job_id), "QUEUED", function=function.title)


def _followed(instance: ChosenInstance, job: Job, timeout: int | None) -> Job:
    """Return the job when it has ended.

    Raises:
        _NotKnown: it goes on, or may.
    """
    show = f"ibm-quantum jobs show {job.job_id}{instance.options}"
    try:
        job = follow(instance.serverless.jobs, job, timeout_seconds=timeout)
    except CloudError as error:
        raise _NotKnown(f"{error}. The job may go on: {show}") from error
    except KeyboardInterrupt:
        raise _NotKnown(f"No longer waiting. The job goes on: {show}") from None
    if not job.has_ended:
        raise _NotKnown(f"job {job.job_id} is still {printable(job.detailed_status)}. It goes on: {show}")
    return job
