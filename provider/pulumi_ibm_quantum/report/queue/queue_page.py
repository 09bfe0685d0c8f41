"""The page of ``simulate --format html``: one file that loads nothing, for a screen, light or dark, and for paper."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from statistics import median

from pulumi_ibm_quantum.queue import Run, Simulation, p90
from pulumi_ibm_quantum.report.html.document import Section, document, style_sheet, tile
from pulumi_ibm_quantum.report.html.jump_list import instance_anchor
from pulumi_ibm_quantum.report.html.markup import Markup, join, table, tag
from pulumi_ibm_quantum.report.queue.account_run import AccountRun
from pulumi_ibm_quantum.report.queue.fraction_lines import fraction_lines, legend
from pulumi_ibm_quantum.report.queue.lanes import Lanes
from pulumi_ibm_quantum.report.queue.tables import (
    BACKEND_HEADER,
    PROJECT_HEADER,
    backend_rows,
    project_rows,
)
from pulumi_ibm_quantum.report.queue.time_line import time_line
from pulumi_ibm_quantum.vocabulary import format_duration

_WHO = "Bars are jobs that run, thin lines the time from submission to start. Jobs too close to tell apart are one bar."
_FRACTIONS = (
    "Used in the window over allotted. When the backend is free, the node with the lowest fraction that has a job is "
    "taken, level by level. A line jumps when a job has ended, and falls while what was used rolls out of the window."
)
_DAY = 86_400


def queue_page(simulation: Simulation, source: str, account: AccountRun | None = None) -> str:
    """Return the page; ``source`` is the name of the file, ``account`` what it tells if it is an account's history."""
    if account is None:
        lanes, times = Lanes(simulation), "are those of the file"
    else:
        lanes = Lanes(simulation, account.others, account.first_day, account.end_seconds)
        times = f"count from {account.first_day}, 0:00 UTC"
    backends = list(simulation.trees)
    own = [run for run in simulation.runs if run.job.project not in lanes.others]
    projects = project_rows(simulation)
    names = [row[0] for row in projects]
    return document(
        f"Fair-share queue: {source}",
        header=_header(simulation, source, account.assumed if account else ""),
        tiles=_tiles(own, "the account's " if account else ""),
        listed=("projects", names),
        drawings=(
            *(_backend(lanes, backend) for backend in backends),
            *(_fractions(lanes, one) for one in ([None] if simulation.accounting == "all_backends" else backends)),
        ),
        tables=(
            _table("Projects", PROJECT_HEADER, projects, map(instance_anchor, range(len(names)))),
            _table("Backends", BACKEND_HEADER, backend_rows(simulation)),
        ),
        footer=f"Written by ibm-quantum simulate. Times {times}.",
        style=style_sheet(__package__, "queue.css"),
    )


def _header(simulation: Simulation, source: str, assumed: str) -> list[str]:
    where = "on each backend by itself" if simulation.accounting == "each_backend" else "on all backends together"
    days = float(simulation.window_seconds) / _DAY
    window = f"{days:g} days" if days > 1 and days == int(days) else format_duration(float(simulation.window_seconds))
    heading, usage = f"Fair-share queue: {source}", f"Usage counts {where}, in a window of {window}."
    return [heading, usage, assumed] if assumed else [heading, usage]


def _tiles(runs: Sequence[Run], owner: str) -> Iterator[Markup]:
    waits = sorted(run.wait_seconds for run in runs if run.wait_seconds is not None)
    ended = [run.end_seconds for run in runs if run.end_seconds is not None]
    first = min((float(run.job.submitted_seconds) for run in runs), default=0.0)
    figures = (
        (f"{len(waits):,}", f"of {owner}{len(runs):,} jobs ran"),
        (format_duration(median(waits)) if waits else "-", "median wait"),
        (format_duration(p90(waits)) if waits else "-", "90th percentile of waits"),
        (format_duration(max(ended) - first) if ended else "-", "from first submission to last end"),
    )
    return (tile(figure, name) for figure, name in figures)


def _backend(lanes: Lanes, backend: str) -> Section:
    rows = lanes.by_lane(backend)
    what = [_WHO]
    if any(one.backend == backend for one in lanes.simulation.reservations):
        what.append("The time in grey is reserved.")
    if not lanes.others.isdisjoint(rows):
        what.append("Grey bars are other accounts, which are assumed.")
    notes = []
    if idle := [node for node in lanes.nodes if node not in rows and node not in lanes.others]:
        notes.append(f"Ran nothing here: {', '.join(idle)}.")
    if lanes.left_out:
        notes.append(f"Not shown: {lanes.left_out:,} nodes that held the backends for less time.")
    shown = [run for node, runs in rows.items() if node not in lanes.others for run in runs]
    if later := sum((run.start_seconds or 0.0) > lanes.end for run in shown):
        notes.append(f"Jobs that start later than is shown: {later:,}.")
    below = (tag("p", note, class_="soft note") for note in notes)
    return Section(f"{backend}: who ran when", " ".join(what), join(time_line(lanes, backend, rows), *below))


def _fractions(lanes: Lanes, backend: str | None) -> Section:
    tree = lanes.simulation.tree
    top = tuple(tree.paths[node] for node in tree.children[0])
    levels = [lanes.nodes] if set(top) >= set(lanes.nodes) else [top[: len(lanes.nodes)], lanes.nodes]
    name = "all backends" if backend is None else backend
    drawn = [part for nodes in levels for part in (fraction_lines(lanes, nodes, backend), legend(lanes, nodes))]
    return Section(f"{name}: fractions", _FRACTIONS, join(*drawn))


def _table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], anchors: Iterable[str | None] = repeat(None)
) -> Section:
    return Section(title, "", table([name.capitalize() for name in header], rows, "figures", anchors=anchors))
