"""Functions, jobs and backends as tables for people and as JSON for scripts."""

import json
from collections.abc import Sequence
from typing import Any

from pulumi_ibm_quantum.cloud.quantum_platform import Backend
from pulumi_ibm_quantum.cloud.serverless import Job, LiveFunction
from pulumi_ibm_quantum.documents.dates import moment_from
from pulumi_ibm_quantum.report.layout import table
from pulumi_ibm_quantum.vocabulary import printable


def functions_table(functions: Sequence[LiveFunction], width: int | None) -> str:
    """Return a row for each function."""
    rows = [(one.name, one.version or "-", one.runner or "-", one.description or "-") for one in functions]
    return _table([("FUNCTION", "VERSION", "RUNNER", "DESCRIPTION"), *rows], width, prose=True)


def function_table(function: LiveFunction, width: int | None) -> str:
    """Return what there is of a function, a row each."""
    schema, sizes = function.arguments_schema, function.sizes or {}
    rows = {
        "FUNCTION": function.name,
        "ID": function.function_id,
        "VERSION": function.version,
        "DESCRIPTION": function.description,
        "ENTRY POINT": function.entrypoint,
        "RUNNER": function.runner,
        "TYPE": function.type,
        "DEPENDENCIES": ", ".join(function.dependencies),
        "SIZES": ", ".join(f"{label} {profile}" for label, profile in sizes.items()),
        "DEFAULT SIZE": function.default_size,
        "ARGUMENTS": json.dumps(schema, ensure_ascii=False) if schema else "",
        "ARTIFACT": function.artifact,
    }
    return _table([(title, cell) for title, cell in rows.items() if cell], width, prose=True)


def function_document(function: LiveFunction) -> dict[str, Any]:
    """Return a function as JSON; what it does not have is "", or null for a schema and sizes."""
    return {
        "id": function.function_id,
        "title": function.title,
        "provider": function.provider,
        "version": function.version,
        "description": function.description,
        "entrypoint": function.entrypoint,
        "runner": function.runner,
        "type": function.type,
        "dependencies": list(function.dependencies),
        "arguments_schema": function.arguments_schema,
        "sizes": function.sizes,
        "default_size": function.default_size,
        "artifact": function.artifact,
    }


def jobs_table(jobs: Sequence[Job], width: int | None) -> str:
    """Return a row for each job."""
    rows = [(one.job_id, one.detailed_status, one.function or "-", _moment(one.created)) for one in jobs]
    return _table([("JOB", "STATUS", "FUNCTION", "CREATED"), *rows], width)


def job_table(job: Job, width: int | None) -> str:
    """Return what there is of a job, a row each."""
    rows = {
        "JOB": job.job_id,
        "STATUS": job.detailed_status,
        "FUNCTION": job.function,
        "FUNCTION ID": job.function_id,
        "CREATED": _moment(job.created),
    }
    return _table([(title, cell) for title, cell in rows.items() if cell], width, prose=True)


def job_document(job: Job) -> dict[str, Any]:
    """Return a job as JSON: ``status`` as IBM's client has it, ``gateway_status`` as the service has."""
    return {
        "id": job.job_id,
        "status": job.detailed_status,
        "has_ended": job.has_ended,
        "gateway_status": job.status,
        "sub_status": job.sub_status,
        "function": job.function,
        "function_id": job.function_id,
        "created": job.created,
    }


def backends_table(backends: Sequence[Backend], width: int | None) -> str:
    """Return a row for each backend."""
    rows = [
        (one.name, str(one.qubits), str(one.queue_length), "runs jobs" if one.operational else "runs none")
        for one in backends
    ]
    return _table([("BACKEND", "QUBITS", "JOBS WAITING", "STATE"), *rows], width, figures=(1, 2))


def _table(
    rows: Sequence[Sequence[str]], width: int | None, *, prose: bool = False, figures: Sequence[int] = ()
) -> str:
    cells = [[printable(cell) for cell in row] for row in rows]
    return table(cells, width, prose=prose, figures=figures, whole_names=True)


def _moment(text: str) -> str:
    """Return a moment of the service's to the minute, in UTC; what is none as it is."""
    try:
        return moment_from(text, plain_dates=False, naive=True).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return text or "-"
