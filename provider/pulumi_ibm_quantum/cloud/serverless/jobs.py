"""Jobs: runs of functions, by the names that IBM's client has for their statuses."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.plausibility import text
from pulumi_ibm_quantum.cloud.serverless.gateway import Gateway, given
from pulumi_ibm_quantum.cloud.transport import json_of, understanding

STATUSES: Final = {
    "QUEUED": "QUEUED",
    "INITIALIZING": "PENDING",
    "RUNNING": "RUNNING",
    "CANCELING": "STOPPING",
    "CANCELED": "STOPPED",
    "DONE": "SUCCEEDED",
    "ERROR": "FAILED",
}
"""What IBM's client calls a status, and what the gateway does."""

_SUB_STATUSES: Final = {
    "MAPPING": "MAPPING",
    "OPTIMIZING_HARDWARE": "OPTIMIZING_FOR_HARDWARE",
    "WAITING_QPU": "WAITING_FOR_QPU",
    "EXECUTING_QPU": "EXECUTING_QPU",
    "POST_PROCESSING": "POST_PROCESSING",
}
DETAILED_STATUSES: Final = (*STATUSES, *(f"RUNNING: {name}" for name in _SUB_STATUSES.values()))
"""All that ``Job.detailed_status`` can be."""

_CLIENT_NAMES: Final = {gateway: client for client, gateway in STATUSES.items()}
_ENDED: Final = frozenset({"SUCCEEDED", "FAILED", "STOPPED"})
_PAGE_SIZE: Final = 100


@dataclass(frozen=True, slots=True)
class Job:
    """A run of a function.

    Attributes:
        status: As the gateway has it: QUEUED, PENDING, RUNNING, STOPPING, SUCCEEDED, FAILED or STOPPED.
        sub_status: What a running job says of itself; "" where it says nothing.
        created: When it was asked for, as the gateway writes it.
    """

    job_id: str
    status: str
    sub_status: str = ""
    function: str = ""
    function_id: str = ""
    created: str = ""

    @property
    def detailed_status(self) -> str:
        """The status as IBM's client shows it: DONE, or RUNNING: OPTIMIZING_FOR_HARDWARE."""
        status = _CLIENT_NAMES.get(self.status, self.status)
        if status != "RUNNING" or not self.sub_status:
            return status
        return f"{status}: {_SUB_STATUSES.get(self.sub_status, self.sub_status)}"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.status in _ENDED

    @property
    def is_done(self) -> bool:
        """Whether it ended well."""
        return self.status == "SUCCEEDED"


