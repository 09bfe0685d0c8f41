"""What has drifted since the last run: applied, live, planned."""

from collections.abc import Sequence
from typing import Any, Final

from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.report.layout import table, wrap
from pulumi_ibm_quantum.report.markdown_markup import code
from pulumi_ibm_quantum.report.markdown_markup import table as markdown_table
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.review import Drift, LastRun, Terms
from pulumi_ibm_quantum.vocabulary import format_duration

_COLUMNS: Final = ("Instance", "Applied", "Live", "Planned")


def drift_text(decision: Decision, last: LastRun, found: Sequence[Drift], width: int | None) -> str:
    """Return the table for people, with who wrote last where the service tells."""
    if not found:
        return wrap(_verdict(last, found), width)
    header = [name.upper() for name in (*_COLUMNS, "By")]
    rows = [(*_cells(decision, one), f"{one.live.updated_by} {one.live.updated_at}".strip()) for one in found]
    return "\n".join([table([header, *rows], width, prose=True), "", wrap(_verdict(last, found), width)])


def drift_markdown(decision: Decision, last: LastRun, found: Sequence[Drift]) -> str:
    """Return it for an issue; it names nobody."""
    verdict = f"**{_verdict(last, found)}**"
    if not found:
        return f"{verdict}\n"
    rows = [(code(one.name), *_cells(decision, one)[1:]) for one in found]
    return f"{verdict}\n\n{markdown_table(_COLUMNS, rows)}\n"


def drift_document(decision: Decision, last: LastRun, found: Sequence[Drift]) -> dict[str, Any]:
    """Return it for scripts; seconds throughout, a limit of null is none."""
    return {
        "applied_at": last.moment.isoformat(),
        "drifts": [
            {
                "name": one.name,
                "applied": _terms(one.applied),
                "live": _terms(one.terms),
                "planned": _terms(_planned(decision, one)),
                "updated_by": one.live.updated_by,
                "updated_at": one.live.updated_at,
            }
            for one in found
        ],
    }


def _verdict(last: LastRun, found: Sequence[Drift]) -> str:
    when = f"the last run, of {last.moment:%Y-%m-%d %H:%M} UTC"
    if not found:
        return f"Nothing has drifted since {when}."
    return f"{len(found)} {'instance is' if len(found) == 1 else 'instances are'} not as left by {when}."


def _cells(decision: Decision, one: Drift) -> tuple[str, ...]:
    return (one.name, *map(_format_terms, (one.applied, one.terms, _planned(decision, one))))


def _planned(decision: Decision, one: Drift) -> Terms:
    outcome = next(each.outcome for each in decision.instances if each.name == one.name)
    return Terms(outcome.new_allocation_seconds, outcome.new_limit)


def _format_terms(terms: Terms) -> str:
    limit = "" if terms.limit.seconds is None else f", limit {format_limit(terms.limit)}"
    return f"{format_duration(terms.allocation_seconds)}{limit}"


def _terms(terms: Terms) -> dict[str, int | None]:
    return {"allocation_seconds": terms.allocation_seconds, "limit_seconds": terms.limit.seconds}
