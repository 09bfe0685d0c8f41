"""What the fake can be told to do differently, where the sources disagree or a test needs it."""

from __future__ import annotations

from dataclasses import dataclass

from .parameters import PatchMode


@dataclass(slots=True)
class Behaviour:
    """Switches of a fake; set them at any time.

    Attributes:
        patch_mode: What becomes of ``parameters`` that a PATCH leaves out.
        advancing_timestamp: Also ignore a PATCH whose ``timestamp`` is not later than the last one's (documented, but
            unhelpful where a test's time stands still).
        refuse_over_budget: Turn down a write that takes the plan's total past its budget and raises it (assumed; a
            decrease while above is taken).
        over_budget_status: Status of that refusal (400 or 422 are likely; unknown).
        over_budget_body: Its whole body, None for the usual shape.
        read_lag: Number of reads after a PATCH that still show what was there before; the PATCH then answers 202.
        list_lag_seconds: For so much of the account's time lists do not show a new instance; a read by CRN or GUID does
            (assumed: a list comes from an index that follows).
        provisioning_polls: Creation is asynchronous (202): this many reads still see ``provisioning``.
        provisioning_seconds: Creation is asynchronous until this much of the account's time has passed.
        provisioning_fails: Creation is accepted, and ends in ``failed``.
        reclamation: A deleted instance becomes ``pending_reclamation`` in place of ``removed``.
        analytics_lag_seconds: How far analytics is behind the instances' own usage (about 3600 in reality).
        analytics_global: Every region's host answers grouped analytics for all regions.
        configuration_put: What the deprecated ``PUT /v1/instances/configuration`` does: True applies it, False is 504.
        configuration_put_delay_seconds: How long it takes first (180 was seen).
        refuse_sessions_at_limit: Where the limit is reached, opening a session is 403; else it is taken and waits
            (assumed, both).
        null_limit: Where no limit is set, an instance's usage has a null (met once, on the Open plan); else it has no
            such key (from client source: the runtime's client subtracts from a null and fails).
        token_lifetime_seconds: Life of a token, by the machine's clock.
        latency_seconds: What every call takes, for benchmarks.
        longest_target: Characters of path and query beyond which a call is 414 (assumed: a usual proxy's limit).
    """

    patch_mode: PatchMode = PatchMode.REPLACE
    advancing_timestamp: bool = False
    refuse_over_budget: bool = True
    over_budget_status: int = 400
    over_budget_body: dict[str, object] | None = None
    read_lag: int = 0
    list_lag_seconds: float = 0.0
    provisioning_polls: int = 0
    provisioning_seconds: float = 0.0
    provisioning_fails: bool = False
    reclamation: bool = False
    analytics_lag_seconds: float = 0.0
    analytics_global: bool = False
    configuration_put: bool = False
    configuration_put_delay_seconds: float = 0.0
    refuse_sessions_at_limit: bool = True
    null_limit: bool = False
    token_lifetime_seconds: int = 3600
    latency_seconds: float = 0.0
    longest_target: int = 8192
