"""An account as a forecast sees it: what its instances ran, what they have, and what was decided for them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from pulumi_ibm_quantum.forecast.history import History, Terms

MARK: Final = "account_history"
"""The key by which a file of this kind is known."""


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """An account and plan on a day; all that competes in it, unconfigured instances included.

    Attributes:
        account_id: whose it is.
        plan: the plan of the instances.
        history: their complete days.
        live: what each instance of the history has.
        decided: what each is to have; where nothing was decided, the same.
    """

    account_id: str
    plan: str
    history: History
    live: Mapping[str, Terms]
    decided: Mapping[str, Terms]


def as_document(account: AccountHistory) -> dict[str, Any]:
    """Return an account's history as plain data, dates included, to be written to a file; it holds no secrets.

    What is decided is left out where it is what there is.
    """
    return {
        MARK: {"account_id": account.account_id, "plan": account.plan, "today": account.history.today},
        "instances": [_instance(account, name) for name in account.history.instances],
    }


def _instance(account: AccountHistory, name: str) -> dict[str, Any]:
    live, decided = account.live[name], account.decided[name]
    return {
        "name": name,
        "live": asdict(live),
        **({"decided": asdict(decided)} if decided != live else {}),
        "days": [asdict(jobs) for jobs in account.history.instances[name]],
    }
