"""Following a job: asking until it has ended, with its status on a terminal."""

import time
from typing import Final

from pulumi_ibm_quantum.cli.progress import progress_line
from pulumi_ibm_quantum.cloud import CloudError
from pulumi_ibm_quantum.cloud.serverless import Job, Jobs
from pulumi_ibm_quantum.vocabulary import printable

_PAUSE_SECONDS: Final = 5.0


def follow(jobs: Jobs, job: Job, *, timeout_seconds: float | None = None) -> Job:
    """Return a job when it has ended, or as it is when the time is over.

    Raises:
        CloudError: it could not be read, or is gone.
    """
    begun = time.monotonic()
    with progress_line(lambda: f"{printable(job.detailed_status)} ({time.monotonic() - begun:.0f} s)"):
        while True:
            job = known_job(jobs, job.job_id)
            left = None if timeout_seconds is None else timeout_seconds - (time.monotonic() - begun)
            if job.has_ended or (left is not None and left <= 0):
                return job
            time.sleep(_PAUSE_SECONDS if left is None else min(left, _PAUSE_SECONDS))


def known_job(jobs: Jobs, job_id: str) -> Job:
    """Return a job.

    Raises:
        CloudError: it could not be read, or there is none of this id.
    """
    found = jobs.get(job_id)
    if found is None:
        raise CloudError(f"there is no job {job_id} that this key may see")
    return found
