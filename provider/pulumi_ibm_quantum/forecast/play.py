"""Runs of the queue: an account's jobs under some terms, with those of others among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pulumi_ibm_quantum.forecast.history import Terms
from pulumi_ibm_quantum.forecast.others import Others
from pulumi_ibm_quantum.forecast.streams import project_of
from pulumi_ibm_quantum.queue import Backend, FlatQueue, PastRun, Share, Simulation, Stream, simulate


@dataclass(frozen=True)
class Scene:
    """All of a run but the terms: the instances, the jobs to come, ours and others', and what counts from before."""

    instances: Sequence[str]
    backends: Sequence[str]
    past: Sequence[PastRun]
    jobs: Stream
    others: Others
    jobs_of_others: Stream

    def played(self, terms: Mapping[str, Terms]) -> Simulation:
        """Run it under some terms; its first runs are those of ``jobs``."""
        return simulate(
            self.shares(terms),
            [Backend(backend) for backend in self.backends],
            [*self.jobs.jobs(), *self.jobs_of_others.jobs()],
            accounting="all_backends",
            past=[*self.past, *self.others.past],
        )

    def waits(self, terms: Mapping[str, Terms]) -> list[float]:
        """Return how long each of ``jobs`` waits under some terms, in seconds; infinitely if it never runs."""
        return self._queue.waits(self.shares(terms))[: len(self.jobs)] if self.jobs else []

    @cached_property
    def _queue(self) -> FlatQueue:
        projects = [*map(project_of, self.instances), *(share.name for share in self.others.shares)]
        return FlatQueue(projects, self.backends, self.jobs + self.jobs_of_others, [*self.past, *self.others.past])

    def shares(self, terms: Mapping[str, Terms]) -> list[Share]:
        """Return what everybody has: our instances, and those of others."""
        ours = (
            Share(project_of(name), terms[name].allocation_seconds, limit_seconds=terms[name].limit_seconds)
            for name in self.instances
        )
        return [*ours, *self.others.shares]


def in_force(terms: Mapping[str, Terms]) -> Mapping[str, Terms]:
    """Stop archived instances: the service cancels what they have waiting, and takes no more (documented)."""
    return {name: one if one.allocation_seconds else Terms(0, 0) for name, one in terms.items()}
