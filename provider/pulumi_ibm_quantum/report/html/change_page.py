"""The page of ``report --format html``: what a change does, in one file that loads nothing."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from pulumi_ibm_quantum.report import change_waits
from pulumi_ibm_quantum.report.change import ChangeReport, total_movement
from pulumi_ibm_quantum.report.html.document import document
from pulumi_ibm_quantum.report.html.markup import Markup, join, table, tag
from pulumi_ibm_quantum.report.html.waiting import wait_cell
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.report.waits import CANNOT_KNOW
from pulumi_ibm_quantum.review import InstanceEffect, KeyChange
from pulumi_ibm_quantum.review.approval import format_effect
from pulumi_ibm_quantum.review.waits import ChangedWaits, InstanceWaits
from pulumi_ibm_quantum.vocabulary import format_duration

_EFFECT = ("Instance", "Without", "With", "Effect", "Share given", "Limit", "Changed")
_MOVEMENT = ("Instance", "Has", "Moves to", "By")
_WAITS = ("Instance", "Jobs", "Median without", "Median with", "90th percentile without", "90th percentile with")


def change_page(report: ChangeReport) -> str:
    """Return the page."""
    basis = f"Usage as of {report.basis.moment:%Y-%m-%d %H:%M} UTC"
    body = tag(
        "main",
        tag("header", tag("h1", report.headline), tag("p", basis, class_="soft")),
        _notice("This must not be applied", report.errors, "bad"),
        _notice("Worth knowing", report.warnings, ""),
        *([] if report.effect is None else _sections(report)),
    )
    return document("A change of an IBM Quantum account", body)


def _sections(report: ChangeReport) -> Iterable[Markup]:
    effect = report.effect
    assert effect is not None
    yield _notice("Changed for the account", [_key(key) for key in effect.account_keys], "")
    shown = [*effect.named, *effect.others]
    if shown:
        about = "What is decided with the change, less what is decided without it, on the same usage."
        yield _section("Effect", about, table(_EFFECT, map(_effect_cells, shown), "table"))
    if report.waits is not None:
        yield _section(change_waits.headline(report.waits), change_waits.basis(report.waits), *_waits(report.waits))
    yield _section("Writes", f"Applying this writes {report.written}.")
    if effect.moving:
        about = f"{format_duration(total_movement(effect.moving))} move with usage, with this change or without it."
        yield _section("Moves anyway", about, table(_MOVEMENT, map(_movement_cells, effect.moving), "table"))


def _waits(waits: ChangedWaits) -> Iterable[Markup]:
    if waits.instances:
        yield table(_WAITS, map(_wait_cells, waits.instances), "table waits")
        yield tag("p", f"They cannot know {'; '.join(CANNOT_KNOW)}.", class_="soft")


def _wait_cells(one: InstanceWaits) -> Iterable[Markup]:
    yield join(one.name)
    yield join(f"{one.jobs:.0f}")
    for figure in (attrgetter("median_seconds"), attrgetter("p90_seconds")):
        yield from (wait_cell(figure(waits)) for waits in (one.base, one.head))


def _effect_cells(one: InstanceEffect) -> tuple[str, ...]:
    before, after = format_limit(one.base.limit), format_limit(one.head.limit)
    return (
        one.name,
        format_duration(one.base.allocation_seconds),
        format_duration(one.head.allocation_seconds),
        format_effect(one.seconds),
        f"{one.share_given:.0%}" if one.is_payer else "",
        before if before == after else f"{before} => {after}",
        "; ".join(map(_key, one.keys)),
    )


def _movement_cells(one: InstanceEffect) -> tuple[str, ...]:
    return (
        one.name,
        format_duration(one.live.allocation_seconds if one.live else 0),
        format_duration(one.base.allocation_seconds),
        format_effect(one.movement_seconds),
    )


def _key(change: KeyChange) -> str:
    return f"{change.key}: {change.before or 'not given'} => {change.after or 'not given'}"


def _section(title: str, about: str, *content: Markup) -> Markup:
    return tag("section", tag("h2", title), tag("p", about, class_="soft"), *content)


def _notice(title: str, sentences: Sequence[str], style: str) -> Markup:
    if not sentences:
        return join()
    listed = tag("ul", *(tag("li", sentence) for sentence in sentences))
    return tag("section", tag("h2", title), listed, class_=f"notice {style}".strip())
