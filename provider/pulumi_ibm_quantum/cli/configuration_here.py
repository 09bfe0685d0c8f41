"""The project configuration of the Pulumi project that one stands in, for commands that are given none."""

import os
from pathlib import Path

import click

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.cli.new_project import CONFIGURATION
from pulumi_ibm_quantum.cli.session import current_session
from pulumi_ibm_quantum.cli.stack_of_file import SETTING


def configuration_here() -> Path:
    """Return the file that the stacks of the project use, or that of the stack in ``PULUMI_STACK``.

    Raises:
        click.UsageError: there is no project, it has no such file, or its stacks use several.
    """
    try:
        project = engine.find_project(Path.cwd())
        stacks = project.stacks_with_settings()
        if (chosen := current_session().environment.get("PULUMI_STACK")) in stacks:
            stacks = (chosen or "",)
        named = [engine.read_settings(project, stack).config.get(SETTING) for stack in stacks] or [None]
    except engine.NoProject:
        raise click.UsageError(
            "Name the project configuration with --config: there is no Pulumi project here"
        ) from None
    except engine.EngineError as error:
        raise click.ClickException(str(error)) from None
    found = sorted({Path(os.path.relpath(project.root / str(setting or CONFIGURATION))) for setting in named})
    if len(found) > 1:
        raise click.UsageError(f"Which configuration? Name it with --config; there are {', '.join(map(str, found))}")
    if not found[0].exists():
        raise click.UsageError(
            f"Name the project configuration with --config: project {project.name} has no {found[0]}"
        )
    return found[0]
