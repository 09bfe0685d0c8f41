"""Runs of the queue: an account's jobs under some terms, with those of others among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from pulumi_ibm_quantum.forecast.history import Terms
from pulumi_ibm_quantum.forecast.others import Others
from pulumi_ibm_quantum.forecast.streams import project_of
from pulumi_ibm_quantum.queue import Backend, Job, PastRun, Share, Simulation, simulate


@dataclass(frozen=True, slots=True)
class Scene:
    """All of a run but the terms: the jobs to come, ours and others', and what counts from before."""

    backends: Sequence[str]
    past: Sequence[PastRun]
    jobs: Sequence[Job]
    others: Others
    jobs_of_others: Sequence[Job]

    def played(self, terms: Mapping[str, Terms]) -> Simulation:
        """Run it under some terms; its first runs are those of ``jobs``."""
        shares = [
            Share(project_of(name), one.allocation_seconds, limit_seconds=one.limit_seconds)
            for name, one in terms.items()
        ]
        return simulate(
            [*shares, *self.others.shares],
            [Backend(backend) for backend in self.backends],
            [*self.jobs, *self.jobs_of_others],
            accounting="all_backends",
            past=[*self.past, *self.others.past],
        )

    def waits(self, terms: Mapping[str, Terms]) -> list[float]:
        """Return how long each of ``jobs`` waits under some terms, in seconds; infinitely if it never runs."""
        if not self.jobs:
            return []
        waits = (run.wait_seconds for run in self.played(terms).runs[: len(self.jobs)])
        return [inf if wait is None else wait for wait in waits]


def in_force(terms: Mapping[str, Terms]) -> Mapping[str, Terms]:
    """Stop archived instances: the service cancels what they have waiting, and takes no more (documented)."""
    return {name: one if one.allocation_seconds else Terms(0, 0) for name, one in terms.items()}
