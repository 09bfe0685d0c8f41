"""Which stack a project configuration belongs to."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pulumi_ibm_quantum.cli.new_project import CONFIGURATION

if TYPE_CHECKING:
    from pulumi_ibm_quantum.engine.stack.project import Project

_SETTING = "ibm-quantum:configuration"


def stack_of_file(config: Path, name: str | None) -> tuple[Path, str] | None:
    """Return the folder and the stack of the Pulumi project that uses a file; None where no project does.

    The project is looked for in the file's folder and above. A stack uses the file that its setting
    ``ibm-quantum:configuration`` names, without one ``stacks/project.yaml``, as the program that comes with this
    package does.

    Args:
        config: The project configuration.
        name: The stack that is wanted; None for the only one that uses the file, or that of ``PULUMI_STACK``.

    Raises:
        click.ClickException: the stack that is wanted does not use the file, several do, or a setting is unreadable.
    """
    from pulumi_ibm_quantum.engine import EngineError

    try:
        return _found(config, name)
    except EngineError as error:
        raise click.ClickException(str(error)) from None


def _found(config: Path, name: str | None) -> tuple[Path, str] | None:
    from pulumi_ibm_quantum.engine.stack.project import PROJECT_FILES, find_project

    folder = config.resolve().parent
    if not any((above / file).is_file() for above in (folder, *folder.parents) for file in PROJECT_FILES):
        if name is not None:
            raise click.ClickException(f"--stack {name}: there is no Pulumi project in {folder} or above it")
        return None
    project = find_project(folder)
    if name is not None:
        if not _uses(project, name, config):
            raise click.ClickException(f"--stack {name}: this stack of project {project.name} does not use {config}")
        return project.root, name
    stacks = project.stacks_with_settings()
    using = [stack for stack in stacks if _uses(project, stack, config)]
    if (wanted := os.environ.get("PULUMI_STACK")) in using:
        return project.root, wanted or ""
    if len(using) > 1 or (not stacks and _is(project, CONFIGURATION, config)):
        known = f"; there are {', '.join(using)}" if using else ""
        raise click.UsageError(f"Which stack of project {project.name}? Name it with --stack{known}")
    return (project.root, using[0]) if using else None


def _uses(project: "Project", stack: str, config: Path) -> bool:
    from pulumi_ibm_quantum.engine.stack.settings import read_settings

    return _is(project, str(read_settings(project, stack).config.get(_SETTING) or CONFIGURATION), config)


def _is(project: "Project", setting: str, config: Path) -> bool:
    return (project.root / setting).resolve() == config.resolve()
