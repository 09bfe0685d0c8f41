"""The report as Markdown, for a comment on a pull request: the verdict first, then what changes and why."""

import html
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from pulumi_ibm_quantum.report.figures import duration_format
from pulumi_ibm_quantum.report.report import InstanceReport, Report
from pulumi_ibm_quantum.report.text import day_sentence, figure_cells, over_budget_sentences

_COLUMNS: Final = ("Instance", "Allocation", "Limit", "Used in 28 days", "Fairness", "Why")
_CRN: Final = re.compile(r" ?\(crn:[^()\s]*\)|\bcrn:[^()\s]*")
_MARKS: Final = re.compile(r"[\\`*_\[\]#|~$]")
_ZERO_WIDTH_SPACE: Final = "\N{ZERO WIDTH SPACE}"


def markdown(report: Report) -> str:
    """Return the report as GitHub and GitLab render it; it names no CRN, and names cannot become markup."""
    blocks = [
        _verdict(report),
        *_list("", report.errors),
        _figures(report),
        *map(_text, over_budget_sentences(report)),
        *_list("Worth knowing:", report.warnings),
        *([_table(_COLUMNS, _rows(report.changes), figures=range(1, 5))] if report.changes else []),
        *_folded([one for one in report.instances if not one.changes]),
        *(
            [f"Unconfigured, left as they are: {', '.join(map(_code, report.unconfigured))}."]
            if report.unconfigured
            else []
        ),
        *_waits(report),
    ]
    return "\n\n".join(blocks) + "\n"


def _verdict(report: Report) -> str:
    changes = f"{len(report.changes)} of {len(report.instances)} instances would change"
    verdict = "This must not be applied" if report.errors else changes
    account = f"Plan {_text(report.account.plan)} of account {_code(report.account.account_id)}"
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
    return _table(
        tuple(figures), [map(duration_format(figures.values()), figures.values())], figures=range(len(figures))
    )


def _rows(instances: Sequence[InstanceReport]) -> Iterator[tuple[str, ...]]:
    for one, (allocation, limit, used) in zip(instances, figure_cells(instances), strict=True):
        before, after = f"{one.fairness.before:.2f}", f"{one.fairness.after:.2f}"
        yield (
            _code(one.name),
            allocation,
            limit,
            used + (" (in debt)" if one.in_debt else ""),
            before if before == after else f"{before} => {after}",
            _text(one.reason),
        )


def _folded(instances: Sequence[InstanceReport]) -> Iterator[str]:
    """Yield the instances that stay as they are, behind a line that opens them."""
    if instances:
        summary = f"{len(instances)} {'stays as it is' if len(instances) == 1 else 'stay as they are'}"
        rows = (row[:-1] for row in _rows(instances))
        yield _details(summary, _table(_COLUMNS[:-1], rows, figures=range(1, 5)))


def _waits(report: Report) -> Iterator[str]:
    if report.forecast is None:
        return
    # Loaded here, because most reports do without.
    from pulumi_ibm_quantum.report import waits

    forecast, seconds = report.forecast.forecast, report.forecast.seconds
    header = [name.capitalize() for name in waits.HEADER]
    if rows := [(_code(name), *cells) for name, *cells in waits.wait_rows(forecast)]:
        yield _table(header, rows, figures=range(1, len(header)))
    yield _details(
        "What the forecast rests on", "\n".join(f"- {_text(note)}" for note in waits.notes(forecast, seconds))
    )


def _table(header: Sequence[str], rows: Iterable[Iterable[str]], figures: Collection[int] = ()) -> str:
    rule = ["---:" if position in figures else "---" for position in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))


def _list(title: str, sentences: Iterable[str]) -> Iterator[str]:
    items = [f"- {_text(sentence)}" for sentence in sentences]
    if items:
        yield "\n".join([*([title, ""] if title else []), *items])


def _details(summary: str, body: str) -> str:
    # The blank lines make what is inside Markdown again.
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _code(name: str) -> str:
    """Return a name as it is, in a type that mentions nobody and links nothing."""
    return f"<code>{_escaped(name)}</code>"


def _text(sentence: str) -> str:
    """Return a sentence as it is, in which an @ calls nobody."""
    return _escaped(sentence).replace("@", f"@{_ZERO_WIDTH_SPACE}")


def _escaped(text: str) -> str:
    """Return a text on one line, without CRNs, in which nothing is markup.

    References to characters hold in tables too, where backslashes before a bar count for less than elsewhere.
    """
    line = " ".join(_CRN.sub("", text).split())
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", html.escape(line, quote=False))
