"""From a project configuration and a live account to a plan.

What the component and the command line share; it knows nothing of Pulumi.
"""

from pulumi_ibm_quantum.planning.first_configuration import first_configuration
from pulumi_ibm_quantum.planning.planner import PlannedAccount, plan_account
from pulumi_ibm_quantum.planning.problems import PlanningError
from pulumi_ibm_quantum.planning.progress import Progress

__all__ = [
    "PlannedAccount",
    "PlanningError",
    "Progress",
    "first_configuration",
    "plan_account",
]
