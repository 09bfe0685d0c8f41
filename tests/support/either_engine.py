"""The commands of both engines as people run them at a desk: a process each, on the stack ``test``."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.desk import Desk

WITH_THE_CLI = [
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi command on the PATH"),
]
BIN = Path(sys.executable).parent


def run(command: str, at: Desk, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``ibm-quantum`` or ``pulumi``, which must end well."""
    done = attempt(command, at, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def attempt(command: str, at: Desk, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``ibm-quantum`` or ``pulumi``."""
    return subprocess.run(
        [str(BIN / command) if command == "ibm-quantum" else command, *arguments, "--stack", "test"],
        cwd=at.folder,
        env={**at.environment, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
