"""The page of ``simulate --format html``: one file that loads nothing, for a screen, light or dark, and for paper."""

from collections.abc import Iterable, Sequence
from statistics import median

from pulumi_ibm_quantum.cli.page.document import document, style_sheet
from pulumi_ibm_quantum.cli.page.markup import Markup, tag, together
from pulumi_ibm_quantum.cli.simulation.fraction_lines import fraction_lines, legend
from pulumi_ibm_quantum.cli.simulation.lanes import Lanes
from pulumi_ibm_quantum.cli.simulation.report import (
    PROVIDER_HEADER,
    SYSTEM_HEADER,
    provider_rows,
    said,
    system_rows,
)
from pulumi_ibm_quantum.cli.simulation.time_line import time_line
from pulumi_ibm_quantum.queue import Simulation

_WHO = (
    "Bars are jobs that run, thin lines the time from submission to start. Jobs too close to tell apart are one bar; "
    "grey is reserved."
)
_FRACTIONS = (
    "Used in the window over allotted. When the system is free, the node with the lowest fraction that has a job is "
    "taken, level by level. A line jumps when a job has ended, and falls while what was used rolls out of the window."
)


def queue_page(simulation: Simulation, source: str) -> str:
    """Return the page; ``source`` names the file that was simulated."""
    lanes = Lanes(simulation)
    body = tag(
        "main",
        _header(simulation, source),
        _tiles(simulation),
        *(_system(lanes, system) for system in simulation.trees),
        *([_fractions(lanes, None)] if simulation.accounting == "all_systems" else []),
        _table("Providers", PROVIDER_HEADER, provider_rows(simulation)),
        _table("Systems", SYSTEM_HEADER, system_rows(simulation)),
        tag("footer", "Written by ibm-quantum simulate. Times are those of the file."),
    )
    return document(f"Fair-share queue: {source}", body, style_sheet(__package__, "queue.css"))


def _header(simulation: Simulation, source: str) -> Markup:
    where = "on each system by itself" if simulation.accounting == "each_system" else "on all systems together"
    window = said(float(simulation.window_seconds))
    return tag(
        "header",
        tag("h1", f"Fair-share queue: {source}"),
        tag("p", f"Usage counts {where}, in a window of {window}.", class_="soft"),
    )


def _tiles(simulation: Simulation) -> Markup:
    waits = sorted(run.wait_seconds for run in simulation.runs if run.wait_seconds is not None)
    ended = [run.end_seconds for run in simulation.runs if run.end_seconds is not None]
    first = min((float(run.job.submitted_seconds) for run in simulation.runs), default=0.0)
    figures = (
        (f"{len(waits):,}", f"of {len(simulation.runs):,} jobs ran"),
        (said(median(waits)) if waits else "-", "median wait"),
        (said(waits[(9 * len(waits) + 9) // 10 - 1]) if waits else "-", "90th percentile of waits"),
        (said(max(ended) - first) if ended else "-", "from first submission to last end"),
    )
    return tag(
        "section",
        *(tag("div", tag("b", figure), tag("span", name, class_="soft")) for figure, name in figures),
        class_="tiles",
    )


def _system(lanes: Lanes, system: str) -> Markup:
    parts = [tag("h2", f"{system}: who ran when"), tag("p", _WHO, class_="soft"), time_line(lanes, system)]
    if lanes.left_out:
        parts.append(
            tag("p", f"Not shown: {lanes.left_out:,} nodes that held the systems for less time.", class_="soft")
        )
    section = tag("section", *parts)
    if lanes.simulation.accounting == "all_systems":
        return section
    return together(section, _fractions(lanes, system))


def _fractions(lanes: Lanes, system: str | None) -> Markup:
    tree = lanes.simulation.tree
    top = tuple(tree.paths[node] for node in tree.children[0])
    levels = [lanes.nodes] if set(top) >= set(lanes.nodes) else [top[: len(lanes.nodes)], lanes.nodes]
    name = "all systems" if system is None else system
    drawn = [part for nodes in levels for part in (fraction_lines(lanes, nodes, system), legend(nodes))]
    return tag("section", tag("h2", f"{name}: fractions"), tag("p", _FRACTIONS, class_="soft"), *drawn)


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    head = tag("tr", *(tag("th", name.capitalize(), scope="col") for name in header))
    body = (tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    table = tag("div", tag("table", tag("thead", head), tag("tbody", *body)), class_="table figures")
    return tag("section", tag("h2", title), table)
