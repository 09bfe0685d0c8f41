"""Qiskit Serverless as a test calls it at the command line: a function ``sampler``, and its jobs."""

import json

from pulumi_ibm_quantum.cloud.serverless import FileSpace
from tests.support.command_line import run

HIDDEN = "hidden-value"
SPACE = FileSpace("sampler")


def started(*arguments: str) -> str:
    """Run the function, and give the job's id."""
    result = run("functions", "run", "sampler", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def listed(*arguments: str) -> list[str]:
    """Give the ids of the jobs that are listed."""
    result = run("jobs", "list", "--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    return [one["id"] for one in json.loads(result.stdout)["jobs"]]
