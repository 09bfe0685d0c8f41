"""What a preview costs: the time of the embedded engine, as a ratio to the same engine on as many trivial resources.

    .venv/bin/python -m benchmarks.preview [300 1000 ...]

Both programs are previewed in turn, several times, in one run on one machine; the ratios of their medians are what
compares between machines. The trivial program declares dynamic resources that do nothing; ours reads an account of that
many instances over loopback, plans it, and declares their allocations. The fake is a process of its own. CPU seconds
are those of the program, the engine (this process) and the host of the dynamic providers, each with its start; they are
read from ``/proc``, a twentieth of a second apart.
"""

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.served_account import count_calls, served, write_configuration, write_scenario
from pulumi_ibm_quantum.engine import Options, open_stack, operate

ROOT = Path(__file__).parents[1]
RUNS = 3
SAMPLING_SECONDS = 0.05
TRIVIAL_PROVIDER = """
from pulumi.dynamic import CreateResult, ResourceProvider
class Trivial(ResourceProvider):
    serialize_as_secret_always = False
    def create(self, props):
        return CreateResult("id", props)
"""
TRIVIAL_PROGRAM = """
from pulumi.dynamic import Resource
from trivial_provider import Trivial
class TrivialResource(Resource):
    pass
for index in range({count}):
    TrivialResource(Trivial(), f"trivial-{{index}}", {{"crn": f"crn-{{index}}", "allocation_seconds": index}})
"""

Costs = tuple[float, float, float, float]
"""Seconds, and CPU seconds of program, engine and provider host."""


def main() -> None:
    """Measure, and print a table."""
    counts = [int(argument) for argument in sys.argv[1:]] or [300, 1000]
    print(f"{'resources':>9}  {'':10}  {'time':>8}  {'program':>8}  {'engine':>8}  {'host':>8}  {'all CPU':>8}  calls")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            scenario = Path(folder, "scenario.yaml")
            write_scenario(scenario, count)
            with served(scenario) as variables:
                environment = {
                    **os.environ,
                    **variables,
                    "PULUMI_CONFIG_PASSPHRASE": "",
                    "PULUMI_BACKEND_URL": f"file://{folder}",
                }
                projects = trivial_project(Path(folder), count), fair_share_project(Path(folder), count)
                runs = [[preview(project, environment) for project in projects] for _ in range(RUNS)]
                calls = count_calls(variables) // RUNS
        trivial, ours = (medians([run[which] for run in runs]) for which in (0, 1))
        print(f"{count:9}  {'trivial':10}  {cells(trivial, ' s')}")
        print(f"{count:9}  {'fair share':10}  {cells(ours, ' s')}  {calls:5}")
        ratios = [mine / base for mine, base in zip(ours, trivial, strict=True)]
        print(f"{'':9}  {'ratio':10}  {cells(ratios)}", flush=True)


def trivial_project(folder: Path, count: int) -> Path:
    """Lay out the program to compare with."""
    project = folder / "trivial"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: trivial\nruntime: python\n", encoding="utf-8")
    (project / "trivial_provider.py").write_text(TRIVIAL_PROVIDER, encoding="utf-8")
    (project / "__main__.py").write_text(TRIVIAL_PROGRAM.format(count=count), encoding="utf-8")
    return project


def fair_share_project(folder: Path, count: int) -> Path:
    """Lay out the repository's own program, with every instance of the account configured."""
    project = folder / "fair-share"
    (project / "stacks").mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", project)
    shutil.copy(ROOT / "stacks" / "__main__.py", project / "stacks")
    write_configuration(project / "stacks" / "project.yaml", count, version=3)
    return project


def preview(project: Path, environment: Mapping[str, str]) -> Costs:
    """Preview a first run, and return what it cost."""
    with ChildrenCpu() as children:
        begun, cpu_begun = time.perf_counter(), time.process_time()
        result = operate(open_stack(project, "bench", environment, new=True), "update", Options(dry_run=True))
        seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu_begun
    if not result.ok:
        sys.exit(f"the preview of {project.name} failed: {result.errors}")
    return seconds, children.seconds("program_main"), cpu_seconds, children.seconds("provider_main")


class ChildrenCpu(threading.Thread):
    """Watches the CPU seconds of this process's children, which nobody can ask for one by one once they have ended."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._found: dict[Path, tuple[str, float]] = {}
        self._over = threading.Event()

    def __enter__(self) -> "ChildrenCpu":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Look again and again until it is over."""
        while not self._over.wait(SAMPLING_SECONDS):
            for listed in Path("/proc/self/task").glob("*/children"):
                for child in listed.read_text().split():
                    self._look(Path("/proc", child))

    def _look(self, process: Path) -> None:
        try:
            command = (process / "cmdline").read_text()
            user, system = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
        except OSError:
            return
        known = self._found.get(process, ("", 0.0))[0]
        self._found[process] = command or known, (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def seconds(self, module: str) -> float:
        """Return the CPU seconds of the children that run a module."""
        return sum(seconds for command, seconds in self._found.values() if module in command)


def medians(runs: Sequence[Costs]) -> list[float]:
    """Return the median of each cost, and of all CPU seconds."""
    return [*(median(costs) for costs in zip(*runs, strict=True)), median(sum(run[1:]) for run in runs)]


def cells(values: Sequence[float], unit: str = "  ") -> str:
    """Return the cells of a line."""
    return "  ".join(f"{value:6.2f}{unit}" for value in values)


if __name__ == "__main__":
    main()
