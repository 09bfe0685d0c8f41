"""``ibm-quantum create``: a new instance as code, an entry in the project configuration."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.changed_file import ChangedFile, content_of
from pulumi_ibm_quantum.cli.create_alone import plan_new_instance
from pulumi_ibm_quantum.cli.optimize import optimize
from pulumi_ibm_quantum.cli.stack_commands import preview, up
from pulumi_ibm_quantum.cli.stack_of_file import stack_of_file
from pulumi_ibm_quantum.cloud import Refused
from pulumi_ibm_quantum.config import ConfigurationError, InstanceEntry, LoadedConfiguration, parse_configuration
from pulumi_ibm_quantum.config.instance_edits import InstanceEdits
from pulumi_ibm_quantum.vocabulary import REGIONS, parse_duration


@click.command()
@click.argument("name")
@options.config
@click.option("--target", "-t", type=click.Choice(REGIONS), required=True, help="The region.")
@click.option("--resource-group", "-g", metavar="GROUP", required=True, help="The resource group, by name or id.")
@click.option(
    "--plan",
    "-p",
    type=options.PLAN,
    help="Only to make sure: the plan that the file is about, by name or UUID.",
)
@click.option(
    "--allocation",
    "-a",
    metavar="DURATION",
    help="Written as minimum_allocation_seconds: how much more than that it is given is the load balancer's decision.",
)
@click.option("--limit", "-l", metavar="DURATION", help="The limit; 96000, 10h, 2.5d, 90m and 1qau are durations.")
@click.option("--tag", "tags", multiple=True, help="A tag of the instance; may be given several times.")
@click.option("--only", is_flag=True, help="Create it now, with its minimum, and leave all else as it is.")
@click.option("--yes", "-y", is_flag=True, help="Create it without asking; without --only, apply all that is shown.")
@click.option(
    "--stack", "-s", type=options.STACK, metavar="NAME", help="The stack; without it the one that uses the file."
)
@click.pass_context
def create(
    context: click.Context,
    *,
    name: str,
    config: Path,
    target: str,
    resource_group: str,
    plan: str | None,
    allocation: str | None,
    limit: str | None,
    tags: tuple[str, ...],
    only: bool,
    yes: bool,
    stack: str | None,
) -> None:
    """Add a new instance to a project configuration as code, and show what that would change.

    With --yes it is then created, and all else applied that the preview shows. Without, the file is left with the new
    entry, to be reviewed and applied later with up. If the preview fails the file is put back. Where no Pulumi project
    uses the file it is previewed and applied as optimize does.

    With --only nothing else is touched: the instance is created at once, where what is unallocated of the budget has
    room for its minimum, and the next up takes it over into the stack. The file may have its entry already.
    """
    if only and not (yes or sys.stdin.isatty()):
        raise click.UsageError("This is not a terminal where you could be asked: give --yes")
    entry: dict[str, Any] = {"name": name, "create": {"target": target, "resource_group": resource_group}}
    if limit is not None:
        entry["limit_seconds"] = _duration(limit, "--limit")
    if allocation is not None:
        entry["minimum_allocation_seconds"] = _duration(allocation, "--allocation")
    if tags:
        entry["tags"] = list(tags)
    written = content_of(config, command="create")
    change = ChangedFile(config, written, _with_entry(config, written, entry, plan, may_be_there=only))
    found = stack_of_file(config, stack)
    if allocation is not None:
        minimum = f"minimum_allocation_seconds: {entry['minimum_allocation_seconds']}"
        click.echo(f"note: --allocation is written as {minimum}; the load balancer decides the allocation", err=True)
    if change.before != change.after:
        click.echo(change.diff())
    change.write()
    later = ["up", "--cwd", str(found[0]), "--stack", found[1]] if found else ["optimize", "--config", str(config)]
    command = shlex.join(["ibm-quantum", *later])
    if only:
        with _restored(change, BaseException):
            new = plan_new_instance(config, name)
            click.echo(new.sentence)
            if not (yes or click.confirm("Create it?", err=True)):
                raise click.ClickException("Nothing was created")
        with _restored(change, Refused):  # After any other failure there may be an instance: the entry stays.
            crn = new.create()
        click.echo(f"Created {crn}; the next run takes it over into the stack: {command}", err=True)
        return
    with _restored(change, BaseException):
        _preview(context, config, found)
    if yes:
        _apply(context, config, found)
        return
    click.echo(f"{config} has the new entry, nothing is created yet; to do all that is shown: {command}", err=True)
    click.echo("to create it and leave all else as it is: the same create with --only", err=True)


@contextmanager
def _restored(change: ChangedFile, failure: type[BaseException]) -> Iterator[None]:
    """Put the file back where what is done within the context fails so."""
    try:
        yield
    except failure:
        if change.before != change.after:
            change.undo()
            click.echo(f"{change.path} was put back", err=True)
        raise


def _preview(context: click.Context, config: Path, found: tuple[Path, str] | None) -> None:
    if found is None:
        click.echo(f"no Pulumi project uses {config}: previewed as ibm-quantum optimize does", err=True)
        context.invoke(optimize, config=config, dry_run=True)
    else:
        context.invoke(preview, cwd=found[0], stack_name=found[1])


def _apply(context: click.Context, config: Path, found: tuple[Path, str] | None) -> None:
    """Apply what was shown; from here on the file stays, whatever happens: there may be an instance."""
    if found is None:
        context.invoke(optimize, config=config, yes=True)
    else:
        context.invoke(up, cwd=found[0], stack_name=found[1], yes=True, skip_preview=True)


def _duration(text: str, option: str) -> int | str:
    """Return a duration as it is to be written: as it was given, seconds as a number."""
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None
    return text.strip() if text.strip()[-1:].isalpha() else seconds


def _with_entry(config: Path, written: bytes, entry: dict[str, Any], plan: str | None, *, may_be_there: bool) -> bytes:
    loaded = parse_configuration(written, source=str(config))
    if may_be_there and _has(loaded, entry):
        return written
    _refuse_misfits(loaded, entry["name"], plan)
    decoded = written.decode("utf-8")
    text = decoded.removeprefix("\ufeff")
    edits = InstanceEdits(text, str(config))
    edits.add(entry)
    result = (decoded[: len(decoded) - len(text)] + edits.text()).encode("utf-8")
    try:
        again = parse_configuration(result, source=str(config)).configuration
    except ConfigurationError as error:
        said = "; ".join(f"{problem.path}: {problem.message}" for problem in error.problems)
        raise click.ClickException(f"{config} is left as it is, the new entry would not be valid: {said}") from None
    if again.model_copy(update={"instances": again.instances[:-1]}) != loaded.configuration:
        raise click.ClickException(f"{config} cannot be changed in place: add the entry by hand")
    return result


def _has(loaded: LoadedConfiguration, entry: dict[str, Any]) -> bool:
    return any(
        InstanceEntry.model_validate(entry, context={"dialect": 3}) == one for one in loaded.configuration.instances
    )


def _refuse_misfits(loaded: LoadedConfiguration, name: str, plan: str | None) -> None:
    if loaded.dialect != 3:
        raise click.ClickException(
            f"{loaded.source} is of qauvern, whose files cannot say create; rewrite it first: "
            f"ibm-quantum migrate {loaded.source} --in-place"
        )
    if any(entry.name == name for entry in loaded.configuration.instances):
        raise click.ClickException(f"{loaded.source} has an instance {name!r} already: names are unique")
    if plan not in (None, loaded.configuration.plan):
        about = f"{loaded.source} is about plan {loaded.configuration.plan}"
        raise click.ClickException(f"--plan is {plan}, but {about}: use its file")
