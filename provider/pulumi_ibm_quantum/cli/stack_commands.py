"""``preview``, ``up``, ``refresh`` and ``destroy``: the embedded engine from the command line.

Data goes to standard output, all else to standard error. Status 0: all went well; 1: something failed; 2: called
wrongly; 3: a guard stopped it; 7: changes where none were expected (as the Pulumi CLI). Pulumi itself is imported only
when a command runs.
"""

import functools
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.cli.options import STACK
from pulumi_ibm_quantum.cli.progress import print_above, progress_line, say_above
from pulumi_ibm_quantum.cli.session import API_KEY, current_session
from pulumi_ibm_quantum.cli.terminal import output_width

F = TypeVar("F", bound=Callable[..., Any])


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    def add(command: F) -> F:
        return functools.reduce(lambda decorated, option: option(decorated), reversed(options), command)

    return add


CWD: Final = click.option(
    "--cwd",
    "-C",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Run as if started in this folder.",
)
WHERE: Final = _options(
    click.option(
        "--stack",
        "-s",
        "stack_name",
        type=STACK,
        metavar="NAME",
        help="The stack; without it PULUMI_STACK, else the only one with settings.",
    ),
    CWD,
)
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True)
_RUN: Final = _options(
    WHERE,
    click.option(
        "--json", "-j", "as_json", is_flag=True, help="Print the steps as JSON, as `pulumi preview --json` does."
    ),
    click.option("--expect-no-changes", is_flag=True, help="End with status 7 if anything differs."),
    click.option("--parallel", "-p", type=click.IntRange(min=1), help="Steps at once."),
    click.option("--message", "-m", default="", help="A note for the history."),
)
_REFRESH: Final = click.option(
    "--refresh",
    "-r",
    is_flag=False,
    flag_value="true",
    type=click.BOOL,
    default=None,
    help="Read every resource first; without it as `options.refresh` of the project says.",
)
_CONTINUE: Final = click.option(
    "--continue-on-error", is_flag=True, help="Go on with what does not depend on what failed."
)
API_KEY_SETTING: Final = "ibm-quantum:apiKey"
"""The setting of a stack that may hold the API key, encrypted."""
_OMITTED: Final = frozenset({"crn", "adopt_crn", "resource_group"})
"""Inputs of new resources that fill the screen and say nothing: identifiers."""
_TAKEOVERS: Final = frozenset({"pulumi-python:dynamic/ibm-quantum:InstanceAllocation"})
_CONDITIONS: Final = _options(
    click.option("--unattended", is_flag=True, help="Nobody watches: stop with status 3 where a guard does."),
    click.option("--snapshot", type=_FILE, metavar="FILE", help="Decide from the usage in a file of `snapshot`."),
    click.option("--approved", type=_FILE, metavar="FILE", help="Refuse what differs from this JSON of `report`."),
    click.option("--observe", is_flag=True, help="Decide, show it, and write nothing."),
    click.option("--policy", type=_FILE, metavar="FILE", help="Hold the stack to the policies with these settings."),
)
_APPLIED: Final = 2
_GUARDED: Final = 3
_CONFIRM: Final = _options(
    click.option("--yes", "-y", is_flag=True, help="Do it without asking."),
    click.option("--skip-preview", "-f", is_flag=True, help="Do it without showing first what would be done."),
)
_PREVIEW_ONLY: Final = click.option("--preview-only", is_flag=True, help="Only show what would be done.")


