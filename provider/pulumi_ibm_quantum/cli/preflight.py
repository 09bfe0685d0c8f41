"""``ibm-quantum preflight``: whether work could run in an instance, for whoever may only use it."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.configuration_here import configuration_here
from pulumi_ibm_quantum.cli.instance_crns import crns_of
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import read_project
from pulumi_ibm_quantum.cli.session import API_KEY, current_session
from pulumi_ibm_quantum.cloud import Cloud, CloudError, connect_from_environment
from pulumi_ibm_quantum.config import ConfigurationError, ProjectConfiguration
from pulumi_ibm_quantum.planning import PlanningError
from pulumi_ibm_quantum.planning.gathering import Gathering
from pulumi_ibm_quantum.planning.preflight import Preflight, unknown
from pulumi_ibm_quantum.planning.preflight_reading import read_preflight
from pulumi_ibm_quantum.report.preflight import preflight_document, preflight_line
from pulumi_ibm_quantum.slurm import JobInstance, job_instances, license_commands
from pulumi_ibm_quantum.vocabulary import parse_crn

_NOT, _UNKNOWN = 1, 2
_QUANTUM_ENDPOINTS: Final = ("IBMCLOUD_QUANTUM_API_ENDPOINT", "IBMCLOUD_QUANTUM_EU_DE_API_ENDPOINT")


@dataclass(frozen=True, slots=True)
class _Target:
    """What is asked about: the name for people, the CRN or why there is none, and the connection to ask by."""

    name: str
    crn: str
    cloud: Cloud
    backends: tuple[str, ...] = ()
    problem: str = ""


class _CannotTell(click.ClickException):
    exit_code = _UNKNOWN


@click.command()
@click.argument("name", required=False)
@click.option("--crn", metavar="CRN", help="The instance, where there is no configuration.")
@click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The project configuration that has NAME; without a NAME, all its instances.",
)
@click.option("--needs", type=options.DURATION, default=0, metavar="DURATION", help="How much is to run, as in 2h.")
@click.option("--backend", "backends", multiple=True, metavar="NAME", help="A backend that is to be used; repeatable.")
@options.text_or_json
@click.option(
    "--commands",
    is_flag=True,
    help="Print the commands that open or close the licenses of the configuration's Slurm sites; runs none.",
)
def preflight(
    name: str | None,
    crn: str | None,
    config: Path | None,
    needs: int,
    backends: tuple[str, ...],
    output_format: str,
    *,
    commands: bool,
) -> None:
    """Tell whether work could run in an instance now, and if not, when. Changes nothing.

    Without NAME, --crn and --config it takes the instances of the job or the profile that it runs in, with their key
    and backends; where there are none, those of the Pulumi project here. Needs no right but to use the instance. When
    time returns, a key tells that may read the account's analytics; any other, by when at the latest.

    Exit status 0 says that it can run, 1 that it cannot, 2 that it is not known.
    """
    if crn is not None and (name is not None or config is not None):
        raise click.UsageError("--crn goes without NAME and --config")
    with _not_known():
        configuration, targets = _chosen(name, crn, config)
        if commands and configuration is None:
            raise click.UsageError("--commands needs the configuration: name it with --config")
        found = _ask(targets, needs, backends)
    if output_format == "json":
        documents = [preflight_document(one, target.name) for target, one in zip(targets, found, strict=True)]
        click.echo(json.dumps({"instances": documents}, indent=2))
    else:
        for target, one in zip(targets, found, strict=True):
            click.echo(("# " if commands else "") + preflight_line(one, target.name))
            for line in _commands(configuration, target.name, one) if commands and configuration else ():
                click.echo(line)
    sys.exit(_status(found))


@contextmanager
def _not_known() -> Iterator[None]:
    """End with the status of what is not known where something is wrong with what was asked."""
    try:
        yield
    except (CloudError, ConfigurationError, PlanningError, OSError) as error:
        raise _CannotTell(str(error)) from error
    except click.UsageError:
        raise
    except click.ClickException as error:
        raise _CannotTell(error.message) from error


def _chosen(
    name: str | None, crn: str | None, config: Path | None
) -> tuple[ProjectConfiguration | None, list[_Target]]:
    environment = current_session().environment
    if crn is not None:
        return None, [_Target(crn, _parsed("--crn", crn), connect_from_environment(environment))]
    if name is None and config is None and (jobs := job_instances(environment)):
        return None, [_of_job(one, environment) for one in jobs]
    configuration = read_project(config or configuration_here())
    names = [entry.name for entry in configuration.instances]
    if name is not None and name not in names:
        raise _CannotTell(f"the configuration has no instance {name!r}; it has {', '.join(names)}")
    names = names if name is None else [name]
    crns, problems = crns_of(configuration, names)
    cloud = connect_from_environment(environment)
    targets = [_Target(one, crns.get(one, ""), cloud, problem=problems.get(one, "")) for one in names]
    return configuration, targets


def _of_job(one: JobInstance, environment: Mapping[str, str]) -> _Target:
    """Return an instance of a job; the job's key goes to the addresses that the job has, and to no others."""
    if one.api_key:
        own = {API_KEY: one.api_key, "IBMCLOUD_IAM_API_ENDPOINT": one.iam_endpoint}
        own |= dict.fromkeys(_QUANTUM_ENDPOINTS, one.endpoint.rstrip("/").removesuffix("/v1"))
        environment = {**environment, **own}
    cloud = connect_from_environment(environment)
    names = ", ".join(one.backends)
    return _Target(names, _parsed(f"the CRN of {names}", one.crn), cloud, one.backends)


def _parsed(what: str, crn: str) -> str:
    try:
        return str(parse_crn(crn))
    except ValueError as error:
        raise _CannotTell(f"{what} {error}") from None


def _ask(targets: Iterable[_Target], needed_seconds: int, backends: tuple[str, ...]) -> list[Preflight]:
    with shown("reading usage") as progress, Gathering("reading usage", progress) as gathering:
        answers = [gathering.add(_asked, target, needed_seconds, backends) for target in targets]
    return [answer.value for answer in answers]


def _asked(target: _Target, needed_seconds: int, backends: tuple[str, ...]) -> Preflight:
    if target.problem:
        return unknown(target.crn, target.problem)
    wanted = (*target.backends, *backends)
    return read_preflight(target.cloud, target.crn, name=target.name, needed_seconds=needed_seconds, backends=wanted)


def _commands(configuration: ProjectConfiguration, name: str, found: Preflight) -> Iterator[str]:
    """Yield a site and its commands, where an instance has licenses there and it is known what it can do."""
    for site in configuration.slurm_sites if found.can_run is not None else ():
        for project in site.projects:
            if project.instance == name and project.licenses is not None:
                yield f"# at {site.name}:"
                yield from license_commands(name, project.licenses, is_open=bool(found.can_run))


def _status(found: Iterable[Preflight]) -> int:
    """Return the status of the worst: what cannot run counts before what is not known."""
    verdicts = {one.can_run for one in found}
    return _NOT if False in verdicts else _UNKNOWN if None in verdicts else 0
