"""Options that several commands share."""

from pathlib import Path

import click

config = click.option(
    "--config",
    "-c",
    "config",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The project configuration.",
)

table_or_json = click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table for people, JSON for scripts.",
)
