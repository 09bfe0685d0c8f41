"""The forecast against the truth, on days that it has not seen: one account of those in ``benchmarks/forecast.py``."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY

_BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "forecast.py"


def benchmark() -> Any:
    """The benchmark as a module; it is a script, and in no package."""
    spec = spec_from_file_location("forecast_benchmark", _BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_who_waits_and_whom_the_plan_helps_is_foreseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """From sixty days of a made-up account, the next 28 come out in the right order and of the right size.

    Waits are typically off by less than half, those who wait longest are known, and so is who gains by the plan.
    """
    monkeypatch.setenv("IBMCLOUD_API_KEY", DEFAULT_API_KEY)
    truth = benchmark()
    rows, _ = truth.compared(2)
    medians, p90s, new_p90s = zip(*(row.pairs() for row in rows), strict=True)
    for pairs in (medians, p90s):
        assert median(truth.off(true, found.middle) for true, found in pairs) < 1.5
        assert truth.correlation(*zip(*((true, found.middle) for true, found in pairs), strict=True)) > 0.8
    changes = [(new[0] - old[0], new[1].middle - old[1].middle) for new, old in zip(new_p90s, p90s, strict=True)]
    assert sum((true > 0) == (found > 0) for true, found in changes) >= len(changes) - 2
    assert truth.correlation(*zip(*changes, strict=True)) > 0.6
