"""The plans of IBM Quantum: their names, other names, ids, and which of them can be balanced.

Source: IBM's plan-id table and clients; staging uses the same ids.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from pulumi_ibm_quantum.vocabulary.wording import quote


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    Attributes:
        name: How it is called everywhere here.
        plan_id: Its id in the Resource Controller.
        aliases: Other names that people use.
        not_balanced: Why its allocations cannot be balanced; empty where they can.
        has_rolling_window: Whether its queue ranks by usage in the rolling window, so that waits can be forecast.
    """

    name: str
    plan_id: str
    aliases: tuple[str, ...] = ()
    not_balanced: str = ""
    has_rolling_window: bool = False


PLANS: Final = (
    Plan("internal", "91b2c828-2952-4f05-aed8-bedf92c6c480", has_rolling_window=True),
    Plan("premium", "7f666d17-7893-47d8-bf9d-2b2389fc4dfc", has_rolling_window=True),
    Plan("paygo", "5304b575-3cff-4455-90dc-ae4367762093", aliases=("pay-as-you-go", "standard")),
    Plan("open", "850b21a7-71de-4e53-9441-1abdd202f35d", not_balanced="its allocation is fixed"),
    Plan(
        "flex",
        "53bde9d3-cdbb-46f5-a98f-60ebcadf7260",
        not_balanced="it has no rolling window: its time counts over the whole contract",
    ),
    Plan(
        "dedicated", "c8122eb7-fdb1-4746-841d-45bbc7678195", not_balanced="how its allocations count is not published"
    ),
)
"""All plans; those that can be balanced first."""

BALANCED_PLANS: Final = tuple(plan.name for plan in PLANS if not plan.not_balanced)
"""The names of the plans whose allocations the load balancer works out."""

PLAN_ALIASES: Final = {alias: plan.name for plan in PLANS for alias in plan.aliases}

_BY_TEXT: Final = {text: plan for plan in PLANS for text in (plan.name, plan.plan_id, *plan.aliases)}


def find_plan(text: str) -> Plan:
    """Return the plan of a name, an alias or an id, whatever its case.

    Raises:
        ValueError: there is none; the message names the nearest and all that there are.
    """
    wanted = text.strip().lower()
    if wanted in _BY_TEXT:
        return _BY_TEXT[wanted]
    if wanted.count("-") == 4:
        known = ", ".join(f"{plan.plan_id} ({plan.name})" for plan in PLANS if not plan.not_balanced)
        raise ValueError(f"is not the id of a known plan, found {quote(text)}; use one of {known}")
    near = get_close_matches(wanted, [*(plan.name for plan in PLANS), *PLAN_ALIASES], n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    raise ValueError(f"is not a known plan, found {quote(text)}{hint}; use one of {', '.join(BALANCED_PLANS)}")


def balanced_plan(text: str) -> str:
    """Return the name of a plan that can be balanced, given as in ``find_plan``.

    Raises:
        ValueError: there is no such plan, or it cannot be balanced; the message says why.
    """
    plan = find_plan(text)
    if plan.not_balanced:
        raise ValueError(f"{plan.name} cannot be balanced: {plan.not_balanced}; use one of {', '.join(BALANCED_PLANS)}")
    return plan.name


def plan_name_of_id(plan_id: str) -> str:
    """Return the name of the plan with this id; the id itself where it is not known."""
    plan = _BY_TEXT.get(plan_id)
    return plan_id if plan is None else plan.name
