"""A Slurm of one node on loopback, in a folder of its own: slurmctld, slurmd and munged, ended when it is done.

The programs are those of the machine, or of Debian packages that were unpacked into the folder in ``SLURM_ROOT``.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(os.environ.get("SLURM_ROOT", "/"))
_PATH = os.pathsep.join(str(_ROOT / folder) for folder in ("usr/sbin", "usr/bin"))
_LIBRARIES = _ROOT / "usr/lib/x86_64-linux-gnu"
_PATIENCE_SECONDS = 60


def program(*names: str) -> str | None:
    """Return where the first of some programs is that there is."""
    return next((found for name in names if (found := shutil.which(name, path=_PATH))), None)


_DAEMONS = (("slurmctld-wlm", "slurmctld"), ("slurmd-wlm", "slurmd"), ("munged",))
IS_HERE = os.geteuid() == 0 and all(program(*names) for names in _DAEMONS)


@dataclass(frozen=True)
class SlurmCluster:
    """A cluster that runs."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of Slurm's commands."""
        where = program(command[0]) or command[0]
        environment = {**self.environment, **variables}
        return subprocess.run(
            [where, *command[1:]], env=environment, cwd=self.folder, capture_output=True, text=True, check=False
        )

    def job(self, script: str, *options: str, **variables: str) -> str:
        """Submit a job, wait for its end, and return what it printed; what sbatch said where it is refused."""
        path = self.folder / "job.sh"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        output = self.folder / "job.out"
        output.unlink(missing_ok=True)
        done = self.run("sbatch", "--wait", f"--output={output}", *options, str(path), **variables)
        return output.read_text(encoding="utf-8") if output.exists() else done.stderr


@contextmanager
def slurm_cluster(folder: Path, settings: str = "") -> Iterator[SlurmCluster]:
    """Start a cluster whose configuration is in ``folder``, with more lines for its ``slurm.conf``."""
    for name in ("munge", "state", "spool"):
        (folder / name).mkdir(mode=0o755)
    (folder / "munge" / "key").write_bytes(os.urandom(64))
    (folder / "munge" / "key").chmod(0o600)
    (folder / "slurm.conf").write_text(_configuration(folder) + settings, encoding="utf-8")
    environment = {
        **os.environ,
        "SLURM_CONF": str(folder / "slurm.conf"),
        "LD_LIBRARY_PATH": f"{_LIBRARIES}:{_LIBRARIES / 'slurm-wlm'}",
    }
    files = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
    munge = [f"--{option}={folder / 'munge' / name}" for option, name in files.items()]
    cluster = SlurmCluster(folder, environment)
    with ExitStack() as started:
        for command in (
            [program("munged"), "--foreground", "--force", *munge],
            [program("slurmctld-wlm", "slurmctld"), "-D", "-c"],
            [program("slurmd-wlm", "slurmd"), "-D", "-N", "node", "-d", program("slurmstepd-wlm", "slurmstepd")],
        ):
            started.enter_context(_running([str(word) for word in command], environment, folder))
        _wait_until_idle(cluster)
        yield cluster


def _configuration(folder: Path) -> str:
    plugins = _LIBRARIES / "slurm-wlm"
    controller, node = _free_port(), _free_port()
    return f"""\
ClusterName=alps
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthInfo=socket={folder}/munge/socket
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort={controller}
SlurmdPort={node}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
PluginDir={plugins}
PlugStackConfig={folder}/plugstack.conf
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
NodeName=node NodeAddr=127.0.0.1 NodeHostname=node CPUs=2 State=UNKNOWN
PartitionName=all Nodes=node Default=YES MaxTime=INFINITE State=UP
"""


@contextmanager
def _running(command: list[str], environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    with (
        (folder / "daemons.log").open("a") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as one,
    ):
        try:
            yield
        finally:
            one.terminate()


def _wait_until_idle(cluster: SlurmCluster) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while "idle" not in (said := cluster.run("sinfo", "-h", "-o", "%t")).stdout:
        if time.monotonic() > end:
            raise TimeoutError(said.stderr + (cluster.folder / "daemons.log").read_text())
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
