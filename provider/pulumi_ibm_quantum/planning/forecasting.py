"""The forecast of a decision: the account's days are read, and run through the queue; and how long that took.

The runs are shared among the cores of the machine, which changes no figure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.forecast import Comparison, Forecast, History, InstanceComparison, Terms, compare, forecast
from pulumi_ibm_quantum.planning.account_history import read_history
from pulumi_ibm_quantum.planning.decision import Decision
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.processes import Processes


@dataclass(frozen=True, slots=True)
class TimedForecast:
    """A forecast, and the seconds that it took with the reading."""

    forecast: Forecast
    seconds: float


def forecast_waits(decision: Decision, cloud: Cloud, *, progress: Progress = silent) -> TimedForecast:
    """Forecast the waits of all instances under what they have, and under what is decided.

    Raises:
        PlanningError: the plan has no rolling window, or some of the account could not be read.
    """
    begun = perf_counter()
    history = read_history(decision, cloud, progress=progress)
    with Processes() as processes:
        waits = forecast(history, progress=_running(progress), over=processes)
    return TimedForecast(waits, perf_counter() - begun)


def compare_waits(
    history: History,
    live: Mapping[str, Terms],
    base: Mapping[str, Terms],
    head: Mapping[str, Terms],
    *,
    progress: Progress = silent,
) -> Comparison[InstanceComparison]:
    """Forecast the waits of all instances under two sets of terms; the ``live`` ones have held until now."""
    with Processes() as processes:
        return compare(history, live, [base, head], progress=_running(progress), over=processes)


def _running(progress: Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress("running the queue", done, total)
