"""What a decision does to waiting: an account's past, resampled, run through the queue as it is and as decided.

``forecast`` is all of it, and ``compare`` the same for any terms. Pure: histories and terms in, waits out; no files, no
network, no clock. The same input and seed always give the same, in however many processes.
"""

from pulumi_ibm_quantum.forecast.forecast import (
    Comparison,
    Estimate,
    Forecast,
    InstanceComparison,
    InstanceForecast,
    Waits,
    compare,
    forecast,
)
from pulumi_ibm_quantum.forecast.history import HISTORY_DAYS, WINDOW_DAYS, AccountHistory, History, JobsOfDay, Terms
from pulumi_ibm_quantum.forecast.surroundings import Surroundings

__all__ = [
    "HISTORY_DAYS",
    "WINDOW_DAYS",
    "AccountHistory",
    "Comparison",
    "Estimate",
    "Forecast",
    "History",
    "InstanceComparison",
    "InstanceForecast",
    "JobsOfDay",
    "Surroundings",
    "Terms",
    "Waits",
    "compare",
    "forecast",
]
