"""``preview``, ``up``, ``refresh``, ``destroy`` and ``stack``: the embedded engine from the command line.

Data goes to standard output, all else to standard error. Status 0: all went well; 1: something failed; 2: called
wrongly; 7: changes where none were expected (as the Pulumi CLI). Pulumi itself is imported only when a command runs.
"""

import functools
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.cli.progress import progress_line
from pulumi_ibm_quantum.cli.session import current_session

F = TypeVar("F", bound=Callable[..., Any])


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    def add(command: F) -> F:
        return functools.reduce(lambda decorated, option: option(decorated), reversed(options), command)

    return add


_WHERE: Final = _options(
    click.option(
        "--stack",
        "-s",
        "stack_name",
        metavar="NAME",
        help="The stack; without it PULUMI_STACK, else the only one with settings.",
    ),
    click.option(
        "--cwd",
        "-C",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        help="Run as if started in this folder.",
    ),
)
_RUN: Final = _options(
    _WHERE,
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
_CONFIRM: Final = _options(
    click.option("--yes", "-y", is_flag=True, help="Do it without asking."),
    click.option("--skip-preview", "-f", is_flag=True, help="Do it without showing first what would be done."),
)
_PREVIEW_ONLY: Final = click.option("--preview-only", is_flag=True, help="Only show what would be done.")


def _report_errors(command: F) -> F:
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
@_report_errors
def preview(refresh: bool | None, continue_on_error: bool, **common: Any) -> None:
    """Show what `up` would change; changes nothing."""
    command = _Command("update", refresh=refresh, continue_on_error=continue_on_error, **common)
    command.finish(command.run(dry_run=True))


@click.command()
@_RUN
@_REFRESH
@_CONTINUE
@_CONFIRM
@_report_errors
def up(refresh: bool | None, continue_on_error: bool, yes: bool, skip_preview: bool, **common: Any) -> None:
    """Make the account what the program says."""
    command = _Command("update", refresh=refresh, continue_on_error=continue_on_error, **common)
    command.confirm_and_run("Make these changes?", yes=yes, skip_preview=skip_preview, preview_only=False)


@click.command()
@_RUN
@_CONFIRM
@_PREVIEW_ONLY
@click.option("--clear-pending-creates", is_flag=True, help="Forget creations that a killed run left behind.")
@_report_errors
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
@_report_errors
def destroy(
    refresh: bool | None, continue_on_error: bool, yes: bool, skip_preview: bool, preview_only: bool, **common: Any
) -> None:
    """Delete everything that the stack manages."""
    command = _Command("destroy", refresh=refresh, continue_on_error=continue_on_error, **common)
    command.confirm_and_run("Delete all of this?", yes=yes, skip_preview=skip_preview, preview_only=preview_only)


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
        **options: Any,
    ) -> None:
        self._stack = engine.open_stack(
            cwd, stack_name, current_session().environment if environment is None else environment, backend_url
        )
        self._kind = kind
        self._as_json = as_json
        self._expect_no_changes = expect_no_changes
        self._options = {**options, **({"parallel": parallel} if parallel else {})}

    def confirm_and_run(self, question: str, *, yes: bool, skip_preview: bool, preview_only: bool) -> None:
        """Show what would be done, ask, and do it."""
        interactive = sys.stdin.isatty() and sys.stdout.isatty() and not self._as_json
        if not (yes or preview_only or interactive):
            raise click.UsageError("This is not a terminal where you could be asked: give --yes (or run `preview`)")
        said: tuple[str, ...] = ()
        if not skip_preview or preview_only:
            shown = self.run(dry_run=True)
            if preview_only or not shown.ok:
                self.finish(shown)
                return
            said = self._show(shown)
        if not yes and not click.confirm(question, err=True):
            raise click.ClickException("Nothing was done")
        self.finish(self.run(dry_run=False), said, again=not skip_preview)

    def run(self, *, dry_run: bool) -> "engine.Result":
        """Run the operation, with a line of progress on a terminal."""
        # Loaded here: a help needs no connection.
        from pulumi_ibm_quantum.cli.connection import check_sign_in

        progress = engine.RunProgress()
        check = functools.partial(check_sign_in, self._stack.env)
        options = engine.Options(dry_run=dry_run, watch=progress.watch, before_reading=check, **self._options)
        with nullcontext() if self._as_json else progress_line(progress.line):
            return engine.operate(self._stack, self._kind, options)

    def _show(self, result: "engine.Result", said: Iterable[str] = (), *, again: bool = False) -> tuple[str, ...]:
        """Print a report; gives what it says, so that the next need not say it again."""
        if not self._as_json:
            style = engine.Style(colour=_wants_colour(), properties=not again)
            click.echo(engine.render(result, style, said) + "\n")
        return result.messages

    def finish(self, result: "engine.Result", said: Iterable[str] = (), *, again: bool = False) -> None:
        """Print the report of the last run, and end with its status."""
        if self._as_json:
            click.echo(json.dumps(engine.digest(result), indent=4, ensure_ascii=False))
        else:
            self._show(result, said, again=again)
        if not result.ok:
            sys.exit(1)
        if self._expect_no_changes and result.changes:
            raise _UnexpectedChanges("No changes were expected, but there are some")