def report_errors(command: F) -> F:
    """Print what a person can mend as one line."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        # What ends a job in CI ends a run as Ctrl-C does: what runs is finished and saved.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return command(*args, **kwargs)
        except engine.UsageError as error:
            raise click.UsageError(str(error)) from None
        except engine.EngineError as error:
            raise click.ClickException(str(error)) from None

    return run  # type: ignore[return-value]


class _UnexpectedChanges(click.ClickException):
    """There are changes where none were expected."""

    exit_code = 7


@click.command()
@_RUN
@_REFRESH
@_CONTINUE
@_CONDITIONS
@report_errors
def preview(refresh: bool | None, continue_on_error: bool, **common: Any) -> None:
    """Show what `up` would change; changes nothing. Status 3: a guard would stop it."""
    command = _Command("update", refresh=refresh, continue_on_error=continue_on_error, **common)
    command.finish(command.run(dry_run=True))


@click.command()
@_RUN
@_REFRESH
@_CONTINUE
@_CONDITIONS
@_CONFIRM
@report_errors
def up(refresh: bool | None, continue_on_error: bool, yes: bool, skip_preview: bool, **common: Any) -> None:
    """Make the account what the program says.

    With --unattended the status tells what happened: 0 there was nothing to do, 2 it was done, 3 a guard stopped it
    before anything was written, 1 it failed.
    """
    command = _Command("update", refresh=refresh, continue_on_error=continue_on_error, **common)
    command.confirm_and_run("Make these changes?", yes=yes, skip_preview=skip_preview, preview_only=False)


@click.command()
@_RUN
@_CONFIRM
@_PREVIEW_ONLY
@click.option("--clear-pending-creates", is_flag=True, help="Forget creations that a killed run left behind.")
@report_errors
def refresh(yes: bool, skip_preview: bool, preview_only: bool, clear_pending_creates: bool, **common: Any) -> None:
    """Bring the state up to what is really there; changes nothing else."""
    command = _Command("refresh", clear_pending_creates=clear_pending_creates, **common)
    command.confirm_and_run("Save this state?", yes=yes, skip_preview=skip_preview, preview_only=preview_only)


@click.command()
@_RUN
@_REFRESH
@_CONTINUE
@_CONFIRM
@_PREVIEW_ONLY
@report_errors
def destroy(
    refresh: bool | None, continue_on_error: bool, yes: bool, skip_preview: bool, preview_only: bool, **common: Any
) -> None:
    """Delete what the stack created; instances that it only managed are left as they are."""
    command = _Command("destroy", refresh=refresh, continue_on_error=continue_on_error, **common)
    command.confirm_and_run("Delete all of this?", yes=yes, skip_preview=skip_preview, preview_only=preview_only)


def _refuse_clear_key(stack: "engine.Stack") -> None:
    """Refuse an API key that is not encrypted: it would be in clear in the state and its history as well."""
    settings = engine.read_settings(stack.project, stack.name)
    if API_KEY_SETTING in settings.config and not settings.is_secret(API_KEY_SETTING):
        raise engine.EngineError(
            f"{settings.path}: {API_KEY_SETTING} is not encrypted, and would be in clear in the state as well: take it "
            f"out and set {API_KEY}, or run `ibm-quantum config set --secret {API_KEY_SETTING}`; who has read the file "
            "has the key, so make a new one"
        )


class _Command:
    """One operation as it was asked for."""

    def __init__(
        self,
        kind: "engine.Kind",
        *,
        stack_name: str | None,
        cwd: Path,
        as_json: bool,
        expect_no_changes: bool,
        parallel: int | None,
        environment: Mapping[str, str] | None = None,
        backend_url: str | None = None,
        new: bool = False,
        unattended: bool = False,
        snapshot: Path | None = None,
        approved: Path | None = None,
        observe: bool = False,
        policy: Path | None = None,
        **options: Any,
    ) -> None:
        environment = current_session().environment if environment is None else environment
        if (width := output_width()) and not as_json:  # What the program shows is to fit the terminal as well.
            environment = {**environment, "COLUMNS": str(width)}
        self._stack = engine.open_stack(cwd, stack_name, environment, backend_url, new=new)
        _refuse_clear_key(self._stack)
        self._kind = kind
        self._as_json = as_json
        self._expect_no_changes = expect_no_changes
        self._unattended = unattended
        self._judge = _judge_by(policy)
        settings = {"unattended": unattended, "snapshot": snapshot, "approved": approved, "observe": observe}
        config = {f"ibm-quantum:{name}": _setting(value) for name, value in settings.items() if value}
        self._options = {**options, "config": config, **({"parallel": parallel} if parallel else {})}

    def confirm_and_run(self, question: str, *, yes: bool, skip_preview: bool, preview_only: bool) -> None:
        """Show what would be done, ask, and do it."""
        interactive = sys.stdin.isatty() and sys.stdout.isatty() and not self._as_json
        if not (yes or preview_only or interactive):
            raise click.UsageError("This is not a terminal where you could be asked: give --yes (or run `preview`)")
        if skip_preview and self._judge is not None:
            raise click.UsageError("--policy judges what a preview shows: leave --skip-preview out")
        planned: engine.Result | None = None
        if not skip_preview or preview_only:
            planned = self.run(dry_run=True)
            if preview_only or not planned.ok:
                self.finish(planned)
                return
            if not self._as_json:
                click.echo()
        if not yes and not click.confirm(question, err=True):
            raise click.ClickException("Nothing was done")
        self.finish(self.run(dry_run=False, planned=planned))

    def run(self, *, dry_run: bool, planned: "engine.Result | None" = None) -> "engine.Result":
        """Run the operation, and report it while it goes on; what its preview has said is not said again."""
        # Loaded here: a help needs no connection.
        from pulumi_ibm_quantum.cli.connection import check_sign_in

        progress = engine.RunProgress()
        said = planned.messages if planned else ()
        style = engine.Style(colour=_wants_colour(), properties=planned is None, omit=_OMITTED, takeovers=_TAKEOVERS)
        report = engine.LiveReport(self._kind, self._stack.name, style, print_above, dry_run=dry_run)

        def watch(event: "engine.Event") -> None:
            progress.watch(event)
            if isinstance(event, engine.Interrupted):
                say_above(event.message)
            elif not self._as_json:
                report.watch(event, said)

        check = functools.partial(check_sign_in, self._stack.env)
        options = engine.Options(
            dry_run=dry_run, watch=watch, takeovers=_TAKEOVERS, before_reading=check, **self._options
        )
        with nullcontext() if self._as_json else progress_line(progress.line):
            result = engine.operate(self._stack, self._kind, options)
        if self._judge is not None:
            result = self._judge(result)
        if not self._as_json:
            report.end(result, None if planned is None else sum(n for op, n in planned.summary.items() if op != "same"))
        return result

    def finish(self, result: "engine.Result") -> None:
        """End with the status of the last run."""
        if self._as_json:
            click.echo(json.dumps(engine.digest(result), indent=4, ensure_ascii=False))
        if not result.ok:
            # Loaded here: a run that goes well needs none of it.
            from pulumi_ibm_quantum.review.guards import GUARDED

            sys.exit(_GUARDED if any(GUARDED in one.message for one in result.diagnostics) else 1)
        if self._expect_no_changes and result.changes:
            raise _UnexpectedChanges("No changes were expected, but there are some")
        if self._unattended and result.changes:
            sys.exit(_APPLIED)


def _judge_by(settings: Path | None) -> "Callable[[engine.Result], engine.Result] | None":
    """Return what adds to a run's result how its stack violates policies; None where it is held to none."""
    if settings is None:
        return None
    # Loaded here: most runs are held to none.
    from pulumi_ibm_quantum.cli.policy import judge, read_policies

    return functools.partial(judge, read_policies(settings))


def _setting(value: object) -> str:
    return "true" if value is True else str(value)


def _wants_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
