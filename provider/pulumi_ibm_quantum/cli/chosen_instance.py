"""``--instance`` and ``--config``: the instance in whose name Qiskit Serverless and its backends are asked."""

import functools
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click
from click.shell_completion import CompletionItem

from pulumi_ibm_quantum.cli.configuration_here import configuration_here
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.instance_crns import crns_of
from pulumi_ibm_quantum.cli.project_file import fail_with, read_project
from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.cloud.serverless import Serverless
from pulumi_ibm_quantum.config import ConfigurationError, load_configuration
from pulumi_ibm_quantum.vocabulary import parse_crn

VARIABLE = "QISKIT_IBM_INSTANCE"
"""The variable that IBM's own client reads."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class ChosenInstance:
    """An instance and the connection to ask by.

    Attributes:
        name: That of the configuration, or the CRN.
        crn: Its CRN.
        options: What chooses it on another command line, with a blank before it; "" where nothing is needed.
        cloud: The connection.
    """

    name: str
    crn: str
    options: str
    cloud: Cloud

    @property
    def serverless(self) -> Serverless:
        """The gateway, asked in its name."""
        return self.cloud.serverless(self.crn)


class _Instance(click.ParamType[str]):
    """A CRN, or a name, which shells complete from the configuration."""

    name = "instance"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return a CRN in its usual form; a name as it is."""
        if not value.startswith("crn:"):
            return value
        try:
            return str(parse_crn(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the configured instances that begin so."""
        try:
            loaded = load_configuration(ctx.params.get("config") or configuration_here())
        except (click.ClickException, ConfigurationError, OSError):
            return []
        names = [entry.name for entry in loaded.configuration.instances]
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def of_instance(command: Callable[Concatenate[ChosenInstance, _P], _R]) -> Callable[_P, _R]:
    """Give a command the options that choose an instance, and the instance as its first argument."""

    @click.option(
        "--instance",
        "-i",
        type=_Instance(),
        metavar="NAME_OR_CRN",
        envvar=VARIABLE,
        show_envvar=True,
        help="The instance, by its CRN or its name in the configuration; without it, the configuration's only one.",
    )
    @click.option(
        "--config",
        "-c",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The project configuration that has the name; without it, that of the Pulumi project here.",
    )
    @functools.wraps(command)
    def with_instance(*args: _P.args, **options: _P.kwargs) -> _R:
        name, config = options.pop("instance"), options.pop("config")
        return command(_chosen(name, config), *args, **options)  # type: ignore[arg-type]

    return with_instance


def _chosen(name: str | None, config: Path | None) -> ChosenInstance:
    crn = name if name is not None and name.startswith("crn:") else None
    if crn is None:
        name, crn = _configured(name, config)
    given = click.get_current_context().get_parameter_source("instance") is click.core.ParameterSource.COMMANDLINE
    words = [*(["--instance", name] if given else []), *([] if config is None else ["--config", str(config)])]
    return ChosenInstance(name or crn, crn, "".join(f" {shlex.quote(word or '')}" for word in words), connect())


def _configured(name: str | None, config: Path | None) -> tuple[str, str]:
    try:
        configuration = read_project(config or configuration_here())
    except click.UsageError as error:
        raise click.UsageError(f"{error.message}; or give the instance's CRN with --instance") from None
    names = [entry.name for entry in configuration.instances]
    if name is None and len(names) == 1:
        name = names[0]
    if name not in names:
        there = f"the configuration has {', '.join(names)}" if names else "the configuration has none"
        raise click.UsageError(f"Which instance? Name it with --instance; {there}")
    assert name is not None
    crns, problems = crns_of(configuration, [name])
    fail_with(problems.values())
    return name, crns[name]
