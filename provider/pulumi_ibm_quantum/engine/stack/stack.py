"""A stack: its project, settings, secrets and state, ready for a run."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import EngineError, UsageError
from pulumi_ibm_quantum.engine.stack.backend import FileBackend, open_backend
from pulumi_ibm_quantum.engine.stack.project import Project, find_project
from pulumi_ibm_quantum.engine.stack.settings import Config, StackSettings, open_config, read_settings
from pulumi_ibm_quantum.engine.state.deployment import Deployment, deployment_from_json
from pulumi_ibm_quantum.engine.state.journal import replay
from pulumi_ibm_quantum.engine.state.passphrase import Crypter, new_crypter, open_crypter, read_passphrase
from pulumi_ibm_quantum.engine.state.resource import Json

_STACK_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+\Z")


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack of a project.

    Attributes:
        env: The environment in which the program and the providers run.
    """

    project: Project
    name: str
    backend: FileBackend
    env: Mapping[str, str]

    @property
    def has_state(self) -> bool:
        """Whether there is a state, if only in the journal of a first run that was killed."""
        files = (self.backend.checkpoint, self.backend.journal)
        return any(file(self.project.name, self.name).exists() for file in files)


def open_stack(
    folder: Path, name: str | None, env: Mapping[str, str], backend_url: str | None = None, *, new: bool = False
) -> Stack:
    """Find the stack that a command is about.

    Args:
        folder: Where the command runs.
        name: The stack; without it ``PULUMI_STACK``, else the only one that has a settings file.
        env: The environment.
        backend_url: A backend, over that of the environment.
        new: Whether the stack may be one that has neither settings nor a state.

    Raises:
        EngineError: If there is no project, no backend, no such stack, or no telling which.
    """
    project = find_project(folder)
    backend = open_backend(project, folder, env, backend_url)
    found = name or env.get("PULUMI_STACK") or _only_stack(project)
    short = found.rpartition("/")[2]
    if not _STACK_NAME.match(short):
        raise UsageError(f"{found!r} is not the name of a stack: it may have letters, digits, '.', '-' and '_'")
    stack = Stack(project, short, backend, env)
    if not (new or stack.has_state or project.settings_file(short).exists()):
        raise EngineError(_no_such_stack(stack))
    return stack


def _no_such_stack(stack: Stack) -> str:
    known = sorted({*stack.project.stacks_with_settings(), *stack.backend.stacks(stack.project.name)})
    nearest = difflib.get_close_matches(stack.name, known, 1)
    hint = f" (did you mean {nearest[0]}?)" if nearest else f" (there is {', '.join(known)})" if known else ""
    return (
        f"No stack named {stack.name!r} in project {stack.project.name}{hint}: `stack init {stack.name}` makes it; "
        f"its settings would be {stack.project.settings_file(stack.name)}, its state in {stack.backend.folder}"
    )


def _only_stack(project: Project) -> str:
    stacks = project.stacks_with_settings()
    if len(stacks) == 1:
        return stacks[0]
    found = (
        f"there are {', '.join(stacks)}" if stacks else f"there is no Pulumi.<stack>.yaml in {project.settings_folder}"
    )
    raise UsageError(f"Which stack? Name it with --stack or PULUMI_STACK; {found}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A stack with its secrets open.

    Attributes:
        crypter: Opens and seals the secrets.
        new_salt: Whether the salt is new, and to be written to the settings file.
        config: The configuration in clear text.
        written: The checkpoint as it is, or None for a new stack.
        content: The bytes of its file.
        deployment: The state: the checkpoint, and the journal of a killed run over it.
        interrupted: Whether there is such a journal.
    """

    crypter: Crypter
    new_salt: bool
    config: Config
    written: Json | None
    content: bytes
    deployment: Deployment
    interrupted: bool


def open_secrets(stack: Stack, written: Json | None, settings: StackSettings) -> Crypter:
    """Derive the key; the salt of the settings file is asked first, then that of the state, else it is new.

    Raises:
        EngineError: If the passphrase is not set, or the state has another secrets provider.
    """
    provider = (written or {}).get("secrets_providers") or {}
    if provider and provider.get("type") != "passphrase":
        raise EngineError(
            f"The secrets of stack {stack.name} are kept by {provider.get('type')!r}, which the embedded engine does "
            "not support: `pulumi stack change-secrets-provider passphrase` changes that"
        )
    passphrase = read_passphrase(stack.env)
    salt = settings.salt or _salt_of(provider)
    return open_crypter(passphrase, salt) if salt else new_crypter(passphrase)


def _salt_of(secrets_provider: Json) -> Any:
    state = secrets_provider.get("state")
    return state.get("salt") if isinstance(state, dict) else None


def has_right_passphrase(stack: Stack) -> bool:
    """Whether the passphrase of the environment is that of the stack; of a new stack any is.

    Raises:
        EngineError: If the passphrase is not set, or the stack cannot be read.
    """
    written, _ = stack.backend.read(stack.project.name, stack.name)
    salt = read_settings(stack.project, stack.name).salt or _salt_of((written or {}).get("secrets_providers") or {})
    passphrase = read_passphrase(stack.env)
    try:
        return not salt or bool(open_crypter(passphrase, salt))
    except EngineError:
        return False


def open_all(stack: Stack) -> Opened:
    """Open a stack: its settings, its secrets and its state, with the journal of a killed run over it.

    Raises:
        EngineError: If something cannot be read or decrypted, or is not supported.
    """
    settings = read_settings(stack.project, stack.name)
    written, content = stack.backend.read(stack.project.name, stack.name)
    crypter = open_secrets(stack, written, settings)
    config = open_config(settings, crypter)
    where = str(stack.backend.checkpoint(stack.project.name, stack.name))
    base = deployment_from_json(written or {}, crypter.decrypt, where)
    replayed = replay(stack.backend.journal(stack.project.name, stack.name), content, base, crypter.decrypt)
    return Opened(
        crypter=crypter,
        new_salt=settings.salt is None,
        config=config,
        written=written,
        content=content,
        deployment=replayed or base,
        interrupted=replayed is not None,
    )
