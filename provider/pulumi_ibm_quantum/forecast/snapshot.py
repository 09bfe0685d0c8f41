"""An account as a forecast sees it: what its instances ran, what they have, and what a plan would give them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from pulumi_ibm_quantum.forecast.history import History, Terms

MARK: Final = "account_snapshot"
"""The key by which a file of this kind is known."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An account and plan on a day; all that competes in it, unconfigured instances included.

    Attributes:
        account_id: whose it is.
        plan: the plan of the instances.
        history: their complete days.
        live: what each instance of the history has.
        proposed: what each is to have; where there is no plan, the same.
    """

    account_id: str
    plan: str
    history: History
    live: Mapping[str, Terms]
    proposed: Mapping[str, Terms]


def as_document(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as plain data, to be written to a file; it holds names and figures, and no secrets."""
    return {
        MARK: {
            "account_id": snapshot.account_id,
            "plan": snapshot.plan,
            "today": snapshot.history.today.isoformat(),
        },
        "instances": list(_instances(snapshot)),
    }


def _instances(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for name, days in snapshot.history.instances.items():
        yield {
            "name": name,
            "live": asdict(snapshot.live[name]),
            "proposed": asdict(snapshot.proposed[name]),
            "days": [{**asdict(jobs), "day": jobs.day.isoformat()} for jobs in days],
        }
