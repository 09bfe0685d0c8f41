"""A forecast as people and scripts read it."""

import json
from math import inf

from pulumi_ibm_quantum.forecast import Estimate, Forecast, InstanceForecast, Surroundings, Waits
from pulumi_ibm_quantum.forecast.others import Others
from pulumi_ibm_quantum.report.waits import columns, document, instance_document, table

SHORT = Waits(Estimate(60, 30, 90), Estimate(600, 600, 600))
NEVER = Waits(Estimate(inf, 60, inf), Estimate(inf, inf, inf))
STOPPED = InstanceForecast("stopped", 12, SHORT, NEVER)
IDLE = InstanceForecast("idle", 0, None, None)


def of(*instances: InstanceForecast) -> Forecast:
    others = Others({"ibm_fez": 0.42}, {"ibm_fez": 300.0}, [0.5])
    return Forecast(instances, Surroundings(others, 12.0, 1.25), Estimate(360_000, 324_000, 400_000), 20, 0)


def test_waits_that_never_end_are_said_so() -> None:
    """A table says never, JSON has null, which every reader takes, and CSV infinity."""
    row = table(of(STOPPED), 1.0).splitlines()[1]
    assert row.split("  ")[0] == "stopped"
    assert "1m => never" in row
    assert "30s to 2m => 1m to never" in row
    assert "10m => never" in row
    found = json.loads(json.dumps(instance_document(STOPPED), allow_nan=False))
    assert found["proposed"]["median_seconds"] == {"middle": None, "low": 60, "high": None}
    assert columns(STOPPED)["proposed_p90_wait_low"] == inf


def test_nobody_with_jobs_is_no_table() -> None:
    """Where nobody has jobs there is a sentence; scripts still find the instances and the whole."""
    assert table(of(IDLE), 1.0) == "No forecast: no jobs in the last 60 days."
    assert instance_document(IDLE) == {"jobs": 0, "live": None, "proposed": None}
    assert set(columns(IDLE)) == set(columns(STOPPED))
    assert set(columns(IDLE).values()) == {0, None}


def test_what_was_assumed_is_said() -> None:
    """Load of others, hours of the day, how well it fits, how many resamples, and the time it took."""
    said = table(of(STOPPED, IDLE), 3.14)
    for words in (
        "ibm_fez 42%",
        "12 hours of a day",
        "factor of 1.2",
        "20 resamples",
        "took 3.1 s",
        "60 days: idle",
        "use 100h (90h to",
    ):
        assert words in said
    whole = document(of(STOPPED), 3.14)
    assert whole["assumed"] == {"hours_of_day": 12.0, "load_of_others": {"ibm_fez": 0.42}, "misfit_factor": 1.25}
    assert whole["used_seconds"] == {"middle": 360_000, "low": 324_000, "high": 400_000}