def _wants_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _open(stack_name: str | None, cwd: Path) -> "engine.Stack":
    return engine.open_stack(cwd, stack_name, current_session().environment)


@click.group()
def stack() -> None:
    """Look at the state of a stack, or take it elsewhere."""


@stack.command("export")
@_WHERE
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@_report_errors
def export_command(stack_name: str | None, cwd: Path, path: Path | None) -> None:
    """Print the state, secrets encrypted, for `stack import` here or of the Pulumi CLI."""
    text = json.dumps(engine.export_state(_open(stack_name, cwd)), indent=4, ensure_ascii=False) + "\n"
    if path is None:
        click.echo(text, nl=False)
    else:
        path.write_text(text, encoding="utf-8")


@stack.command("import")
@_WHERE
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read from a file.")
@_report_errors
def import_command(stack_name: str | None, cwd: Path, path: Path | None) -> None:
    """Replace the state by what `stack export` printed, here or of the Pulumi CLI."""
    try:
        written = json.loads(path.read_text(encoding="utf-8") if path else sys.stdin.read())
    except ValueError as error:
        raise engine.EngineError(f"{path or 'Standard input'} is not JSON: {error}") from None
    count = engine.import_state(_open(stack_name, cwd), written)
    click.echo(f"Imported {count} resources", err=True)


@stack.command("output")
@_WHERE
@click.option("--json", "-j", "as_json", is_flag=True, help="Print JSON.")
@click.option("--show-secrets", is_flag=True, help="Print secrets in clear.")
@click.argument("name", required=False)
@_report_errors
def output_command(stack_name: str | None, cwd: Path, as_json: bool, show_secrets: bool, name: str | None) -> None:
    """Print the outputs of the stack, or one of them."""
    shown = engine.read_outputs(_open(stack_name, cwd), show_secrets=show_secrets)
    if name is None:
        lines = [f"{key}\t{_as_text(value)}" for key, value in sorted(shown.items())]
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False) if as_json else "\n".join(lines))
    elif name not in shown:
        raise engine.EngineError(f"The stack has no output {name!r}; it has: {', '.join(sorted(shown)) or 'none'}")
    else:
        click.echo(json.dumps(shown[name], ensure_ascii=False) if as_json else _as_text(shown[name]))


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@stack.command("ls")
@_WHERE
@click.option("--json", "-j", "as_json", is_flag=True, help="Print JSON.")
@_report_errors
def list_command(stack_name: str | None, cwd: Path, as_json: bool) -> None:
    """List the stacks of the project that have a state or settings."""
    rows = [
        {"name": name, "state": has_state}
        for name, has_state in engine.list_stacks(cwd, current_session().environment).items()
        if stack_name in (None, name)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        for row in rows:
            click.echo(f"{row['name']}\t{'' if row['state'] else 'no state yet'}".rstrip())
