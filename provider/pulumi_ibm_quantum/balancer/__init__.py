"""Pure decisions: values in, values out; no network, no files, no clock.

``balance`` takes an account as it is and returns the plan; ``report`` and ``summary`` present one.
"""

from pulumi_ibm_quantum.balancer.account import (
    Account,
    ConfiguredInstance,
    InstanceState,
    LimitSetting,
    NetGrant,
    Policy,
    Priority,
    Target,
    Usage,
    fairness,
)
from pulumi_ibm_quantum.balancer.balance import balance
from pulumi_ibm_quantum.balancer.limits import LimitBreakdown, first_day_needed
from pulumi_ibm_quantum.balancer.plan import InstancePlan, Plan
from pulumi_ibm_quantum.balancer.report import report
from pulumi_ibm_quantum.balancer.summary import summary

__all__ = [
    "Account",
    "ConfiguredInstance",
    "InstancePlan",
    "InstanceState",
    "LimitBreakdown",
    "LimitSetting",
    "NetGrant",
    "Plan",
    "Policy",
    "Priority",
    "Target",
    "Usage",
    "balance",
    "fairness",
    "first_day_needed",
    "report",
    "summary",
]
