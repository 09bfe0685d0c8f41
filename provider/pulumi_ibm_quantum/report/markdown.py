"""The report as Markdown, for a comment on a pull request: the verdict first, then what changes and why."""

from collections.abc import Iterator, Sequence
from typing import Final

from pulumi_ibm_quantum.report.figures import duration_format
from pulumi_ibm_quantum.report.markdown_markup import bullets, code, details, table, text
from pulumi_ibm_quantum.report.report import InstanceReport, Report
from pulumi_ibm_quantum.report.text import day_sentence, figure_cells, over_budget_sentences

_COLUMNS: Final = ("Instance", "Allocation", "Limit", "Used in 28 days", "Fairness", "Why")


def markdown(report: Report) -> str:
    """Return the report as GitHub and GitLab render it; it names no CRN, and names cannot become markup."""
    blocks = [
        _verdict(report),
        *bullets("", report.errors),
        _figures(report),
        *map(text, over_budget_sentences(report)),
        *bullets("Worth knowing:", report.warnings),
        *([table(_COLUMNS, _rows(report.changes), figures=range(1, 5))] if report.changes else []),
        *_folded([one for one in report.instances if not one.changes]),
        *(
            [f"Unconfigured, left as they are: {', '.join(map(code, report.unconfigured))}."]
            if report.unconfigured
            else []
        ),
        *_waits(report),
    ]
    return "\n\n".join(blocks) + "\n"


def _verdict(report: Report) -> str:
    changes = f"{len(report.changes)} of {len(report.instances)} instances would change"
    verdict = "This must not be applied" if report.errors else changes
    account = f"Plan {text(report.account.plan)} of account {code(report.account.account_id)}"
    return f"**{verdict}.** {account}. {day_sentence(report) or f'Usage as of {report.moment:%Y-%m-%d %H:%M} UTC.'}"


def _figures(report: Report) -> str:
    figures = {
        "Budget": report.account.budget_seconds,
        "Used in 28 days": report.account.consumed_seconds,
        "Allocated afterwards": report.allocated_seconds,
        "Unallocated": report.left_seconds,
    }
    if report.reserve_seconds:
        figures[f"Reserve ({report.reserve_percent:g} percent)"] = report.reserve_seconds
    if report.unconfigured_seconds:
        figures["Held by unconfigured instances"] = report.unconfigured_seconds
    return table(
        tuple(figures), [map(duration_format(figures.values()), figures.values())], figures=range(len(figures))
    )


def _rows(instances: Sequence[InstanceReport]) -> Iterator[tuple[str, ...]]:
    for one, (allocation, limit, used) in zip(instances, figure_cells(instances), strict=True):
        before, after = f"{one.fairness.before:.2f}", f"{one.fairness.after:.2f}"
        yield (
            code(one.name),
            allocation,
            limit,
            used + (" (in debt)" if one.in_debt else ""),
            before if before == after else f"{before} => {after}",
            text(one.reason),
        )


def _folded(instances: Sequence[InstanceReport]) -> Iterator[str]:
    """Yield the instances that stay as they are, behind a line that opens them."""
    if instances:
        summary = f"{len(instances)} {'stays as it is' if len(instances) == 1 else 'stay as they are'}"
        rows = (row[:-1] for row in _rows(instances))
        yield details(summary, table(_COLUMNS[:-1], rows, figures=range(1, 5)))


def _waits(report: Report) -> Iterator[str]:
    if report.forecast is None:
        return
    # Loaded here, because most reports do without.
    from pulumi_ibm_quantum.report import waits

    forecast, seconds = report.forecast.forecast, report.forecast.seconds
    header = [name.capitalize() for name in waits.HEADER]
    if rows := [(code(name), *cells) for name, *cells in waits.wait_rows(forecast)]:
        yield table(header, rows, figures=range(1, len(header)))
    yield details("What the forecast rests on", "\n".join(f"- {text(note)}" for note in waits.notes(forecast, seconds)))
