"""Pure decisions: values in, values out; no network, no files, no clock.

``balance`` takes an account as it is and returns what each of its instances is to have.
"""

from pulumi_ibm_quantum.balancer.account import (
    Account,
    ConfiguredInstance,
    InstanceState,
    NetGrant,
    Policy,
    Priority,
    Target,
    Usage,
    fairness,
)
from pulumi_ibm_quantum.balancer.balance import balance
from pulumi_ibm_quantum.balancer.limits import LimitBreakdown, first_day_needed, limit_breakdown, still_credits
from pulumi_ibm_quantum.balancer.outcome import Balance, Bounds, Outcome

__all__ = [
    "Account",
    "Balance",
    "Bounds",
    "ConfiguredInstance",
    "InstanceState",
    "LimitBreakdown",
    "NetGrant",
    "Outcome",
    "Policy",
    "Priority",
    "Target",
    "Usage",
    "balance",
    "fairness",
    "first_day_needed",
    "limit_breakdown",
    "still_credits",
]
