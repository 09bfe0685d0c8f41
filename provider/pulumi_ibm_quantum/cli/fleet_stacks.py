"""The stacks that ``ibm-quantum fleet`` runs: those of a file that lists them, or of a folder of projects.

stacks:
- project: accounts/physics          # the folder of its Pulumi.yaml, from here
  stack: production                  # left out: each of its stacks that has settings
  api_key_file: ~/keys/physics       # from here; left out: the encrypted setting of the stack
  environment: {PULUMI_BACKEND_URL: "file:///var/lib/physics"}
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.cli.session import API_KEY
from pulumi_ibm_quantum.documents import Block, Document, DocumentError, Problem, Text, read_file, validate

_STACK: Final = "PULUMI_STACK"
_SECRET: Final = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FleetStack:
    """One stack to run.

    Attributes:
        name: What reports call it.
        folder: The folder of its project.
        stack: Its name there.
        environment: What its processes find in their environment, and nothing else.
        api_key_file: The file of its API key; None where its environment or its settings have it.
    """

    name: str
    folder: Path
    stack: str
    environment: Mapping[str, str] = field(repr=False)
    api_key_file: Path | None = None


def _variable(name: str) -> str:
    if _SECRET.search(name):
        raise ValueError(
            "is a secret by its name, which does not belong in a list: give api_key_file, "
            "PULUMI_CONFIG_PASSPHRASE_FILE, or a variable that names a file"
        )
    return name


class _Entry(Block):
    project: Text
    stack: Text | None = None
    api_key_file: Text | None = None
    environment: Mapping[Annotated[str, AfterValidator(_variable)], str] = Field(default_factory=dict)


class _List(Block):
    stacks: tuple[_Entry, ...]


def fleet_stacks(path: Path, environment: Mapping[str, str]) -> list[FleetStack]:
    """Return the stacks of a list, or of the projects in a folder.

    A key of this environment is handed on to the projects of a folder, as by hand. To those of a list it is not, so
    that none is run with another's: whoever has its own account names its own key.

    Raises:
        DocumentError: they cannot be run; all reasons.
    """
    stacks = _of_folder(path, environment) if path.is_dir() else _of_list(path, environment)
    times = Counter((one.folder, one.stack) for one in stacks)
    if twice := [name for name, count in times.items() if count > 1]:
        raise DocumentError(
            Problem("", f"{folder}: stack {stack} is there twice", source=str(path)) for folder, stack in twice
        )
    return stacks


def _of_folder(folder: Path, environment: Mapping[str, str]) -> list[FleetStack]:
    projects = [one for one in (folder, *sorted(folder.iterdir())) if (one / "Pulumi.yaml").is_file()]
    problems: list[Problem] = []
    found: list[FleetStack] = []
    for project in projects:
        try:
            for stack in _stacks_of(project):
                found.append(_stack(folder, project, stack, environment))
        except engine.EngineError as error:
            problems.append(Problem("", str(error), source=str(project)))
    if not found and not problems:
        problems.append(
            Problem("", "there is no Pulumi project with a stack in it or in its folders", source=str(folder))
        )
    if problems:
        raise DocumentError(problems)
    return found


def _of_list(path: Path, environment: Mapping[str, str]) -> list[FleetStack]:
    document = read_file(path)
    entries = validate(document, _List).stacks
    without_key = {name: value for name, value in environment.items() if name != API_KEY}
    found: list[FleetStack] = []
    problems = [] if entries else [document.problem(("stacks",), "has no entry")]
    for at, entry in enumerate(entries):
        own = list(_problems(document, at, entry, path.parent))
        problems += own
        if not own:
            project = path.parent / Path(entry.project).expanduser()
            key = path.parent / Path(entry.api_key_file).expanduser() if entry.api_key_file else None
            stacks = [entry.stack] if entry.stack else _stacks_of(project)
            found += [_stack(path.parent, project, one, {**without_key, **entry.environment}, key) for one in stacks]
    if problems:
        raise DocumentError.in_order(problems)
    return found


def _problems(document: Document, at: int, entry: _Entry, base: Path) -> Iterator[Problem]:
    project = base / Path(entry.project).expanduser()
    try:
        stacks = _stacks_of(project)
        if entry.stack is None and not stacks:
            yield document.problem(("stacks", at, "project"), f"{project}: has no stack with settings")
    except engine.EngineError as error:
        yield document.problem(("stacks", at, "project"), str(error))
    if entry.api_key_file and not (base / Path(entry.api_key_file).expanduser()).is_file():
        yield document.problem(("stacks", at, "api_key_file"), f"there is no file {entry.api_key_file}")


def _stacks_of(project: Path) -> tuple[str, ...]:
    found = engine.find_project(project)
    if found.root != project.resolve():
        raise engine.NoProject(f"No Pulumi.yaml in {project}")
    return found.stacks_with_settings()


def _stack(
    base: Path, project: Path, stack: str, environment: Mapping[str, str], key: Path | None = None
) -> FleetStack:
    folder = project.resolve()
    name = Path(os.path.relpath(folder, base.resolve())) / stack
    return FleetStack(str(name), folder, stack, {**environment, _STACK: stack}, key and key.resolve())
