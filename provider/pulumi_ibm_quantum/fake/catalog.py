"""What never changes: the service, its plans, its regions."""

from typing import Final

SERVICE_ID: Final = "b6049020-80f4-11eb-a0f7-e35ec9b4054f"
"""``resource_id`` of the quantum service (documented)."""

SERVICE_NAME: Final = "quantum-computing"
"""The service's segment in a CRN (documented)."""

REGIONS: Final = ("us-east", "eu-de")
"""The regions that IBM's clients know (from client source)."""

QAU_SECONDS: Final = 96_000
"""One quantum allocation unit: 1600 minutes, in seconds."""

WINDOW_DAYS: Final = 28
"""Length of the rolling window (documented)."""

PLAN_IDS: Final = {
    "open": "850b21a7-71de-4e53-9441-1abdd202f35d",
    "paygo": "5304b575-3cff-4455-90dc-ae4367762093",
    "flex": "53bde9d3-cdbb-46f5-a98f-60ebcadf7260",
    "premium": "7f666d17-7893-47d8-bf9d-2b2389fc4dfc",
    "internal": "91b2c828-2952-4f05-aed8-bedf92c6c480",
    "dedicated": "c8122eb7-fdb1-4746-841d-45bbc7678195",
}
"""Plan name to ``resource_plan_id`` (documented for the first four, from client source for the rest)."""

PLAN_NAMES: Final = {plan_id: name for name, plan_id in PLAN_IDS.items()}
"""``resource_plan_id`` to plan name."""

OPEN_PLAN_LIMIT_SECONDS: Final = 600
"""What the Open plan reads back where no limit was sent (documented, measured by a third party)."""
