"""What an account has bought of a plan."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contract:
    """What was bought of a plan; seconds, and a limit of None where there is none.

    ``starts`` and ``ends`` are timestamps of the service, "" where it does not tell them.
    """

    subscription_id: str
    name: str
    budget_seconds: int
    unallocated_seconds: int
    limit_seconds: int | None
    starts: str = ""
    ends: str = ""
