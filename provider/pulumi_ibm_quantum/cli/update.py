"""``ibm-quantum update``: a project configuration, reconciled with the live account."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.changed_file import ChangedFile, content_of
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cloud import Cloud, Forbidden
from pulumi_ibm_quantum.config import ConfigurationError, LoadedConfiguration, ProjectConfiguration, parse_configuration
from pulumi_ibm_quantum.config.instance_edits import InstanceEdits
from pulumi_ibm_quantum.planning.observing import observe_instances
from pulumi_ibm_quantum.planning.reconcile import (
    AddInstance,
    FileEdit,
    RemoveGrants,
    RemoveInstance,
    Rename,
    SetLimit,
    Wanted,
    reconcile,
    reconciled,
    removable_on,
)
from pulumi_ibm_quantum.vocabulary import REGIONS, find_plan


@click.command()
@options.config
@click.option("--dry-run", is_flag=True, help="Only show what would be changed, with a diff.")
@click.option("--yes", "-y", is_flag=True, help="Change the file without asking.")
@click.option("--no-net-grants", is_flag=True, help="Keep net grants that can no longer credit.")
@click.option("--no-add", is_flag=True, help="Add no instances.")
@click.option("--no-names", is_flag=True, help="Keep names that differ.")
@click.option("--no-remove", is_flag=True, help="Keep instances that are archived or missing.")
@click.option("--no-limits", is_flag=True, help="Add no live limits.")
@click.option(
    "--region",
    "-r",
    type=click.Choice(REGIONS),
    help="Only add, remove, rename and limit instances of this region; others stay as they are.",
)
def update(
    *,
    config: Path,
    dry_run: bool,
    yes: bool,
    no_net_grants: bool,
    no_add: bool,
    no_names: bool,
    no_remove: bool,
    no_limits: bool,
    region: str | None,
) -> None:
    """Bring a project configuration up to what the account has. Changes the file only, never the account.

    Net grants that can no longer credit, and instances that are archived or missing, are taken out; names that differ
    are put right; instances that are not listed are added with their live limits, and live limits to instances without
    one. Comments, order, anchors, blank lines and quoting of all else stay as they are.
    """
    if not (dry_run or yes or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise click.UsageError("This is not a terminal where you could be asked: give --yes or --dry-run")
    written = content_of(config, command="update")
    loaded = parse_configuration(written, source=str(config))
    text = _text_of(loaded, written)
    configuration = loaded.configuration
    cloud = connect()
    live = observe_instances(cloud, configuration.plan)
    today = _today(cloud, configuration)
    wanted = Wanted(not no_net_grants, not no_add, not no_names, not no_remove, not no_limits, region)
    said = [place for place in range(len(configuration.instances)) if text.says(place, "limit_seconds")]
    edits = reconcile(configuration, live, today, wanted, limit_is_said=said)
    if not no_net_grants:
        _note_kept_grants(configuration, edits, today)
    if not edits:
        click.echo(f"{config} is up to date")
        return
    change = ChangedFile(config, written, _edited(loaded, text, edits, written))
    for edit in edits:
        click.echo(str(edit))
    if dry_run:
        click.echo(f"\n{change.diff()}", nl=False)
        return
    if not yes and not click.confirm(f"Change {config} like this?", err=True):
        raise click.ClickException("Nothing was changed")
    change.write()
    click.echo(f"wrote {config}; see what it does: ibm-quantum analyze --config {config}", err=True)


def _text_of(loaded: LoadedConfiguration, written: bytes) -> InstanceEdits:
    if loaded.dialect == 1:
        raise click.ClickException(
            f"{loaded.source} is of qauvern 0.2.x, which update does not support; rewrite it first: "
            f"ibm-quantum migrate {loaded.source} --in-place"
        )
    return InstanceEdits(written.decode("utf-8").removeprefix("\ufeff"), loaded.source)


def _today(cloud: Cloud, configuration: ProjectConfiguration) -> date:
    """Return the service's day, UTC; this machine's where no grant depends on it, or the key may not ask."""
    now = datetime.now(UTC)
    if any(entry.net_grants for entry in configuration.instances):
        try:
            now = cloud.quantum_platform.account(configuration.account_id, find_plan(configuration.plan).plan_id).now
        except Forbidden:
            click.echo("note: net grants are judged by this machine's date; the key may not read the account", err=True)
    return now.date()


def _note_kept_grants(configuration: ProjectConfiguration, edits: list[FileEdit], today: date) -> None:
    """Say which net grants have ended and are still needed, and until when."""
    removed = {(edit.position, at) for edit in edits if isinstance(edit, RemoveGrants) for at in edit.grants}
    gone = {edit.position for edit in edits if isinstance(edit, RemoveInstance)}
    for position, entry in enumerate(configuration.instances):
        for at, grant in enumerate(entry.net_grants):
            if grant.end_date.date() <= today and position not in gone and (position, at) not in removed:
                kept = f"ended on {grant.end_date.date()} and still credits; removable on {removable_on(grant)}"
                click.echo(f"note: net grant {at + 1} of {entry.name} {kept}", err=True)


def _edited(loaded: LoadedConfiguration, text: InstanceEdits, edits: list[FileEdit], written: bytes) -> bytes:
    """Return the file with the edits; it is read again and must mean what they say."""
    for edit in edits:
        match edit:
            case RemoveInstance():
                text.remove(edit.position)
            case RemoveGrants():
                text.remove_grants(edit.position, edit.grants)
            case Rename():
                text.rename(edit.position, edit.new_name)
            case SetLimit():
                text.set_limit(edit.position, edit.limit_seconds)
            case AddInstance():
                limit = {} if edit.limit_seconds is None else {"limit_seconds": edit.limit_seconds}
                text.add({"name": edit.name, "crn": edit.crn, **limit})
    mark = b"\xef\xbb\xbf" if written.startswith(b"\xef\xbb\xbf") else b""
    result = mark + text.text().encode("utf-8")
    try:
        again = parse_configuration(result, source=loaded.source).configuration
    except ConfigurationError as error:
        raise click.ClickException(f"the changed file would not be usable, so it is left as it is: {error}") from None
    if again != reconciled(loaded.configuration, edits):
        raise click.ClickException(
            f"{loaded.source} cannot be changed in place without changing what else it means: write out its aliases "
            "(*name) and merges (<<) first"
        )
    return result
