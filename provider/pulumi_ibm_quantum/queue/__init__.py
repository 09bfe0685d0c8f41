"""The fair-share queue as a pure simulation: shares, backends and jobs in, starts, ends, waits and fractions out.

``simulate`` is all of it; its module says which rules are published and which were decided here. No files, no clock.
"""

from pulumi_ibm_quantum.queue.checks import InvalidQueue
from pulumi_ibm_quantum.queue.flat import FlatQueue, Stream
from pulumi_ibm_quantum.queue.model import (
    Accounting,
    Backend,
    Job,
    Number,
    PastRun,
    Reservation,
    Share,
)
from pulumi_ibm_quantum.queue.outcome import Run, Simulation, p90
from pulumi_ibm_quantum.queue.simulation import simulate

__all__ = [
    "Accounting",
    "Backend",
    "FlatQueue",
    "InvalidQueue",
    "Job",
    "Number",
    "PastRun",
    "Reservation",
    "Run",
    "Share",
    "Simulation",
    "Stream",
    "p90",
    "simulate",
]
