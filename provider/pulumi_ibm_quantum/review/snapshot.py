"""A snapshot: an observed account in a file, which decisions are made from where there is no key."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pulumi_ibm_quantum.planning import Observation
from pulumi_ibm_quantum.planning.job_days import JobDays
from pulumi_ibm_quantum.review.review_file import Form, ReviewFileError
from pulumi_ibm_quantum.vocabulary import format_duration

SCHEMA: Final = "ibm-quantum-snapshot-1"
SNAPSHOT_AGE: Final = timedelta(hours=2)
"""How old a snapshot may be from which something is written."""
REVIEW_AGE: Final = timedelta(hours=26)
"""How old a snapshot may be on which a change is reviewed: one that is taken daily, and two hours."""
_AHEAD: Final = timedelta(minutes=5)


class SnapshotError(ReviewFileError):
    """A file is no snapshot, or one that cannot serve; the message says which and why."""


_FORM: Final = Form(SCHEMA, "snapshot", "ibm-quantum snapshot", SnapshotError)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An observation in a file.

    Attributes:
        observation: The account, as of the service's moment.
        source: The name of the file that it was read from.
        jobs: What was run, where that was asked for.
        taken: When, by the clock of the machine that took it; None where another release wrote the file.
    """

    observation: Observation
    source: str = "snapshot"
    jobs: JobDays | None = None
    taken: datetime | None = None

    def age(self, now: datetime) -> timedelta:
        """Return how old it is by the clock of this machine."""
        return now - (self.taken or self.observation.moment)

    def to_json(self) -> str:
        """Return the text of the file: canonical JSON, with digests and moment in clear for scripts."""
        document = {
            "schema": SCHEMA,
            "digest": self.observation.digest,
            "moment": self.observation.moment.isoformat(),
            "observation": json.loads(self.observation.to_json()),
        }
        if self.taken is not None:
            document["taken"] = self.taken.isoformat()
        if self.jobs is not None:
            document |= {"jobs_digest": self.jobs.digest, "jobs": self.jobs.document()}
        return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"

    @classmethod
    def read(cls, path: Path) -> "Snapshot":
        """Read a file.

        Raises:
            SnapshotError: it cannot be read, is something else, or was changed since.
        """
        return cls.from_json(_FORM.read(path), str(path))

    @classmethod
    def from_json(cls, text: str | bytes, source: str) -> "Snapshot":
        """Read what ``to_json`` wrote.

        Raises:
            SnapshotError: it is something else, or was changed since.
        """
        document = _FORM.parse(text, source)
        try:
            observation = Observation.from_json(json.dumps(document.get("observation")))
            jobs = JobDays.of(document["jobs"]) if "jobs" in document else None
            taken = datetime.fromisoformat(str(document["taken"])).astimezone(UTC) if "taken" in document else None
        except ValueError as error:
            raise SnapshotError(f"{source}: {error}") from None
        digests = observation.digest, None if jobs is None else jobs.digest
        if digests != (document.get("digest"), document.get("jobs_digest")):
            raise SnapshotError(f"{source}: is not what was observed, its digest is another; take it again")
        return cls(observation, source, jobs, taken)

    def demand_fresh(self, age: timedelta, at_most: timedelta) -> None:
        """Refuse a snapshot of an age that is too high, or below zero: it is from a time to come.

        Raises:
            SnapshotError: it is.
        """
        if age > at_most:
            limit = format_duration(at_most.total_seconds(), brief=True)
            raise SnapshotError(
                f"{self.source}: is {format_duration(age.total_seconds(), brief=True)} old, more than {limit}; take it "
                "again with `ibm-quantum snapshot`"
            )
        if -age > _AHEAD:
            ahead = format_duration(-age.total_seconds(), brief=True)
            raise SnapshotError(f"{self.source}: is of {ahead} from now; is the clock of this machine right?")
