"""What a pull request decides: the effect of a change on one snapshot, what was approved of it, and what is guarded.

Allocations follow usage that moves every hour, so a plan cannot be approved as values. What holds still is the *effect*
of a change: what the new configuration decides less what the old one does, on the same snapshot.
"""

from pulumi_ibm_quantum.review.approval import Approval, NotApproved, Tolerance
from pulumi_ibm_quantum.review.conditions import Conditions, HeldDecision, decide_under, demand_no_freeze
from pulumi_ibm_quantum.review.effect import Effect, InstanceEffect, KeyChange, Terms, effect_of
from pulumi_ibm_quantum.review.guards import GUARDED, Guarded, Guards
from pulumi_ibm_quantum.review.last_run import Drift, LastRun, drifts
from pulumi_ibm_quantum.review.review_file import ReviewFileError
from pulumi_ibm_quantum.review.snapshot import REVIEW_AGE, SNAPSHOT_AGE, Snapshot, SnapshotError

__all__ = [
    "GUARDED",
    "REVIEW_AGE",
    "SNAPSHOT_AGE",
    "Approval",
    "Conditions",
    "Drift",
    "Effect",
    "Guarded",
    "Guards",
    "HeldDecision",
    "InstanceEffect",
    "KeyChange",
    "LastRun",
    "NotApproved",
    "ReviewFileError",
    "Snapshot",
    "SnapshotError",
    "Terms",
    "Tolerance",
    "decide_under",
    "demand_no_freeze",
    "drifts",
    "effect_of",
]
