"""The commands of the embedded engine as a test calls them: in this process, in a project of its own."""

from __future__ import annotations

import os

import click
from click.testing import CliRunner, Result

from pulumi_ibm_quantum.cli.config_group import config
from pulumi_ibm_quantum.cli.stack_commands import destroy, preview, refresh, up
from pulumi_ibm_quantum.cli.stack_group import cancel, stack
from tests.support.engine_projects import Project

GROUP = click.Group(commands=[preview, up, refresh, destroy, stack, cancel, config])


def invoke(project: Project, *arguments: str, stdin: str | None = None) -> Result:
    """Run a command in a project."""
    env: dict[str, str | None] = {key: None for key in os.environ if key.startswith("PULUMI_")}
    env.update(project.env)
    return CliRunner().invoke(GROUP, [*arguments, "-C", str(project.root)], input=stdin, env=env)
