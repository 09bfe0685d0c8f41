"""The engine in a process of its own, which can be stopped and killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.engine_projects import STACK, Project


def start_engine(project: Project) -> subprocess.Popen[bytes]:
    """Run an update in a process of its own, which can be killed."""
    code = (
        "import os, signal, sys; from pathlib import Path; from pulumi_ibm_quantum.engine import open_stack, operate\n"
        # A shell starts what runs in its background with interrupts ignored, and that is inherited.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
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
