"""Options that several commands share."""

import os
from datetime import datetime
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from pulumi_ibm_quantum.vocabulary import BALANCED_PLANS, balanced_plan, parse_duration


class _PlanName(click.ParamType[str]):
    """A plan that can be balanced, by name, alias or id; its name is what the command gets."""

    name = "plan"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the plan's name."""
        try:
            return balanced_plan(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the plans that begin so, by name."""
        return [CompletionItem(plan) for plan in BALANCED_PLANS if plan.startswith(incomplete)]


class _Duration(click.ParamType[int]):
    """A duration such as 2h or 600, as whole seconds."""

    name = "duration"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the seconds."""
        try:
            return parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Moment(click.ParamType[datetime]):
    """A day or a time such as 2026-11-05 or 2026-11-05T08:00, as an aware moment."""

    name = "time"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment; what has no offset is in UTC."""
        # Here and not above: few commands have such an option.
        from pulumi_ibm_quantum.documents.dates import moment_from

        try:
            return moment_from(value, plain_dates=True, naive=True)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _StackName(click.ParamType[str]):
    """The name of a stack, which shells complete from the project where the command would run."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name as it is: whether there is such a stack, the command finds out."""
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the stacks that begin so: all where the backend can be read, else those with settings."""
        # Here and not above: a help needs nothing of the engine.
        from pulumi_ibm_quantum import engine

        config = ctx.params.get("config")
        folder = config.parent if config else ctx.params.get("cwd") or Path()
        try:
            names = [*engine.list_stacks(folder, os.environ)]
        except engine.EngineError:
            try:
                names = [*engine.find_project(folder).stacks_with_settings()]
            except engine.EngineError:
                names = []
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


STACK = _StackName()
PLAN = _PlanName()
DURATION = _Duration()
MOMENT = _Moment()

config = click.option(
    "--config",
    "-c",
    "config",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The project configuration.",
)


def _or_that_of_the_project(_: click.Context, __: click.Parameter, value: Path | None) -> Path:
    # Here and not above: whoever names the file needs nothing of the engine.
    from pulumi_ibm_quantum.cli.configuration_here import configuration_here

    return configuration_here() if value is None else value


config_or_that_of_the_project = click.option(
    "--config",
    "-c",
    "config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    callback=_or_that_of_the_project,
    help="The project configuration; without it, that of the Pulumi project here.",
)

table_or_json = click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table for people, JSON for scripts.",
)

text_or_json = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text for people, JSON for scripts.",
)

windows = click.option(
    "--windows", is_flag=True, help="Show as well what was used in the last 14, 7 and 3 days and 24 hours; a table."
)
