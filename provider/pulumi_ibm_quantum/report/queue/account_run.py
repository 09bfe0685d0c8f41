"""An account's history, played: one possible future of 28 days, and what had to be assumed for it."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pulumi_ibm_quantum.forecast import AccountHistory
from pulumi_ibm_quantum.forecast.forecast import TermsInForce, play_future
from pulumi_ibm_quantum.forecast.history import DAY_SECONDS, WINDOW_DAYS
from pulumi_ibm_quantum.queue import Simulation
from pulumi_ibm_quantum.report.waits import loads_of_others

if TYPE_CHECKING:
    from pulumi_ibm_quantum.planning import Progress


@dataclass(frozen=True, slots=True)
class AccountRun:
    """A simulation that did not come from a file alone.

    Attributes:
        simulation: who ran when.
        first_day: the day (UTC) that begins at 0.
        end_seconds: after which no jobs come; what has waited until then may run later still.
        others: the projects that stand for other accounts.
        assumed: a sentence for people.
    """

    simulation: Simulation
    first_day: date
    end_seconds: float
    others: frozenset[str]
    assumed: str


def account_run(account: AccountHistory, terms: TermsInForce, seed: int, progress: "Progress") -> AccountRun:
    """Play a history in which something ran."""
    simulation, assumed = play_future(
        account, terms, seed=seed, progress=lambda done, total: progress("running the queue", done, total)
    )
    first_day = account.history.today
    return AccountRun(
        simulation=simulation,
        first_day=first_day,
        end_seconds=WINDOW_DAYS * DAY_SECONDS,
        others=frozenset(share.name for share in assumed.others.shares),
        assumed=(
            f"Assumed: {WINDOW_DAYS} days under the {terms} allocations, drawn from the days before {first_day} "
            f"(seed {seed}); jobs come within {assumed.hours:g} hours of a day and other accounts use "
            f"{loads_of_others(assumed)}, which fits the waits of the last {WINDOW_DAYS} days best "
            f"(off by a factor of {assumed.misfit:.1f})."
        ),
    )
