"""The fair-share queue as a pure simulation: shares, systems and jobs in, starts, ends, waits and fractions out.

``simulate`` is all of it; its module says which rules are published and which were decided here. No files, no clock.
"""

from pulumi_ibm_quantum.queue.checks import InvalidQueue, QueueProblem
from pulumi_ibm_quantum.queue.model import (
    Accounting,
    Job,
    Number,
    PastRun,
    Reservation,
    Share,
    System,
)
from pulumi_ibm_quantum.queue.outcome import ProviderOutcome, Run, Simulation, SystemOutcome, p90
from pulumi_ibm_quantum.queue.simulation import simulate

__all__ = [
    "Accounting",
    "InvalidQueue",
    "Job",
    "Number",
    "PastRun",
    "ProviderOutcome",
    "QueueProblem",
    "Reservation",
    "Run",
    "Share",
    "Simulation",
    "System",
    "SystemOutcome",
    "p90",
    "simulate",
]
