"""The plans of IBM Quantum, and which of them can be balanced."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from .wording import quoted

BALANCED_PLANS: Final = ("internal", "premium", "paygo")
"""The plans whose allocations the load balancer works out."""

_ALIASES: Final = {"pay-as-you-go": "paygo", "standard": "paygo"}
_REFUSED: Final = {
    "open": "its allocation is fixed",
    "flex": "it has no rolling window: its time counts over the whole contract",
    "dedicated": "how its allocations count is not published",
}


def balanced_plan(name: str) -> str:
    """Return the canonical name of a plan that can be balanced, whatever its case or alias.

    Raises:
        ValueError: no plan of this name, or one that cannot be balanced; the message says why.
    """
    plan = name.strip().lower()
    plan = _ALIASES.get(plan, plan)
    if plan in BALANCED_PLANS:
        return plan
    if plan in _REFUSED:
        raise ValueError(f"{plan} cannot be balanced: {_REFUSED[plan]}; use one of {', '.join(BALANCED_PLANS)}")
    near = get_close_matches(plan, [*BALANCED_PLANS, *_ALIASES, *_REFUSED], n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    raise ValueError(f"is not a known plan, found {quoted(name)}{hint}; use one of {', '.join(BALANCED_PLANS)}")
