"""From a live account to a value, and from that and a project configuration to a decision.

``observe`` reads, and is all that does; ``decide`` is pure. What the component and the command line share; it knows
nothing of Pulumi.
"""

from pulumi_ibm_quantum.planning.decision import Decision, InstanceDecision, decide
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.observation import Observation, ObservedInstance, ObservedUsage
from pulumi_ibm_quantum.planning.observing import Scope, observe
from pulumi_ibm_quantum.planning.progress import Progress

__all__ = [
    "Decision",
    "InstanceDecision",
    "Observation",
    "ObservedInstance",
    "ObservedUsage",
    "PlanningError",
    "Progress",
    "Scope",
    "decide",
    "observe",
]
