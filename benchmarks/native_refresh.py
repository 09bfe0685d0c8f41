"""What a refresh costs under the Pulumi CLI: native resources as a ratio to dynamic ones, on the same account.

    PATH=FOLDER-OF-PULUMI:$PATH .venv/bin/python -m benchmarks.native_refresh [300]

An account of so many instances, which answers each call after 0.3 s, is balanced by the same FairShare in two stacks:
of dynamic resources in Python and of native ones in YAML. Each is refreshed without a write, in turn, several times;
what compares between machines are the ratios of the medians. Where all is as the state has it, one listing answers for
every resource; where somebody has changed every instance, each of them is read.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from urllib.request import Request, urlopen

import yaml

from benchmarks.served_account import count_calls, served, write_configuration, write_scenario

BIN = Path(sys.executable).parent
RUNS = 3
PARALLEL = (8, 32)
LATENCY_SECONDS = 0.3
DYNAMIC = 'from pulumi_ibm_quantum import FairShare\n\nFairShare("account", configuration="project.yaml")\n'
NATIVE = {"account": {"type": "ibm-quantum:FairShare", "properties": {"configuration": "project.yaml"}}}


def main() -> None:
    """Measure, and print a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "state").mkdir()
        write_scenario(folder / "scenario.yaml", count)
        with served(folder / "scenario.yaml") as variables:
            environment = {
                **os.environ,
                **variables,
                "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
                "PULUMI_CONFIG_PASSPHRASE": "",
                "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
                "PULUMI_SKIP_UPDATE_CHECK": "true",
            }
            projects = [
                lay_out(folder / "dynamic", {"runtime": "python"}, count, environment),
                lay_out(folder / "native", {"runtime": "yaml", "resources": NATIVE}, count, environment),
            ]
            control(variables, "POST", "faults", {"delay_seconds": LATENCY_SECONDS, "count": None})
            print(f"{count} instances, {LATENCY_SECONDS} s a call")
            print("instances    parallel   dynamic  calls    native  calls   ratio")
            for drift in ("as in state", "changed"):
                for parallel in PARALLEL:
                    measure(projects, parallel, environment, variables, drift)
                for index in range(count):
                    control(variables, "PATCH", f"instances/team-{index}", {"allocation_seconds": 4_000})


def lay_out(project: Path, settings: Mapping[str, object], count: int, environment: Mapping[str, str]) -> Path:
    """Write a program and its stack, and bring the account to what it says."""
    project.mkdir()
    plugins = {"providers": [{"name": "ibm-quantum", "path": str(BIN)}]}
    text = yaml.safe_dump({"name": project.name, "plugins": plugins, **settings})
    (project / "Pulumi.yaml").write_text(text, encoding="utf-8")
    (project / "__main__.py").write_text(DYNAMIC, encoding="utf-8")
    write_configuration(project / "project.yaml", count, version=3)
    pulumi(project, environment, "stack", "init", "bench")
    pulumi(project, environment, "up", "--yes", "--skip-preview")
    return project


def control(variables: Mapping[str, str], method: str, path: str, body: Mapping[str, object]) -> None:
    """Tell the fake what else is to happen."""
    url = f"{variables['IBMCLOUD_IAM_API_ENDPOINT'].removesuffix('/iam')}/_fake/{path}"
    with urlopen(Request(url, data=json.dumps(body).encode(), method=method)):
        pass


def measure(
    projects: list[Path], parallel: int, environment: Mapping[str, str], variables: Mapping[str, str], drift: str
) -> None:
    """Refresh the stacks in turn, and print a line."""
    count_calls(variables)
    seconds: list[list[float]] = [[] for _ in projects]
    calls = [0 for _ in projects]
    for _ in range(RUNS):
        for place, project in enumerate(projects):
            begun = time.perf_counter()
            pulumi(project, environment, "refresh", "--preview-only", "--parallel", str(parallel))
            seconds[place].append(time.perf_counter() - begun)
            calls[place] = count_calls(variables)
    dynamic, native = map(median, seconds)
    times = f"{dynamic:6.2f} s  {calls[0]:5}  {native:6.2f} s  {calls[1]:5}  {native / dynamic:6.2f}"
    print(f"{drift:11}  {parallel:8}  {times}", flush=True)


def pulumi(project: Path, environment: Mapping[str, str], *arguments: str) -> None:
    """Run a command of the CLI."""
    command = ["pulumi", *arguments, "--non-interactive"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
