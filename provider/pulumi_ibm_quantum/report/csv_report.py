"""The report as CSV: one row an instance, under the column names that scripts already read."""

import csv
import io
from typing import Any, Final

from pulumi_ibm_quantum.report.report import InstanceReport, Report
from pulumi_ibm_quantum.report.waits import columns

COLUMNS: Final = (
    "name",
    "crn",
    "current_allocation",
    "new_allocation",
    "allocation_delta",
    "allocation_reason",
    "current_limit",
    "new_limit",
    "limit_delta",
    "limit_base",
    "limit_grant_funded",
    "limit_unspent_grant",
    "limit_overage",
    "consumed_28d",
    "consumed_14d",
    "consumed_7d",
    "consumed_3d",
    "consumed_24h",
    "fairness",
    "activity_score",
    "limit_reached",
)


def csv_report(report: Report) -> str:
    """Return the rows of ``analyze --format csv`` under a header: seconds; an empty cell where there is no value.

    Fairness is ``inf`` where an instance has usage and no allocation; ``limit_delta`` is empty where the limit does not
    change or one side has none. With a forecast there are further columns.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    waits = [columns(one.waits) if one.waits else {} for one in report.instances]
    writer.writerow([*COLUMNS, *next(iter(waits), ())])
    writer.writerows([*_row(one), *cells.values()] for one, cells in zip(report.instances, waits, strict=True))
    return text.getvalue()


def _no_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula, as OWASP advises."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _row(one: InstanceReport) -> list[Any]:
    """Give the cells in the order of ``COLUMNS``; the writer leaves those of None empty."""
    return [
        _no_formula(one.name),
        one.crn,
        one.allocation.before,
        one.allocation.after,
        one.allocation.after - one.allocation.before,
        one.allocation_reason,
        one.limit.before.seconds,
        one.limit.after.seconds,
        one.limit_delta_seconds or None,
        *_terms(one),
        one.usage.last_28_days,
        one.usage.last_14_days,
        one.usage.last_7_days,
        one.usage.last_3_days,
        one.usage.last_24_hours,
        f"{one.fairness.before:.6f}",
        f"{one.score:.6f}",
        one.limit_reached,
    ]


def _terms(one: InstanceReport) -> tuple[int | None, ...]:
    terms = one.limit_terms
    if terms is None:
        return (None, None, None, None)
    return (
        terms.base_seconds,
        terms.grant_funded_seconds,
        terms.unspent_grant_seconds,
        terms.pre_boost_overage_seconds,
    )
