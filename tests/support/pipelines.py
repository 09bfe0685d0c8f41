"""The pipelines of the examples: a project in a git repository, and their scripts as a job runs them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from pulumi_ibm_quantum.cli.main import ibm_quantum
from tests.support.desk import ROOT, Desk

GITOPS = ROOT / "examples" / "gitops"
SCRIPTS = GITOPS / "scripts"
STACK = "test"
_BIN = Path(sys.executable).parent
_SECRET = ("IBM", "PULUMI_", "AWS_")


@dataclass
class Pipeline:
    """A project folder under git, and jobs in it, with what they all have in their environment and on their PATH."""

    at: Desk
    environment: dict[str, str] = field(default_factory=dict)
    commands: list[Path] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.at.folder

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def commit(self, message: str) -> str:
        """Commit everything; give the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        command = ["git", *who, *arguments]
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def weigh(self, name: str, weight: float) -> None:
        """Give an instance another weight in the project configuration."""
        entries = self.at.configuration["instances"]
        self.at.configure(instances=[{**one, "weight": weight} if one["name"] == name else one for one in entries])

    def snapshot(self) -> Path:
        """Write the account as it is, as the job with a reader's key does."""
        path = self.folder / "snapshot.json"
        arguments = ["snapshot", "--config", str(self.folder / "stacks" / "project.yaml"), "--output", str(path)]
        done = CliRunner().invoke(ibm_quantum, arguments, env=dict(self.at.environment))
        assert done.exit_code == 0, done.output
        return path

    def job(self, script: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a script as a job with the key and the state does."""
        return self._run(script, arguments, {**self.at.environment, **settings})

    def job_without_secrets(self, script: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a script as a job does that may run what a stranger wrote."""
        kept = {name: value for name, value in self.at.environment.items() if not name.startswith(_SECRET)}
        return self._run(script, arguments, {**kept, **settings})

    def start(self, script: str, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """Start a script, with the key and the state, as the entry process of a step."""
        return subprocess.Popen(
            [SCRIPTS / script, *arguments],
            cwd=self.folder,
            env=self._complete({**self.at.environment, **settings}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _run(
        self, script: str, arguments: tuple[str, ...], environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SCRIPTS / script, *arguments],
            cwd=self.folder,
            env=self._complete(environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def _complete(self, environment: Mapping[str, str]) -> dict[str, str]:
        path = os.pathsep.join([*map(str, self.commands), str(_BIN), environment["PATH"]])
        return {"STACK": STACK, **environment, **self.environment, "PATH": path}


def lint(tool: str, *arguments: Any) -> subprocess.CompletedProcess[str]:
    """Run a checker of the development environment, or of the PATH."""
    command = _BIN / tool
    return subprocess.run(
        [command if command.exists() else tool, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"},
    )
