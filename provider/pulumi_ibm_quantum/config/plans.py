"""The plans of IBM Quantum, and which of them can be balanced."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from .wording import quoted

BALANCED_PLANS: Final = ("internal", "premium", "paygo")
"""The plans whose allocations the load balancer works out."""

ALIASES: Final = {"pay-as-you-go": "paygo", "standard": "paygo"}
"""Other names of plans."""

_REFUSED: Final = {
    "open": "its allocation is fixed",
    "flex": "it has no rolling window: its time counts over the whole contract",
    "dedicated": "how its allocations count is not published",
}

_NAMES_OF_IDS: Final = {
    "850b21a7-71de-4e53-9441-1abdd202f35d": "open",
    "5304b575-3cff-4455-90dc-ae4367762093": "paygo",
    "53bde9d3-cdbb-46f5-a98f-60ebcadf7260": "flex",
    "7f666d17-7893-47d8-bf9d-2b2389fc4dfc": "premium",
    "91b2c828-2952-4f05-aed8-bedf92c6c480": "internal",
    "c8122eb7-fdb1-4746-841d-45bbc7678195": "dedicated",
}


def balanced_plan_of_id(plan_id: str) -> str:
    """Return the name of a plan that can be balanced, given by its id (from client source) or by its name.

    Raises:
        ValueError: as `balanced_plan`; or no plan has this id.
    """
    wanted = plan_id.strip().lower()
    if wanted.count("-") == 4 and wanted not in _NAMES_OF_IDS:
        known = ", ".join(f"{key} ({name})" for key, name in _NAMES_OF_IDS.items() if name in BALANCED_PLANS)
        raise ValueError(f"is not the id of a known plan, found {quoted(plan_id)}; use one of {known}")
    return balanced_plan(_NAMES_OF_IDS.get(wanted, plan_id))


def balanced_plan(name: str) -> str:
    """Return the canonical name of a plan that can be balanced, whatever its case or alias.

    Raises:
        ValueError: no plan of this name, or one that cannot be balanced; the message says why.
    """
    plan = name.strip().lower()
    plan = ALIASES.get(plan, plan)
    if plan in BALANCED_PLANS:
        return plan
    if plan in _REFUSED:
        raise ValueError(f"{plan} cannot be balanced: {_REFUSED[plan]}; use one of {', '.join(BALANCED_PLANS)}")
    near = get_close_matches(plan, [*BALANCED_PLANS, *ALIASES, *_REFUSED], n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    raise ValueError(f"is not a known plan, found {quoted(name)}{hint}; use one of {', '.join(BALANCED_PLANS)}")