class Jobs:
    """The calls about jobs."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def run(self, title: str, arguments: Mapping[str, Any], *, provider: str = "", size: str | None = None) -> str:
        """Run a function and return the job's id. Not repeatable: where the answer is lost, it may run all the same.

        Args:
            title: The function.
            arguments: What it is given, as JSON.
            provider: Whose function it is; "" for one's own.
            size: One of the function's sizes; None for its default, and for gateways before 0.36.

        Raises:
            CloudError: the gateway refused, or gave no answer.
        """
        purpose = f"run function {title!r}"
        answer = self._gateway.send(
            "POST",
            "programs/run/",
            purpose=purpose,
            json={
                "title": title,
                "provider": provider or None,
                "arguments": json.dumps(dict(arguments)),
                "config": dict.fromkeys(("workers", "min_workers", "max_workers", "auto_scaling")),
                **({"function_size": size} if size else {}),
            },
        )
        with understanding(purpose):
            return text(json_of(answer, purpose)["id"])

    def list(
        self,
        *,
        limit: int | None = None,
        status: str | None = None,
        function: str | None = None,
        provider: str | None = None,
        filter: str | None = None,
        created_after: datetime | None = None,
    ) -> list[Job]:
        """Return jobs, newest first.

        Args:
            limit: How many; None for all.
            status: One of ``STATUSES``, also with what a running job says of itself, or a name of the gateway's.
            function: Of a title.
            provider: Of a provider's functions.
            filter: ``serverless`` for jobs of functions of one's own, ``catalog`` for those of others.
            created_after: An aware moment.
        """
        query = given(
            {
                "status": _status_filter(status),
                "function": function,
                "provider": provider,
                "filter": filter,
                "created_after": None if created_after is None else created_after.isoformat(),
            }
        )
        # A job that comes twice was moved to the next page by one that began meanwhile.
        found: dict[str, Job] = {}
        for job in self._pages(query, limit):
            if _is_of(job, status):
                found[job.job_id] = job
            if len(found) == limit:
                break
        return list(found.values())

    def get(self, job_id: str) -> Job | None:
        """Return a job; None where there is none of this id that the key may see."""
        purpose = f"read job {job_id}"
        try:
            document = self._gateway.get_json(_path(job_id), params={"with_result": "false"}, purpose=purpose)
        except errors.NotFound:
            return None
        with understanding(purpose):
            return _job(document)

    def result(self, job_id: str) -> str | None:
        """Return a job's result, a JSON text; None where there is none yet."""
        return self._content(job_id, "result", f"read the result of job {job_id}")

    def logs(self, job_id: str, *, of_provider: bool = False) -> str | None:
        """Return a job's logs, or those that only the function's provider may read; None where there are none yet."""
        return self._content(job_id, "provider-logs" if of_provider else "logs", f"read the logs of job {job_id}")

    def stop(self, job_id: str) -> str:
        """Stop a job, and return what the gateway says; one that has ended stays as it is."""
        purpose = f"stop job {job_id}"
        # IBM's client can send the key along here, to cancel what the job runs on hardware; we never do.
        answer = self._gateway.send(
            "POST", _path(job_id, "stop/"), json={"service": "null"}, purpose=purpose, repeatable=True
        )
        with understanding(purpose):
            return text(json_of(answer, purpose).get("message"))

    def _pages(self, query: Mapping[str, str | int], limit: int | None) -> Iterator[Job]:
        """Go through all pages, by offset: the address of the next page lacks the filters."""
        purpose, offset = "list the jobs", 0
        size = _PAGE_SIZE if limit is None else min(limit, _PAGE_SIZE)
        while size:
            page = self._gateway.get_json("jobs/", params={**query, "limit": size, "offset": offset}, purpose=purpose)
            with understanding(purpose):
                jobs, count = [_job(one) for one in page["results"]], int(page["count"])
            yield from jobs
            offset += len(jobs)
            if not jobs or offset >= count:
                return

    def _content(self, job_id: str, kind: str, purpose: str) -> str | None:
        """Return what a job left: in the answer itself under the kind's name, or as it is in object storage."""
        answer = self._gateway.send("GET", _path(job_id, f"{kind}/"), purpose=purpose, redirects=True)
        if answer.status_code == 204:
            return None
        if answer.is_redirect:
            return self._gateway.follow(answer, purpose).content.decode("utf-8", "replace")
        with understanding(purpose):
            return text(json_of(answer, purpose)["result" if kind == "result" else "logs"])


def _path(job_id: str, action: str = "") -> str:
    return f"jobs/{quote(job_id, safe='')}/{action}"


def _status_filter(status: str | None) -> str | None:
    name = None if status is None else status.partition(":")[0].strip()
    return None if name is None else STATUSES.get(name, name)


def _is_of(job: Job, status: str | None) -> bool:
    """Tell whether a job has what a running one says of itself: the gateway filters by the status alone."""
    return status is None or ":" not in status or job.detailed_status == status


def _job(document: Mapping[str, Any]) -> Job:
    function = document.get("program") or {}
    return Job(
        job_id=text(document["id"]),
        status=text(document["status"]),
        sub_status=text(document.get("sub_status")),
        function=text(function.get("title")),
        function_id=text(function.get("id")),
        created=text(document.get("created")),
    )
