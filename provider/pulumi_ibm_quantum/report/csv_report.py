"""The report as CSV: one row an instance, under the column names that scripts already read."""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Final

from pulumi_ibm_quantum.report.report import InstanceReport, Report
from pulumi_ibm_quantum.report.waits import columns


def _no_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula, as OWASP advises."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


_CELLS: Final[Mapping[str, Callable[[InstanceReport], object]]] = {
    "name": lambda one: _no_formula(one.name),
    "crn": lambda one: one.crn,
    "current_allocation": lambda one: one.allocation.before,
    "new_allocation": lambda one: one.allocation.after,
    "allocation_delta": lambda one: one.allocation.after - one.allocation.before,
    "allocation_reason": lambda one: one.allocation_reason,
    "current_limit": lambda one: one.limit.before.seconds,
    "new_limit": lambda one: one.limit.after.seconds,
    "limit_delta": lambda one: one.limit_delta_seconds or None,
    "limit_base": lambda one: one.limit_terms and one.limit_terms.base_seconds,
    "limit_grant_funded": lambda one: one.limit_terms and one.limit_terms.grant_funded_seconds,
    "limit_unspent_grant": lambda one: one.limit_terms and one.limit_terms.unspent_grant_seconds,
    "limit_overage": lambda one: one.limit_terms and one.limit_terms.pre_boost_overage_seconds,
    "consumed_28d": lambda one: one.usage.last_28_days,
    "consumed_14d": lambda one: one.usage.last_14_days,
    "consumed_7d": lambda one: one.usage.last_7_days,
    "consumed_3d": lambda one: one.usage.last_3_days,
    "consumed_24h": lambda one: one.usage.last_24_hours,
    "fairness": lambda one: f"{one.fairness.before:.6f}",
    "activity_score": lambda one: f"{one.score:.6f}",
    "limit_reached": lambda one: one.limit_reached,
}


def csv_report(report: Report) -> str:
    """Return the rows of ``analyze --format csv`` under a header: seconds; an empty cell where there is no value.

    Fairness is ``inf`` where an instance has usage and no allocation; ``limit_delta`` is empty where the limit does not
    change or one side has none. With a forecast there are further columns.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    waits = [columns(one.waits) if one.waits else {} for one in report.instances]
    writer.writerow([*_CELLS, *next(iter(waits), ())])
    for one, cells in zip(report.instances, waits, strict=True):
        writer.writerow([*(cell(one) for cell in _CELLS.values()), *cells.values()])
    return text.getvalue()
