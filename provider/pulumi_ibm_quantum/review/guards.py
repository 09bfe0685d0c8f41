"""Guards: what stops a run that nobody watches, before anything is written."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.review.last_run import Drift, LastRun, drifts
from pulumi_ibm_quantum.vocabulary import format_duration

GUARDED: Final = "stopped by a guard"
"""How every sentence of a guard begins: what runs pipelines looks for it."""
_FALL_PERCENT: Final = 50
_FALL_TIME: Final = timedelta(days=7)


class Guarded(Exception):
    """A guard stops the run; a line for each reason."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(f"{GUARDED}: {reason}" for reason in reasons))


@dataclass(frozen=True, slots=True)
class Guards:
    """How much a run may do that nobody watches.

    Attributes:
        max_change_percent: Of an instance's allocation that may be taken from it.
        max_budget_percent: Of the budget that may be raised, all instances together.
        max_drifts: Instances that may have drifted since the last run.
    """

    max_change_percent: float = 25.0
    max_budget_percent: float = 10.0
    max_drifts: int = 3

    def reasons(
        self, decision: Decision, last: LastRun | None, *, own_iam_id: str = "", approved: Collection[str] = ()
    ) -> Iterator[str]:
        """Yield why a decision must not be applied without somebody who watches, a sentence each.

        Args:
            decision: What would be applied.
            last: What the last run decided; None where there was none.
            own_iam_id: Whose key writes; "" where that is not known.
            approved: The instances whose change was approved by name.
        """
        if decision.changes:
            yield from self._large_changes(decision, approved)
        if last is not None:
            yield from _changed_account(decision, last)
            yield from self._others_writes(decision, last, own_iam_id)

    def _large_changes(self, decision: Decision, approved: Collection[str]) -> Iterator[str]:
        judged = [one for one in decision.changes if one.name not in approved]
        for one in judged:
            before, delta = one.outcome.state.allocation_seconds, one.outcome.allocation_delta_seconds
            if before and -delta > before * self.max_change_percent / 100:
                yield (
                    f"{one.name} would lose {-delta / before:.0%} of its allocation, "
                    f"more than {self.max_change_percent:g}%"
                )
        budget = decision.balance.account.budget_seconds
        raised = sum(max(0, one.outcome.allocation_delta_seconds) for one in judged)
        if raised > budget * self.max_budget_percent / 100:
            part = f"{raised / budget:.0%} of the budget" if budget else format_duration(raised)
            yield f"{part} would be moved, more than {self.max_budget_percent:g}%"

    def _others_writes(self, decision: Decision, last: LastRun, own_iam_id: str) -> Iterator[str]:
        on_drift = decision.configuration.on_drift
        found = drifts(decision, last)
        if on_drift in ("revert", "keep"):
            foreign: tuple[Drift, ...] = ()
        else:
            foreign = tuple(one for one in found if own_iam_id and one.live.updated_by not in ("", own_iam_id))
        for one in foreign:
            yield f"{one.name} was changed by {one.live.updated_by} at {one.live.updated_at}; see `ibm-quantum drift`"
        if len(found) > self.max_drifts:
            names = ", ".join(one.name for one in found)
            yield f"{len(found)} instances are not as the last run left them, more than {self.max_drifts}: {names}"


def _changed_account(decision: Decision, last: LastRun) -> Iterator[str]:
    account = decision.balance.account
    if account.budget_seconds != last.budget_seconds:
        was, is_now = map(format_duration, (last.budget_seconds, account.budget_seconds))
        yield f"the budget was {was} at the last run and is {is_now}"
    since = decision.observation.moment - last.moment
    if since < _FALL_TIME and account.consumed_seconds * 100 < last.consumed_seconds * _FALL_PERCENT:
        was, is_now = map(format_duration, (last.consumed_seconds, account.consumed_seconds))
        yield f"usage in 28 days fell from {was} to {is_now} since the last run, which is not plausible"
