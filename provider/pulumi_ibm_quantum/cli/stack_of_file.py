"""Which stack a project configuration belongs to."""

from pathlib import Path

import click

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.cli.new_project import CONFIGURATION
from pulumi_ibm_quantum.cli.session import current_session
from pulumi_ibm_quantum.config import load_configuration

SETTING = "ibm-quantum:configuration"
"""The setting of a stack that names its project configuration."""


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
    try:
        return _found(config, name)
    except engine.EngineError as error:
        raise click.ClickException(str(error)) from None


def _found(config: Path, name: str | None) -> tuple[Path, str] | None:
    folder = config.resolve().parent
    try:
        project = engine.find_project(folder)
    except engine.NoProject:
        if name is not None:
            raise click.ClickException(f"--stack {name}: there is no Pulumi project in {folder} or above it") from None
        return None
    if name is not None:
        engine.open_stack(folder, name, current_session().environment)  # Whoever mistypes a name is told so first.
        if not _uses(project, name, config):
            raise click.ClickException(f"--stack {name}: this stack of project {project.name} does not use {config}")
        return project.root, name
    stacks = project.stacks_with_settings()
    using = [stack for stack in stacks if _uses(project, stack, config)]
    if (wanted := current_session().environment.get("PULUMI_STACK")) in using:
        return project.root, wanted or ""
    if len(using) > 1 or (not stacks and _is(project, CONFIGURATION, config)):
        known = f"; there are {', '.join(using)}" if using else ""
        raise click.UsageError(f"Which stack of project {project.name}? Name it with --stack{known}")
    return (project.root, using[0]) if using else None


def refuse_managed(config: Path) -> None:
    """Refuse a file some of whose instances a stack of the Pulumi project around it manages, by whatever program.

    Raises:
        click.ClickException: a stack manages them.
        ConfigurationError: the file is not valid.
    """
    folder, environment = config.resolve().parent, current_session().environment
    try:
        stacks = [name for name, has_state in engine.list_stacks(folder, environment).items() if has_state]
    except engine.EngineError:
        return  # There is no project around it, or no telling where its states are.
    if not stacks:
        return
    crns = {entry.crn for entry in load_configuration(config).configuration.instances}
    for name in stacks:
        managed = crns & engine.read_ids(engine.open_stack(folder, name, environment))
        if managed:
            raise click.ClickException(
                f"stack {name} of the project in {engine.find_project(folder).root} manages {len(managed)} of the "
                f"instances of {config} already: use its preview and up"
            )


def _uses(project: "engine.Project", stack: str, config: Path) -> bool:
    return _is(project, str(engine.read_settings(project, stack).config.get(SETTING) or CONFIGURATION), config)


def _is(project: "engine.Project", setting: str, config: Path) -> bool:
    return (project.root / setting).resolve() == config.resolve()
