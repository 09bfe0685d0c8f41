"""The fair-share queue, played through: from shares, backends and jobs to when each job starts and ends.

The rules are IBM's published ones (fair-share scheduler and reservations, documented). When a backend is free,
the top node is taken that has used the lowest fraction of its allotted time in the window, within it the child by the
same rule, down to a project; its oldest job runs to its end; then its time is added at each level. What the
publications leave open is decided here:

- A job counts once it has ended, never while it runs (cancelled jobs do not count even when they ran in part, which is
  documented, so the time cannot have been added before the end). On one backend that makes no difference; where usage
  counts on all, an instance may start jobs on several backends at once and pass its limit by all of them.
- Equal fractions go to the node with the older job that may run; of two jobs of the same moment the one given first is
  the older.
- At one moment, ends come first, then submissions and cancellations, then decisions. A job that ends at the moment of
  its cancellation has ended; one that would start then does not.
- Only relations among siblings decide. A top node's share is its allotted time and below it a node has its part of its
  parent's, so that nothing is lost if fractions do not add up to one.
- A node without a share comes after all siblings that have one, whatever they used. To keep it from running at all (the
  service cancels what an archived instance has waiting), give it a limit of 0.
- A limit holds at any level and closes everything beneath, where usage *reaches* it; it opens at the first microsecond
  at which usage is below. What runs goes on (documented).
- A reservation does not stop what runs before it; the time that it leaves unused counts for nobody.
"""

from collections.abc import Sequence

from pulumi_ibm_quantum.queue.checks import check
from pulumi_ibm_quantum.queue.model import (
    Accounting,
    Backend,
    Job,
    Number,
    PastRun,
    Reservation,
    Share,
    microseconds,
)
from pulumi_ibm_quantum.queue.outcome import Run, Simulation
from pulumi_ibm_quantum.queue.queues import Queues
from pulumi_ibm_quantum.queue.schedule import Progress, Schedule
from pulumi_ibm_quantum.queue.tree import build_tree
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW_SECONDS


def simulate(
    shares: Sequence[Share],
    backends: Sequence[Backend],
    jobs: Sequence[Job],
    *,
    window_seconds: Number = ROLLING_WINDOW_SECONDS,
    accounting: Accounting = "each_backend",
    reservations: Sequence[Reservation] = (),
    past: Sequence[PastRun] = (),
    progress: Progress | None = None,
) -> Simulation:
    """Play the queue through until no job can run any more; the same input always gives the same result.

    Args:
        shares: the top nodes of the tree.
        backends: each with its own queue.
        jobs: in any order; of two with one moment of submission the first given is the older.
        window_seconds: how far back usage counts.
        accounting: whether usage counts on the backend where it was spent or on all; limits follow it.
        reservations: of one backend they must not overlap.
        past: usage from before, which leaves the window as any other.
        progress: told now and then how far the simulation has come.

    Raises:
        InvalidQueue: the input contradicts itself; it lists everything that is wrong.
    """
    check(
        shares,
        backends,
        jobs,
        window_seconds=window_seconds,
        accounting=accounting,
        reservations=reservations,
        past=past,
    )
    trees = {backend.name: build_tree(shares, backend.allotted_seconds) for backend in backends}
    schedule = Schedule(jobs, progress)
    names = list(trees)
    for queued_together in [names] if accounting == "all_backends" else [[name] for name in names]:
        queues = Queues(
            trees[queued_together[0]],
            queued_together,
            schedule,
            window=microseconds(window_seconds),
            reservations=reservations,
            past=past,
        )
        queues.play()
    return Simulation(
        trees=trees,
        runs=tuple(map(Run, jobs, map(_seconds, schedule.starts), map(_seconds, schedule.ends))),
        past=tuple(past),
        reservations=tuple(reservations),
        window_seconds=window_seconds,
        accounting=accounting,
    )


def _seconds(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 1e6
