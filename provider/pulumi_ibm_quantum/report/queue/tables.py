"""What came of a simulation, as tables for people and as a document for scripts."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pulumi_ibm_quantum.queue import Run, Simulation
from pulumi_ibm_quantum.report.figures import duration_format
from pulumi_ibm_quantum.report.layout import table

PROJECT_HEADER = ("PROJECT", "JOBS", "NEVER RAN", "MEDIAN WAIT", "90TH PERCENTILE", "USED")
BACKEND_HEADER = ("BACKEND", "JOBS", "BUSY", "OF", "IN USE")


def queue_text(simulation: Simulation, width: int | None = None) -> str:
    """Return a table with a row for each project, and one with a row for each backend."""
    projects = table([PROJECT_HEADER, *project_rows(simulation)], width, figures=range(1, len(PROJECT_HEADER)))
    backends = table([BACKEND_HEADER, *backend_rows(simulation)], width, figures=range(1, len(BACKEND_HEADER)))
    return f"{projects}\n\n{backends}"


def project_rows(simulation: Simulation) -> list[tuple[str, ...]]:
    """Return the cells of the first table."""
    projects = simulation.projects()
    median = duration_format(one.median_wait_seconds for one in projects)
    p90 = duration_format(one.p90_wait_seconds for one in projects)
    used = duration_format(one.used_seconds for one in projects)
    return [
        (
            one.project,
            f"{one.jobs:,}",
            f"{one.never_ran:,}",
            "-" if one.median_wait_seconds is None else median(one.median_wait_seconds),
            "-" if one.p90_wait_seconds is None else p90(one.p90_wait_seconds),
            used(one.used_seconds),
        )
        for one in projects
    ]


def backend_rows(simulation: Simulation) -> list[tuple[str, ...]]:
    """Return the cells of the second table."""
    backends = simulation.backend_use()
    busy = duration_format(one.busy_seconds for one in backends)
    span = duration_format(one.span_seconds for one in backends)
    return [
        (one.backend, f"{one.jobs:,}", busy(one.busy_seconds), span(one.span_seconds), f"{one.utilization:.1%}")
        for one in backends
    ]


def queue_document(simulation: Simulation) -> dict[str, Any]:
    """Return everything as plain data: projects, backends, and each job in the order of the input."""
    return {
        "window_seconds": float(simulation.window_seconds),
        "accounting": simulation.accounting,
        "projects": [asdict(one) for one in simulation.projects()],
        "backends": [{**asdict(one), "utilization": one.utilization} for one in simulation.backend_use()],
        "jobs": list(_jobs(simulation.runs)),
    }


def _jobs(runs: Iterable[Run]) -> Iterable[dict[str, Any]]:
    for run in runs:
        yield {
            "name": run.job.name,
            "project": run.job.project,
            "backend": run.job.backend,
            "submitted_seconds": float(run.job.submitted_seconds),
            "start_seconds": run.start_seconds,
            "end_seconds": run.end_seconds,
            "wait_seconds": run.wait_seconds,
            "cancelled": run.cut_short or (run.start_seconds is None and run.job.cancelled_seconds is not None),
        }
