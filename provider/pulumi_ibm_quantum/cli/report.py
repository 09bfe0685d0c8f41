"""``ibm-quantum report``: what a change of the project configuration does, without a key and without a state."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.config import ConfigurationError, load_configuration
from pulumi_ibm_quantum.planning import Decision, PlanningError, decide
from pulumi_ibm_quantum.report.change import Basis, ChangeReport
from pulumi_ibm_quantum.report.change_json import change_document
from pulumi_ibm_quantum.report.change_markdown import change_markdown
from pulumi_ibm_quantum.report.html.change_page import change_page
from pulumi_ibm_quantum.review import (
    REVIEW_AGE,
    Approval,
    Effect,
    NotApproved,
    Snapshot,
    SnapshotError,
    Tolerance,
    effect_of,
)
from pulumi_ibm_quantum.review.approval import digest_of
from pulumi_ibm_quantum.review.conditions import demand_approved, effect_since
from pulumi_ibm_quantum.review.waits import ChangedWaits, waits_under

_STATUS: Final = {"no effect": 0, "refused": 1, "effect": 2}
_TOLERANCE: Final = Tolerance()
_FORMATS: Final = ("markdown", "json", "html")


@click.command()
@click.option("--base", type=click.Path(path_type=Path), metavar="FILE", help="The configuration without the change.")
@click.option("--head", type=click.Path(path_type=Path), required=True, metavar="FILE", help="And with it.")
@click.option(
    "--snapshot",
    "snapshot_file",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The account, as `ibm-quantum snapshot` wrote it.",
)
@click.option(
    "--approved",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A JSON report that this must still do what it says; what was approved is then kept, for this base.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    default="markdown",
    show_default=True,
    help="What standard output gets.",
)
@click.option(
    "--output",
    "-o",
    "outputs",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Write to a file in place of standard output, in the format of its name: .md, .json or .html; repeatable.",
)
@click.option(
    "--max-age",
    type=options.DURATION,
    default=int(REVIEW_AGE.total_seconds()),
    metavar="DURATION",
    help="How old the snapshot may be.  [default: 26h]",
)
@click.option(
    "--waits/--no-waits",
    "with_waits",
    default=None,
    help="Forecast what the change does to waiting; the default where the snapshot was taken with --jobs.",
)
@click.option(
    "--tolerance-percent",
    type=click.FloatRange(min=0),
    default=_TOLERANCE.percent,
    show_default=True,
    help="How far an effect may be from the approved one, in percent of the instance's allocation.",
)
@click.option(
    "--tolerance-seconds",
    type=options.DURATION,
    default=_TOLERANCE.seconds,
    show_default=True,
    help="Or this far, a duration or seconds, if that is more.",
)
@click.option(
    "--tolerance-points",
    type=click.FloatRange(min=0),
    default=_TOLERANCE.points,
    show_default=True,
    help="How many percentage points more than approved an instance may give of what it has.",
)
def report(
    base: Path | None,
    head: Path,
    snapshot_file: Path,
    approved: Path | None,
    output_format: str,
    outputs: Sequence[Path],
    max_age: int,
    with_waits: bool | None,
    tolerance_percent: float,
    tolerance_seconds: int,
    tolerance_points: float,
) -> None:
    """Show what a change of the configuration does: what is decided with it less what is decided without it.

    Both are decided on the same snapshot of the account. Needs no key, no state and no network. Without a base the
    change is compared with what the instances have.

    Exit status 0 says that the change has no effect, 2 that it has one, and 1 that it must not be applied, or, with
    --approved, that it no longer does what was approved; the report is written all the same.
    """
    _demand_known_formats(outputs)
    if base is not None and not base.exists():
        raise click.ClickException(f"{base}: does not exist; leave --base out where there was no configuration before")
    snapshot = Snapshot.read(snapshot_file)
    tolerance = Tolerance(tolerance_percent, tolerance_seconds, tolerance_points)
    told = _report_on(snapshot, base, head, approved, tolerance, timedelta(seconds=max_age))
    if with_waits or (with_waits is None and snapshot.jobs is not None):
        told = replace(told, waits=_waits(snapshot, told.effect))
    if not outputs:
        click.echo(_rendered(told, output_format), nl=False)
    for path in outputs:
        path.write_text(_rendered(told, _format_of(path)), encoding="utf-8")
    if outputs:
        click.echo(f"{told.headline}.", err=True)
        for error in told.errors:
            click.echo(f"error: {error}", err=True)
    sys.exit(_STATUS[told.verdict])


def _report_on(
    snapshot: Snapshot,
    base: Path | None,
    head: Path,
    approved: Path | None,
    tolerance: Tolerance,
    max_age: timedelta,
) -> ChangeReport:
    age = snapshot.age(datetime.now(UTC))
    errors, warnings = [], []
    try:
        snapshot.demand_fresh(age, max_age)
    except SnapshotError as error:
        errors.append(str(error))
    without, base_problems = _decided(base, snapshot)
    warnings += [f"the base cannot be compared with: {problem}" for problem in base_problems]
    with_change, head_problems = _decided(head, snapshot)
    errors += head_problems
    effect, approval = None, None
    if with_change is not None:
        errors += with_change.errors
        warnings += with_change.warnings
        effect = effect_of(without, with_change)
        if approved is not None:
            try:
                approval = Approval.read(approved)
                effect = effect if without else effect_since(approval, with_change)
                demand_approved(approval, effect)
            except NotApproved as error:
                errors += str(error).splitlines()
    return ChangeReport(
        basis=Basis(
            moment=snapshot.observation.moment,
            age_seconds=age.total_seconds(),
            snapshot=snapshot.observation.digest,
            base=None if effect is None or effect.base is None else digest_of(effect.base.configuration),
            head=None if with_change is None else digest_of(with_change.configuration),
        ),
        effect=effect,
        tolerance=tolerance,
        errors=tuple(errors),
        warnings=tuple(warnings),
        approved=approval,
    )


def _waits(snapshot: Snapshot, effect: Effect | None) -> ChangedWaits | None:
    """Return what a change does to waiting; nothing where no allocation and no limit is another."""
    if snapshot.jobs is None:
        raise click.ClickException(
            f"{snapshot.source}: does not tell what was run, so there are no waits to forecast; take it again with "
            "`ibm-quantum snapshot --jobs`"
        )
    if effect is None or all(one.base == one.head for one in effect.instances):
        return None
    with shown("forecasting waits") as progress:
        return waits_under(effect, snapshot.jobs, progress=progress)


def _decided(path: Path | None, snapshot: Snapshot) -> tuple[Decision | None, list[str]]:
    """Return the decision of a configuration on a snapshot; or none, and why."""
    if path is None:
        return None, []
    try:
        return decide(load_configuration(path), snapshot.observation), []
    except (ConfigurationError, PlanningError) as error:
        return None, str(error).splitlines()


def _format_of(path: Path) -> str:
    return {".md": "markdown", ".json": "json", ".html": "html"}.get(path.suffix, "")


def _demand_known_formats(outputs: Sequence[Path]) -> None:
    for path in outputs:
        if not _format_of(path):
            raise click.UsageError(f"--output {path}: the name must end in .md, .json or .html")


def _rendered(told: ChangeReport, output_format: str) -> str:
    if output_format == "json":
        return json.dumps(change_document(told), indent=2, ensure_ascii=False) + "\n"
    return change_page(told) if output_format == "html" else change_markdown(told)
