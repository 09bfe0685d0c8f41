"""What `analyze` costs on an account that takes 20 ms a call: beside qauvern 0.14.0, and beside its own calls alone.

    .venv/bin/python -m benchmarks.analyze [--ours] [10 100 500 ...]

On the left, both tools in turn in this process, on one fake account in it; they give the same allocations, which is
checked (``--ours`` leaves the left out, which takes most of the time). On the right, ours alone, the fake in a process
of its own: the time and CPU that it takes, and the time that its calls would take if nothing else were done and as many
were always under way as there are connections. What compares between machines are the ratios.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import click
from click.testing import CliRunner
from qauvern.cli import main as qauvern

from benchmarks.served_account import API_KEY, count_calls, served, write_configuration, write_scenario
from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import mock_ibm_quantum

LATENCY_SECONDS = 0.02
CONNECTIONS = 16
RUNS = 5


def main() -> None:
    """Measure, and print a table."""
    arguments = sys.argv[1:]
    peer = "--ours" not in arguments
    counts = [int(argument) for argument in arguments if argument != "--ours"] or [10, 100, 500]
    left = f"{'qauvern':>9} {'calls':>6}  {'ours':>8} {'calls':>6}  {'time':>7} {'calls':>6} | " if peer else ""
    print(f"{'instances':>9}  {left}{'alone':>8} {'CPU':>8} {'calls':>6}  {'calls alone':>11}  {'ratio':>5}")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            scenario, configuration = Path(folder, "scenario.yaml"), Path(folder, "account.yaml")
            write_scenario(scenario, count, latency_seconds=LATENCY_SECONDS)
            write_configuration(configuration, count)
            right = measure(scenario, configuration)
            print(f"{count:9}  {compare(scenario, configuration) if peer else ''}{right}", flush=True)


def compare(scenario: Path, configuration: Path) -> str:
    """Let both tools analyze an account, and return the left half of a line."""
    with mock_ibm_quantum(scenario) as fake:
        results = []
        for command in (qauvern, ibm_quantum):
            fake.forget_calls()
            allocations, seconds, _ = run(command, configuration, {"IBMCLOUD_API_KEY": API_KEY})
            results.append((allocations, seconds, len(fake.calls)))
    (theirs, their_seconds, their_calls), (ours, our_seconds, our_calls) = results
    if theirs != ours:
        sys.exit("the allocations differ")
    return (
        f"{their_seconds:7.2f} s {their_calls:6}  {our_seconds:6.2f} s {our_calls:6}"
        f"  {their_seconds / our_seconds:6.1f}x {our_calls / their_calls:6.0%} | "
    )


def measure(scenario: Path, configuration: Path) -> str:
    """Analyze an account that another process serves, and return the right half of a line: the best of some runs."""
    with served(scenario) as variables:
        runs = [run(ibm_quantum, configuration, variables) for _ in range(RUNS)]
        calls = count_calls(variables) // RUNS
    seconds, cpu_seconds = min(seconds for _, seconds, _ in runs), min(cpu for *_, cpu in runs)
    alone = calls * LATENCY_SECONDS / CONNECTIONS
    return f"{seconds:6.2f} s {cpu_seconds:6.2f} s {calls:6}  {alone:9.2f} s  {seconds / alone:5.2f}"


def run(
    command: click.Command, configuration: Path, environment: Mapping[str, str]
) -> tuple[dict[str, int], float, float]:
    """Analyze, and return the new allocations by CRN, the seconds and the CPU seconds."""
    arguments = ["analyze", "--config", os.fspath(configuration), "--format", "json"]
    begun, cpu_begun = time.perf_counter(), time.process_time()
    result = CliRunner().invoke(command, arguments, env=environment)
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu_begun
    if result.exit_code:
        sys.exit(f"{command.name} failed: {result.stderr}")
    rows = json.loads(result.stdout)["instances"]
    return {row["crn"]: row["new_allocation_seconds"] for row in rows}, seconds, cpu_seconds


if __name__ == "__main__":
    main()
