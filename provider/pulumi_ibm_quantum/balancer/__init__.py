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
from pulumi_ibm_quantum.balancer.explanation import Explanation, Part, explain
from pulumi_ibm_quantum.balancer.limits import LimitBreakdown, first_day_needed, limit_breakdown, still_credits
from pulumi_ibm_quantum.balancer.outcome import Balance, Bounds, Outcome

__all__ = [
    "Account",
    "Balance",
    "Bounds",
    "ConfiguredInstance",
    "Explanation",
    "InstanceState",
    "LimitBreakdown",
    "NetGrant",
    "Outcome",
    "Part",
    "Policy",
    "Priority",
    "Target",
    "Usage",
    "balance",
    "explain",
    "fairness",
    "first_day_needed",
    "limit_breakdown",
    "still_credits",
]
