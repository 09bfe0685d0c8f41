"""The real Pulumi CLI as a test calls it: with the plugin of this environment, and a home of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tests.support.desk import Desk

BIN: Final = Path(sys.executable).parent
PLUGINS: Final[Mapping[str, Any]] = {"providers": [{"name": "ibm-quantum", "path": str(BIN)}]}
"""What ``Pulumi.yaml`` has where the plugin is in an environment that there is already."""


def with_pulumi(at: Desk) -> Desk:
    """Return a desk whose programs have the plugin at hand, and a stack ``test``."""
    path = at.folder / "Pulumi.yaml"
    project = {**yaml.safe_load(path.read_text(encoding="utf-8")), "plugins": PLUGINS}
    path.write_text(yaml.safe_dump(project), encoding="utf-8")
    made = at.with_environment(
        PULUMI_HOME=str(at.state_folder / "home"),
        PULUMI_SKIP_UPDATE_CHECK="true",
        PULUMI_DISABLE_REGISTRY_RESOLVE="true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION="true",
        PATH=f"{BIN}{os.pathsep}{os.environ['PATH']}",
    )
    pulumi(made, "stack", "init", "test")
    return made


def pulumi(at: Desk, *arguments: str) -> str:
    """Run a command; return what it prints."""
    command = ["pulumi", *arguments, "--non-interactive"]
    done = subprocess.run(command, cwd=at.folder, env=at.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
