"""Small projects for the engine to run: a program that a test writes as data, and a service that it can look into."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pulumi_ibm_quantum.engine import Options, Result, digest, export_state, open_stack, operate
from pulumi_ibm_quantum.engine.state.deployment import Deployment, deployment_from_json
from pulumi_ibm_quantum.engine.state.integrity import integrity_errors
from pulumi_ibm_quantum.engine.state.passphrase import new_crypter, open_crypter

PROGRAM = Path(__file__).parent / "program"
PASSPHRASE = "correct horse"
CRYPTER = new_crypter(PASSPHRASE)
"""One key for all projects: to derive it costs 0.2 seconds."""
STACK = "dev"
NAME = "proj"


def thing(name: str, /, opts: dict[str, Any] | None = None, **props: Any) -> dict[str, Any]:
    """A resource of the service."""
    return {"name": name, "props": props, "opts": opts or {}}


def group(name: str, /, opts: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A component."""
    return {"name": name, "component": True, "opts": opts or {}, **fields}


def ref(target: str) -> dict[str, str]:
    """A reference to an output: ``name.id`` or ``name.computed``."""
    return {"$ref": target}


def secret(value: Any) -> dict[str, Any]:
    """A secret value."""
    return {"$secret": value}


def urn(name: str, *parents: str, type_: str = "pulumi-python:dynamic/test:Thing") -> str:
    """The URN of a resource of these projects."""
    return f"urn:pulumi:{STACK}::{NAME}::{'$'.join([*parents, type_])}::{name}"


@dataclass
class Project:
    """A project in a folder of its own, with its service and its state."""

    root: Path
    service: Path
    backend: Path
    env: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, *, config: dict[str, Any] | None = None, options: str = "") -> Project:
        """Lay out a project."""
        root = folder / "project"
        shutil.copytree(PROGRAM, root / "app", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "service").mkdir()
        (folder / "backend").mkdir()
        (root / "Pulumi.yaml").write_text(f"name: {NAME}\nruntime: python\nmain: app/\nstackConfigDir: app\n{options}")
        project = cls(root, folder / "service", folder / "backend")
        project.env = {
            **{key: item for key, item in os.environ.items() if not key.startswith("PULUMI_")},
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_BACKEND_URL": f"file://{project.backend}",
            "TEST_SERVICE": str(project.service),
        }
        project.configure(config or {})
        project.program()
        return project

    def configure(self, config: dict[str, Any]) -> None:
        """Write the stack's settings."""
        document = {"encryptionsalt": CRYPTER.salt, "config": config}
        (self.root / "app" / f"Pulumi.{STACK}.yaml").write_text(json.dumps(document))

    def program(self, *resources: dict[str, Any], **fields: Any) -> None:
        """Write the program."""
        (self.root / "app" / "program.json").write_text(json.dumps({"resources": resources, **fields}))

    def run(self, kind: Any = "update", **options: Any) -> Result:
        """Run an operation; whatever it does, the state holds together after it."""
        result = operate(open_stack(self.root, STACK, self.env), kind, Options(**options))
        assert integrity_errors(self.state()) == []
        return result

    def preview(self, **options: Any) -> Result:
        """Preview an update."""
        return self.run(dry_run=True, **options)

    @property
    def checkpoint(self) -> Path:
        """The checkpoint file."""
        return self.backend / ".pulumi" / "stacks" / NAME / f"{STACK}.json"

    def written(self) -> dict[str, Any]:
        """The state as its file has it."""
        latest: dict[str, Any] = json.loads(self.checkpoint.read_text())["checkpoint"]["latest"]
        return latest

    def state(self) -> Deployment:
        """The state, secrets open."""
        if not self.checkpoint.exists():
            return Deployment()
        return deployment_from_json(self.written(), open_crypter(PASSPHRASE, CRYPTER.salt).decrypt)

    def names(self) -> list[str]:
        """The names of the things in the state, in its order."""
        return [item.urn.rpartition("::")[2] for item in self.state().resources if item.managed]

    def calls(self, *kinds: str) -> list[str]:
        """The calls that the service saw and has not shown yet: ``create a``."""
        log = self.service / "calls.jsonl"
        lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        log.unlink(missing_ok=True)
        wanted = kinds or ("create", "update", "delete")
        return [f"{line['call']} {line['name']}" for line in lines if line["call"] in wanted]

    def objects(self) -> list[str]:
        """The ids of what the service has."""
        return sorted(path.stem for path in (self.service / "objects").glob("*.json"))

    def change_live(self, id_: str, **props: Any) -> None:
        """Change an object behind the engine's back."""
        path = self.service / "objects" / f"{id_}.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **props}))

    def remove_live(self, id_: str) -> None:
        """Delete an object behind the engine's back."""
        (self.service / "objects" / f"{id_}.json").unlink()

    def faults(self, **faults: str) -> None:
        """Let calls fail: ``create_a="no"``; without any, all goes well."""
        named = {key.replace("_", " ", 1): message for key, message in faults.items()}
        (self.service / "faults.json").write_text(json.dumps(named))


def ops(result: Result) -> list[tuple[str, str]]:
    """What a run did, as pairs of operation and name, without what stayed the same and without providers."""
    hidden = {"same", "create-replacement"}
    return [
        (step.op, step.urn.rpartition("::")[2])
        for step in result.steps
        if step.op not in hidden and "pulumi:providers" not in step.urn and "pulumi:pulumi:Stack" not in step.urn
    ]


class Embedded:
    """The embedded engine, for comparison."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def preview(self, *arguments: str, of: str = "up") -> dict[str, Any]:
        """Preview as JSON."""
        kind = "update" if of == "up" else of
        return digest(self.project.run(kind, dry_run=True, **self._options(arguments)))

    def run(self, command: str, *arguments: str) -> int:
        """Run an operation, and give its exit status."""
        kind = "update" if command == "up" else command
        return 0 if self.project.run(kind, **self._options(arguments)).ok else 1

    @staticmethod
    def _options(arguments: tuple[str, ...]) -> dict[str, bool]:
        return {argument.removeprefix("--").replace("-", "_"): True for argument in arguments}

    def export(self) -> dict[str, Any]:
        """The state."""
        exported: dict[str, Any] = export_state(open_stack(self.project.root, STACK, self.project.env))["deployment"]
        return exported


class Cli:
    """The real Pulumi CLI, for comparison."""

    def __init__(self, project: Project, home: Path) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{project.env['PATH']}"
        extra = {"PATH": path, "PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
        self.project = replace(project, env={**project.env, **extra})
        if not project.checkpoint.exists():
            self._pulumi("stack", "init", STACK)

    def _pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", "--non-interactive", *arguments],
            cwd=self.project.root,
            env=self.project.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def preview(self, *arguments: str, of: str = "up") -> dict[str, Any]:
        """Preview as JSON."""
        command = ["preview"] if of == "up" else [of, "--preview-only"]
        document: dict[str, Any] = json.loads(self._pulumi(*command, "--json", "-s", STACK, *arguments).stdout)
        return document

    def run(self, command: str, *arguments: str) -> int:
        """Run an operation, and give its exit status."""
        return self._pulumi(command, "--yes", "--skip-preview", "-s", STACK, *arguments).returncode

    def export(self) -> dict[str, Any]:
        """The state."""
        exported: dict[str, Any] = json.loads(self._pulumi("stack", "export", "-s", STACK).stdout)["deployment"]
        return exported
