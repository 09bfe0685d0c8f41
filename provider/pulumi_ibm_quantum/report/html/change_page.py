"""The page of ``report --format html``: what a change does, in one file that loads nothing."""

from collections.abc import Iterator

from pulumi_ibm_quantum.report import change_waits
from pulumi_ibm_quantum.report.change import ChangeReport, total_movement
from pulumi_ibm_quantum.report.html.document import Section, document, notice, tile
from pulumi_ibm_quantum.report.html.markup import Markup, join, table, tag
from pulumi_ibm_quantum.report.html.waiting import wait_cell
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.report.waits import CANNOT_KNOW
from pulumi_ibm_quantum.review import Effect, InstanceEffect
from pulumi_ibm_quantum.review.waits import ChangedWaits, InstanceWaits
from pulumi_ibm_quantum.vocabulary import format_duration, format_signed

_EFFECT = ("Instance", "Without", "With", "Effect", "Share given", "Limit", "Changed")
_MOVEMENT = ("Instance", "Has", "Moves to", "By")
_WAITS = ("Instance", "Jobs", "Median without", "Median with", "90th percentile without", "90th percentile with")


def change_page(report: ChangeReport) -> str:
    """Return the page."""
    effect = report.effect
    keys = [*map(str, effect.account_keys)] if effect else []
    return document(
        "A change of an IBM Quantum account",
        header=(report.headline, f"Usage as of {report.basis.moment:%Y-%m-%d %H:%M} UTC"),
        notices=join(
            notice("This must not be applied", report.errors, "bad"),
            notice("Worth knowing", report.warnings),
            notice("Changed for the account", keys),
        ),
        tiles=[] if effect is None else _tiles(effect),
        listed=("instances", []),
        drawings=(),
        tables=[] if effect is None else _tables(effect, report.waits),
        footer="" if effect is None else f"Applying this writes {report.written}.",
    )


def _tiles(effect: Effect) -> Iterator[Markup]:
    balance = effect.head.balance
    figures = (
        (balance.account.budget_seconds, "budget"),
        (balance.account.consumed_seconds, "used in 28 days"),
        (balance.total_seconds, "allocated with the change"),
        (total_movement(effect.moving), "moves with or without it"),
    )
    for seconds, name in figures:
        yield tile(format_duration(seconds, brief=True), name, format_duration(seconds))


def _tables(effect: Effect, waits: ChangedWaits | None) -> Iterator[Section]:
    if shown := [*effect.named, *effect.others]:
        about = "What is decided with the change, less what is decided without it, on the same usage."
        yield Section("Effect", about, table(_EFFECT, [*map(_effect_cells, shown)], "reasons"))
    if waits is not None:
        yield Section("Waits", f"{change_waits.headline(waits)}. {change_waits.basis(waits)}", _waits(waits))
    if effect.moving:
        about = "What moves with usage, with this change or without it."
        yield Section("Moves anyway", about, table(_MOVEMENT, [*map(_movement_cells, effect.moving)], ""))


def _waits(waits: ChangedWaits) -> Markup:
    if not waits.instances:
        return join()
    cannot_know = tag("p", f"They cannot know {'; '.join(CANNOT_KNOW)}.")
    return join(table(_WAITS, map(_wait_cells, waits.instances), "waits"), tag("div", cannot_know, class_="soft notes"))


def _wait_cells(one: InstanceWaits) -> Iterator[Markup]:
    base, head = one.base, one.head
    yield join(one.name)
    yield join(f"{one.jobs:.0f}")
    yield from map(wait_cell, (base.median_seconds, head.median_seconds, base.p90_seconds, head.p90_seconds))


def _effect_cells(one: InstanceEffect) -> tuple[str, ...]:
    before, after = format_limit(one.base.limit), format_limit(one.head.limit)
    return (
        one.name,
        format_duration(one.base.allocation_seconds),
        format_duration(one.head.allocation_seconds),
        format_signed(one.seconds),
        f"{one.share_given:.0%}" if one.is_payer else "",
        before if before == after else f"{before} => {after}",
        "; ".join(map(str, one.keys)),
    )


def _movement_cells(one: InstanceEffect) -> tuple[str, ...]:
    return (
        one.name,
        format_duration(one.live.allocation_seconds if one.live else 0),
        format_duration(one.base.allocation_seconds),
        format_signed(one.movement_seconds),
    )
