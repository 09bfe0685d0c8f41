"""The report of a change as Markdown, for a comment on a pull request: the verdict first, and never too long."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from pulumi_ibm_quantum.balancer import fairness
from pulumi_ibm_quantum.report import change_waits
from pulumi_ibm_quantum.report.change import ChangeReport, total_movement
from pulumi_ibm_quantum.report.change_waits import WrittenWaits
from pulumi_ibm_quantum.report.markdown_markup import bullets, code, details, table, text
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.review import Effect, InstanceEffect, KeyChange
from pulumi_ibm_quantum.review.approval import format_effect
from pulumi_ibm_quantum.review.waits import ChangedWaits
from pulumi_ibm_quantum.vocabulary import format_duration

LONGEST: Final = 60_000
"""Characters; a comment on GitHub may have 65 536."""
_ROWS: Final = (1_000, 60, 40, 25, 10)
"""Rows of a table, tried in this order until the whole is short enough."""
_LONGEST_VALUE: Final = 60
_EFFECT: Final = ("Instance", "Without", "With", "Effect", "Limit", "Fairness", "Changed")
_MOVEMENT: Final = ("Instance", "Has", "Moves to", "By")
_WAITS: Final = ("Instance", "Jobs", "Median wait", "90th percentile")
_MOST_WAITS: Final = 25


def change_markdown(report: ChangeReport) -> str:
    """Return the report as GitHub and GitLab render it, at most ``LONGEST`` characters; it names no CRN."""
    for rows in _ROWS:
        rendered = "\n\n".join(_blocks(report, rows)) + "\n"
        if len(rendered) <= LONGEST:
            return rendered
    return rendered[: LONGEST - 2].rpartition("\n")[0] + "\n…\n"


def _blocks(report: ChangeReport, rows: int) -> Iterator[str]:
    yield f"**{text(report.headline)}.**"
    yield from bullets("", report.errors[:rows])
    if report.effect is not None:
        yield from _effect(report.effect, report.waits, rows)
        yield _budget(report.effect)
    if report.warnings:
        (listed,) = bullets("", report.warnings[:rows])
        yield details(f"Worth knowing: {len(report.warnings)}", listed)
    if report.effect is not None:
        yield f"Applying this writes {text(report.written)}."
        yield _undo(report.effect)
    yield _basis(report)


def _effect(effect: Effect, waits: ChangedWaits | None, rows: int) -> Iterator[str]:
    yield from bullets("Changed for the account:", map(_key, effect.account_keys))
    shown = [*effect.named, *effect.others]
    if shown:
        yield _cut(_EFFECT, shown, rows, _effect_row, lambda one: one.seconds)
    if waits is not None:
        yield _waits(waits, rows)
    if effect.moving:
        seconds = format_duration(total_movement(effect.moving))
        moving = f"{len(effect.moving)} {'instance' if len(effect.moving) == 1 else 'instances'}"
        yield details(
            f"Moves anyway, with usage: {moving}, {seconds}",
            _cut(_MOVEMENT, effect.moving, rows, _movement_row, lambda one: one.movement_seconds),
        )


def _effect_row(one: InstanceEffect) -> Iterator[str]:
    yield code(one.name)
    yield format_duration(one.base.allocation_seconds)
    yield format_duration(one.head.allocation_seconds)
    share = f" ({one.share_given:.0%})" if one.is_payer else ""
    yield f"{format_effect(one.seconds)}{share}"
    before, after = format_limit(one.base.limit), format_limit(one.head.limit)
    yield before if before == after else f"{before} => {after}"
    quotients = (fairness(one.used_seconds, terms.allocation_seconds) for terms in (one.base, one.head))
    old, new = (f"{quotient:.2f}" for quotient in quotients)
    yield old if old == new else f"{old} => {new}"
    yield "; ".join(text(_key(key)) for key in one.keys) or "-"


def _movement_row(one: InstanceEffect) -> Iterator[str]:
    yield code(one.name)
    yield format_duration(one.live.allocation_seconds if one.live else 0)
    yield format_duration(one.base.allocation_seconds)
    yield format_effect(one.movement_seconds)


def _waits(waits: ChangedWaits, rows: int) -> str:
    changed = [one for one in change_waits.written(waits) if one.is_changed]
    shown = changed[: min(rows, _MOST_WAITS)]
    headline = text(change_waits.headline(waits))
    if not shown:
        return f"{headline}."
    rest = [f"and {len(changed) - len(shown)} more."] if len(changed) > len(shown) else []
    blocks = [table(_WAITS, map(_wait_row, shown), (1, 2, 3)), *rest, f"<sub>{text(change_waits.basis(waits))}</sub>"]
    return details(headline, "\n\n".join(blocks))


def _wait_row(one: WrittenWaits) -> Iterator[str]:
    yield code(one.of.name)
    yield f"{one.of.jobs:.0f}"
    for before, after in (one.median, one.p90):
        yield before if before == after else f"{before} => {after}"


def _cut(
    header: Sequence[str],
    instances: Sequence[InstanceEffect],
    rows: int,
    row: Callable[[InstanceEffect], Iterable[str]],
    seconds: Callable[[InstanceEffect], int],
) -> str:
    """Return a table of the first so many, and a line that counts the rest."""
    shown = table(header, map(row, instances[:rows]))
    rest = instances[rows:]
    if not rest:
        return shown
    return f"{shown}\n\nand {len(rest)} more, {format_duration(sum(abs(seconds(one)) for one in rest))} in all."


def _budget(effect: Effect) -> str:
    balance = effect.head.balance
    figures = {
        "Budget": balance.account.budget_seconds,
        "Used in 28 days": balance.account.consumed_seconds,
        "Allocated now": balance.live_total_seconds,
        **({"Without this change": effect.base.balance.total_seconds} if effect.base else {}),
        "With it": balance.total_seconds,
        "Left": balance.account.budget_seconds - balance.total_seconds,
    }
    return table(tuple(figures), [map(format_duration, figures.values())])


def _undo(effect: Effect) -> str:
    created = [one.name for one in effect.head.instances if one.live is None]
    undo = "To undo it, revert the commit: the next run decides without it."
    if not created:
        return undo
    return f"{undo} What was created stays, protected, until somebody takes it out: {', '.join(map(code, created))}."


def _basis(report: ChangeReport) -> str:
    basis, tolerance = report.basis, report.tolerance
    age = format_duration(basis.age_seconds, brief=True)
    digests = ", ".join(
        f"{name} {digest.removeprefix('sha256:')[:12]}"
        for name, digest in (("snapshot", basis.snapshot), ("base", basis.base), ("head", basis.head))
        if digest is not None
    )
    held = (
        f"When it is applied, the effect on each changed instance may differ by {tolerance.percent:g}% of its "
        f"allocation or {format_duration(tolerance.seconds)}, and no other may give more than {tolerance.points:g} "
        "points above the largest share given here."
    )
    return f"<sub>Usage as of {basis.moment:%Y-%m-%d %H:%M} UTC, {age} old; {digests}. {held}</sub>"


def _key(change: KeyChange) -> str:
    before, after = (_short(value) for value in (change.before, change.after))
    return f"{change.key}: {before} => {after}"


def _short(value: str | None) -> str:
    if value is None:
        return "not given"
    return value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
