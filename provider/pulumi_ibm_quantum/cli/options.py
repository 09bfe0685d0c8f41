"""Options that several commands share."""

from pathlib import Path

import click

from pulumi_ibm_quantum.vocabulary import balanced_plan


class _PlanName(click.ParamType[str]):
    """A plan that can be balanced, by name, alias or id; its name is what the command gets."""

    name = "plan"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the plan's name."""
        try:
            return balanced_plan(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


PLAN = _PlanName()

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

windows = click.option(
    "--windows", is_flag=True, help="Show as well what was used in the last 14, 7 and 3 days and 24 hours; a table."
)
