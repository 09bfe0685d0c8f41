"""What a change does to waiting, as it is written in each format of its report."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pulumi_ibm_quantum.forecast import HISTORY_DAYS, WINDOW_DAYS, Estimate
from pulumi_ibm_quantum.report.waits import NOTHING_RAN, assumptions, format_middle, waits_document
from pulumi_ibm_quantum.review.waits import ChangedWaits, InstanceWaits


@dataclass(frozen=True, slots=True)
class WrittenWaits:
    """An instance's waits as people read them: each figure without the change, and with it."""

    of: InstanceWaits
    median: tuple[str, str]
    p90: tuple[str, str]

    @property
    def is_changed(self) -> bool:
        """Whether any figure reads otherwise."""
        return self.median[0] != self.median[1] or self.p90[0] != self.p90[1]

    @property
    def is_longer(self) -> bool:
        """Whether its jobs wait longer, by the 90th percentile if that reads otherwise, else by the median."""
        base, head = self.of.base, self.of.head
        if self.p90[0] != self.p90[1]:
            return head.p90_seconds.middle > base.p90_seconds.middle
        return head.median_seconds.middle > base.median_seconds.middle


def written(waits: ChangedWaits) -> Iterator[WrittenWaits]:
    """Yield the waits of each instance that has jobs."""
    for one in waits.instances:
        both = one.base, one.head
        yield WrittenWaits(one, _pair(each.median_seconds for each in both), _pair(each.p90_seconds for each in both))


def headline(waits: ChangedWaits) -> str:
    """Return what comes of it in a few words."""
    if not waits.instances:
        return NOTHING_RAN.rstrip(".")
    changed = [one for one in written(waits) if one.is_changed]
    if not changed:
        return "Waits: as without this change"
    longer = sum(one.is_longer for one in changed)
    counted = [f"{number} {how}" for number, how in ((longer, "longer"), (len(changed) - longer, "shorter")) if number]
    most = changed[0]
    before, after = most.p90
    example = f"; {most.of.name} {before} => {after} at the 90th percentile" if before != after else ""
    return f"Waits in the {WINDOW_DAYS} days to come: {', '.join(counted)}{example}"


def basis(waits: ChangedWaits) -> str:
    """Return what the figures are and how good they are, in a sentence or two."""
    found = waits.assumed
    return (
        f"Simulated: the middle of {found.resamples} resamples of the last {HISTORY_DAYS} days, each run without the "
        f"change and with it; the waits of the last {WINDOW_DAYS} days, run again, are off by a factor of "
        f"{found.surroundings.misfit:.1f}. Read them as much longer, much shorter or about the same."
    )


def document(waits: ChangedWaits) -> dict[str, Any]:
    """Return the waits, JSON-ready; a wait of null never ends."""
    return {
        **assumptions(waits.assumed),
        "jobs_digest": waits.jobs_digest,
        "instances": [
            {"name": one.name, "jobs": one.jobs, "base": waits_document(one.base), "head": waits_document(one.head)}
            for one in waits.instances
        ],
    }


def _pair(estimates: Iterable[Estimate]) -> tuple[str, str]:
    before, after = map(format_middle, estimates)
    return before, after
