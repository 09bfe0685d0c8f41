"""The stacks of a project: listed, made, removed, and let go of."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.stack.backend import open_backend
from pulumi_ibm_quantum.engine.stack.locks import break_locks
from pulumi_ibm_quantum.engine.stack.project import find_project
from pulumi_ibm_quantum.engine.stack.saving import render
from pulumi_ibm_quantum.engine.stack.settings import open_config, read_settings, write_salt
from pulumi_ibm_quantum.engine.stack.stack import Stack, open_all, open_secrets
from pulumi_ibm_quantum.engine.state.deployment import Deployment


def list_stacks(folder: Path, env: Mapping[str, str]) -> dict[str, bool]:
    """Return the stacks of a project that have a state or settings, sorted, and whether each has a state.

    Args:
        folder: Where the command runs.
        env: The environment.

    Raises:
        EngineError: If there is no project or no backend.
    """
    project = find_project(folder)
    with_state = open_backend(project, folder, env).stacks(project.name)
    return {name: name in with_state for name in sorted({*with_state, *project.stacks_with_settings()})}


def init_stack(stack: Stack) -> None:
    """Make an empty state, and settings if there are none.

    Raises:
        EngineError: If there is a state already, or the passphrase is missing or not that of the settings.
    """
    with stack.backend.lock(stack.project.name, stack.name):
        if stack.has_state:
            raise EngineError(f"Stack {stack.name} of project {stack.project.name} is there already")
        settings = read_settings(stack.project, stack.name)
        crypter = open_secrets(stack, None, settings)
        open_config(settings, crypter)  # A key that does not open the configuration is not the stack's.
        stack.backend.write(stack.project.name, stack.name, render(stack, crypter, Deployment()))
        if settings.salt is None:
            write_salt(settings.path, crypter.salt)


def remove_stack(stack: Stack, *, force: bool, keep_settings: bool) -> None:
    """Remove the state of a stack, its history and its settings; what it manages stays as it is.

    Args:
        stack: The stack.
        force: Whether to remove it though it manages something.
        keep_settings: Whether its settings file stays.

    Raises:
        EngineError: If it manages something, or is locked.
    """
    project, name, backend = stack.project.name, stack.name, stack.backend
    with backend.lock(project, name):
        count = 0 if force or not stack.has_state else len(open_all(stack).deployment.resources)
        if count:
            raise EngineError(
                f"Stack {name} still has {count} resources: `destroy` removes them first; --force forgets them, and "
                "they stay as they are at the service"
            )
        shutil.rmtree(backend.history(project, name), ignore_errors=True)
        backend.journal(project, name).unlink(missing_ok=True)
        checkpoint = backend.checkpoint(project, name)
        if checkpoint.exists():  # As the CLI does: the last state can still be taken up by hand.
            checkpoint.replace(checkpoint.with_name(f"{checkpoint.name}.bak"))
        if not keep_settings:
            stack.project.settings_file(name).unlink(missing_ok=True)


def cancel(stack: Stack, *, force: bool) -> tuple[str, ...]:
    """Remove the locks of runs that are gone, and return who held them.

    Args:
        stack: The stack.
        force: Whether to remove them as well where a run may go on elsewhere, of which nothing can be known here.

    Raises:
        EngineError: If a run holds the stack, or may do so.
    """
    folder = stack.backend.locks(stack.project.name, stack.name)
    return break_locks(folder, stale_only=not force) if folder.exists() else ()
