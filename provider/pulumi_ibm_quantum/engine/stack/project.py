"""The project: ``Pulumi.yaml``, found upwards from where the command runs."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from pulumi_ibm_quantum.engine.errors import EngineError, NoProject

_PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


@dataclass(frozen=True, slots=True)
class Project:
    """What the engine uses of ``Pulumi.yaml``.

    Attributes:
        name: The project's name.
        root: The folder of ``Pulumi.yaml``.
        program: The folder or file of the program (``main``).
        settings_folder: Where ``Pulumi.<stack>.yaml`` is (``stackConfigDir``).
        refresh_always: Whether every preview, update and destroy refreshes first (``options.refresh: always``).
        config: The ``config`` section as written.
        backend_url: ``backend.url``, if it is given.
    """

    name: str
    root: Path
    program: Path
    settings_folder: Path
    refresh_always: bool
    config: Mapping[str, Any]
    backend_url: str | None

    @property
    def program_folder(self) -> Path:
        """The working directory of the program."""
        return self.program if self.program.is_dir() else self.program.parent

    def settings_file(self, stack: str) -> Path:
        """Return the settings file of a stack; it need not exist."""
        return self.settings_folder / f"Pulumi.{stack}.yaml"

    def stacks_with_settings(self) -> tuple[str, ...]:
        """Return the stacks that have a settings file, sorted."""
        return tuple(
            sorted(path.name[len("Pulumi.") : -len(".yaml")] for path in self.settings_folder.glob("Pulumi.?*.yaml"))
        )


def find_project(folder: Path) -> Project:
    """Read the nearest ``Pulumi.yaml`` at or above a folder.

    Raises:
        NoProject: If there is none.
        EngineError: If it is not a Python project that the engine can run.
    """
    start = folder.resolve()
    for candidate in (start, *start.parents):
        for name in _PROJECT_FILES:
            if (candidate / name).is_file():
                return _read(candidate / name)
    raise NoProject(
        f"No Pulumi.yaml in {start} or above it: run the command in a Pulumi project, or give its folder with --cwd"
    )


def load_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file that holds a mapping; an empty file is an empty one.

    Raises:
        EngineError: If the file cannot be read or parsed, or holds something else.
    """
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise EngineError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise EngineError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise EngineError(f"{path}: must be a mapping, is a {type(loaded).__name__}")
    return loaded


def _read(path: Path) -> Project:
    fields = load_yaml(path)
    name = fields.get("name")
    if not isinstance(name, str) or not name:
        raise EngineError(f"{path}: `name` is missing")
    _require_python(path, fields.get("runtime"))
    root = path.parent
    program = root / str(fields.get("main") or ".")
    if not program.exists():
        raise EngineError(f"{path}: `main: {fields['main']}` does not exist")
    options, backend = _section(path, fields, "options"), _section(path, fields, "backend")
    return Project(
        name=name,
        root=root,
        program=Path(os.path.normpath(program)),
        settings_folder=Path(os.path.normpath(root / str(fields.get("stackConfigDir") or "."))),
        refresh_always=options.get("refresh") == "always",
        config=_section(path, fields, "config"),
        backend_url=backend.get("url"),
    )


def _section(path: Path, fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = fields.get(name) or {}
    if not isinstance(section, dict):
        raise EngineError(f"{path}: `{name}` must be a mapping")
    return section


def _require_python(path: Path, runtime: object) -> None:
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name != "python":
        raise EngineError(f"{path}: `runtime: {name}` is not supported; the embedded engine runs Python programs")
