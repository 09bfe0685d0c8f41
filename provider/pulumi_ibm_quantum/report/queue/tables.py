"""What came of a simulation, as tables for people and as a document for scripts."""

from collections.abc import Iterable
from typing import Any

from pulumi_ibm_quantum.queue import ProviderOutcome, Run, Simulation
from pulumi_ibm_quantum.report.layout import table
from pulumi_ibm_quantum.vocabulary import format_duration

PROVIDER_HEADER = ("PROVIDER", "JOBS", "NEVER RAN", "MEDIAN WAIT", "P90 WAIT", "USED")
SYSTEM_HEADER = ("SYSTEM", "JOBS", "BUSY", "OF", "IN USE")


def queue_text(simulation: Simulation, width: int | None = None) -> str:
    """Return a table with a row for each provider, and one with a row for each system."""
    providers = table([PROVIDER_HEADER, *provider_rows(simulation)], width)
    return f"{providers}\n\n{table([SYSTEM_HEADER, *system_rows(simulation)], width)}"


def provider_rows(simulation: Simulation) -> list[tuple[str, ...]]:
    """Return the cells of the first table."""
    return [
        (
            one.provider,
            f"{one.jobs:,}",
            f"{one.never_ran:,}",
            _wait(one.median_wait_seconds),
            _wait(one.p90_wait_seconds),
            format_duration(one.used_seconds),
        )
        for one in simulation.providers()
    ]


def system_rows(simulation: Simulation) -> list[tuple[str, ...]]:
    """Return the cells of the second table."""
    return [
        (
            one.system,
            f"{one.jobs:,}",
            format_duration(one.busy_seconds),
            format_duration(one.span_seconds),
            f"{one.utilization:.1%}",
        )
        for one in simulation.system_use()
    ]


def queue_document(simulation: Simulation) -> dict[str, Any]:
    """Return everything as plain data: providers, systems, and each job in the order of the input."""
    return {
        "window_seconds": float(simulation.window_seconds),
        "accounting": simulation.accounting,
        "providers": [_provider(one) for one in simulation.providers()],
        "systems": [
            {
                "system": one.system,
                "jobs": one.jobs,
                "busy_seconds": one.busy_seconds,
                "span_seconds": one.span_seconds,
                "utilization": one.utilization,
            }
            for one in simulation.system_use()
        ],
        "jobs": list(_jobs(simulation.runs)),
    }


def _wait(seconds: float | None) -> str:
    return "-" if seconds is None else format_duration(seconds)


def _provider(one: ProviderOutcome) -> dict[str, Any]:
    return {
        "provider": one.provider,
        "jobs": one.jobs,
        "ran": one.ran,
        "never_ran": one.never_ran,
        "median_wait_seconds": one.median_wait_seconds,
        "p90_wait_seconds": one.p90_wait_seconds,
        "used_seconds": one.used_seconds,
        "used_seconds_by_system": one.used_seconds_by_system,
    }


def _jobs(runs: Iterable[Run]) -> Iterable[dict[str, Any]]:
    for run in runs:
        yield {
            "name": run.job.name,
            "provider": run.job.provider,
            "system": run.job.system,
            "submitted_seconds": float(run.job.submitted_seconds),
            "start_seconds": run.start_seconds,
            "end_seconds": run.end_seconds,
            "wait_seconds": run.wait_seconds,
            "cancelled": run.cut_short or (run.start_seconds is None and run.job.cancelled_seconds is not None),
        }
