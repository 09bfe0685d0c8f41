"""An account as a forecast sees it: what its instances ran, what they have, and what a plan would give them."""

from collections.abc import Mapping
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
    """Return a snapshot as plain data, dates included, to be written to a file; it holds no secrets.

    What is proposed is left out where it is what there is.
    """
    return {
        MARK: {"account_id": snapshot.account_id, "plan": snapshot.plan, "today": snapshot.history.today},
        "instances": [_instance(snapshot, name) for name in snapshot.history.instances],
    }


def _instance(snapshot: Snapshot, name: str) -> dict[str, Any]:
    live, proposed = snapshot.live[name], snapshot.proposed[name]
    return {
        "name": name,
        "live": asdict(live),
        **({"proposed": asdict(proposed)} if proposed != live else {}),
        "days": [asdict(jobs) for jobs in snapshot.history.instances[name]],
    }
