"""An account as a forecast sees it: what its instances ran, what they have, and what was decided for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_ibm_quantum.forecast.history import History, Terms


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
