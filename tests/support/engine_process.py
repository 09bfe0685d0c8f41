"""The engine, and the command, in a process of its own, which can be interrupted and killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.support.engine_projects import STACK, Project

# What is to end at once must not end because its time is up: on a busy machine the two could not be told apart.
_PATIENT = "from pulumi_ibm_quantum.engine.run import interruption; interruption.WAIT_SECONDS = 600\n"
PATIENCE_SECONDS = 60.0


def start_command(folder: Path, env: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    """Run ``ibm-quantum`` as a pipeline does; interrupted, it waits ten minutes for what it does not give up."""
    code = f"{_PATIENT}from pulumi_ibm_quantum.cli.main import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=dict(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start_engine(project: Project) -> subprocess.Popen[bytes]:
    """Run an update in a process of its own, which can be killed."""
    code = (
        "import os, sys; from pathlib import Path; from pulumi_ibm_quantum.engine import open_stack, operate\n"
        f"operate(open_stack(Path(sys.argv[1]), '{STACK}', os.environ), 'update')"
    )
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
    return subprocess.Popen([sys.executable, "-c", code, str(project.root)], env={**project.env, "PYTHONPATH": path})


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)
