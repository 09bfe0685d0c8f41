"""The report of a change as Markdown, for a comment on a pull request: the verdict first, and never too long."""

from collections.abc import Iterator, Sequence
from typing import Final

from pulumi_ibm_quantum.balancer import fairness
from pulumi_ibm_quantum.report import change_waits
from pulumi_ibm_quantum.report.change import ChangeReport, total_movement
from pulumi_ibm_quantum.report.change_waits import WrittenWaits
from pulumi_ibm_quantum.report.figures import Format, duration_format, format_rounded
from pulumi_ibm_quantum.report.markdown_markup import bullets, code, details, table, text
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.review import Effect, InstanceEffect, KeyChange
from pulumi_ibm_quantum.review.waits import ChangedWaits
from pulumi_ibm_quantum.vocabulary import format_duration, format_signed

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
        write = duration_format(one.head.allocation_seconds for one in shown)
        yield _cut(_EFFECT, [_effect_row(one, write) for one in shown], rows, [one.seconds for one in shown])
    if waits is not None:
        yield _waits(waits, rows)
    if effect.moving:
        write = duration_format(one.base.allocation_seconds for one in effect.moving)
        moving = f"{len(effect.moving)} {'instance' if len(effect.moving) == 1 else 'instances'}"
        yield details(
            f"Moves anyway, with usage: {moving}, {format_rounded(total_movement(effect.moving))}",
            _cut(
                _MOVEMENT,
                [_movement_row(one, write) for one in effect.moving],
                rows,
                [one.movement_seconds for one in effect.moving],
            ),
        )


def _effect_row(one: InstanceEffect, write: Format) -> tuple[str, ...]:
    share = f" ({one.share_given:.0%})" if one.is_payer else ""
    limits = format_limit(one.base.limit), format_limit(one.head.limit)
    fairnesses = [f"{fairness(one.used_seconds, terms.allocation_seconds):.2f}" for terms in (one.base, one.head)]
    return (
        code(one.name),
        write(one.base.allocation_seconds),
        write(one.head.allocation_seconds),
        f"{format_signed(one.seconds, write)}{share}",
        " => ".join(dict.fromkeys(limits)),
        " => ".join(dict.fromkeys(fairnesses)),
        "; ".join(text(_key(key)) for key in one.keys) or "-",
    )


def _movement_row(one: InstanceEffect, write: Format) -> tuple[str, ...]:
    live = one.live.allocation_seconds if one.live else 0
    return code(one.name), write(live), write(one.base.allocation_seconds), format_signed(one.movement_seconds, write)


def _waits(waits: ChangedWaits, rows: int) -> str:
    changed = [one for one in change_waits.written(waits) if one.is_changed]
    shown = changed[: min(rows, _MOST_WAITS)]
    headline = text(change_waits.headline(waits))
    if not shown:
        return f"{headline}."
    rest = [f"and {len(changed) - len(shown)} more."] if len(changed) > len(shown) else []
    listed = table(_WAITS, map(_wait_row, shown), figures=range(1, 4))
    return details(headline, "\n\n".join([listed, *rest, f"<sub>{text(change_waits.basis(waits))}</sub>"]))


def _wait_row(one: WrittenWaits) -> tuple[str, ...]:
    figures = (" => ".join(dict.fromkeys(figure)) for figure in (one.median, one.p90))
    return code(one.of.name), f"{one.of.jobs:.0f}", *figures


def _cut(header: Sequence[str], cells: Sequence[Sequence[str]], rows: int, seconds: Sequence[int]) -> str:
    """Return a table of the first so many, and a line that counts the rest."""
    shown = table(header, cells[:rows], figures=range(1, 4))
    rest = seconds[rows:]
    return shown if not rest else f"{shown}\n\nand {len(rest)} more, {format_rounded(sum(map(abs, rest)))} in all."


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
    write = duration_format(figures.values())
    return table(tuple(figures), [map(write, figures.values())], figures=range(len(figures)))


def _undo(effect: Effect) -> str:
    created = [one.name for one in effect.named if one.live is None and not one.is_deleted]
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
    return str(KeyChange(change.key, _short(change.before), _short(change.after)))


def _short(value: str | None) -> str | None:
    return value if value is None or len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
