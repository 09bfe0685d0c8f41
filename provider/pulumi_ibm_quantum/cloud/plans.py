"""The plans of the quantum service: their names here and their ids in the Resource Controller.

Source: IBM's plan-id table and clients; staging uses the same ids.
"""

QUANTUM_RESOURCE_ID = "b6049020-80f4-11eb-a0f7-e35ec9b4054f"

PLAN_IDS = {
    "open": "850b21a7-71de-4e53-9441-1abdd202f35d",
    "paygo": "5304b575-3cff-4455-90dc-ae4367762093",
    "flex": "53bde9d3-cdbb-46f5-a98f-60ebcadf7260",
    "premium": "7f666d17-7893-47d8-bf9d-2b2389fc4dfc",
    "internal": "91b2c828-2952-4f05-aed8-bedf92c6c480",
    "dedicated": "c8122eb7-fdb1-4746-841d-45bbc7678195",
}

PLAN_NAMES = {plan_id: name for name, plan_id in PLAN_IDS.items()}


def plan_id_of(plan: str) -> str:
    """Return the id of a plan given by name or id; raise ValueError naming the known ones."""
    if plan in PLAN_NAMES:
        return plan
    try:
        return PLAN_IDS[plan]
    except KeyError:
        raise ValueError(f"unknown plan {plan!r}; known are {', '.join(PLAN_IDS)}") from None
