"""Running the stacks of a fleet side by side, each in a process of its own, and reading what came of each."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pulumi_ibm_quantum.cli.fleet_stacks import FleetStack

Command = Literal["preview", "up", "drift"]
FAILED: Final = 1
_OPTIONS: Final[Mapping[Command, Sequence[str]]] = {
    "preview": ("--json",),
    "up": ("--json", "--yes"),
    "drift": ("--format", "json"),
}
_VERDICTS: Final[Mapping[Command, tuple[str, str]]] = {
    "preview": ("nothing to do", "would change"),
    "up": ("nothing to do", "applied"),
    "drift": ("as it was left", "drifted"),
}
"""What a run that went well is called, without changes and with some."""
_GUARDED: Final = 3
_UNEXPECTED: Final = 7
_SEVERITIES: Final = (0, 2, _UNEXPECTED, _GUARDED, FAILED)
"""Exit statuses, the worst last."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one stack.

    Attributes:
        name: Of the stack.
        status: Its exit status; `FAILED` for whatever else went wrong.
        verdict: The same in words.
        changes: How many resources are changed, by what is done to them; of drift how many have drifted.
        error: What went wrong first; "" where nothing did.
    """

    name: str
    status: int
    verdict: str
    changes: Mapping[str, int] = field(default_factory=dict)
    error: str = ""


def worst(outcomes: Sequence[Outcome]) -> int:
    """Return the worst exit status of all."""
    return max((one.status for one in outcomes), key=_SEVERITIES.index)


class FleetRuns:
    """The runs of one command over many stacks."""

    def __init__(self, command: Command, options: Sequence[str]) -> None:
        """Run ``command`` with the same further options everywhere."""
        self._command: Command = command
        self._options = options
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def run(self, stacks: Sequence[FleetStack], parallel: int, done: Callable[[int], None]) -> list[Outcome]:
        """Run all stacks, some at once, and return what came of each in their order.

        An interrupt is handed on to those that run, which wind up as they do by hand; no other is begun.

        Args:
            stacks: The stacks.
            parallel: How many at once.
            done: Called with how many have ended whenever one has.
        """
        with ThreadPoolExecutor(parallel) as pool:
            runs = [pool.submit(self._run, one) for one in stacks]
            for run in runs:
                run.add_done_callback(lambda _: done(sum(one.done() for one in runs)))
            while True:
                try:
                    wait(runs)
                except KeyboardInterrupt:
                    self._interrupt()
                else:
                    return [one.result() for one in runs]

    def _run(self, stack: FleetStack) -> Outcome:
        key = ["--api-key-file", str(stack.api_key_file)] if stack.api_key_file else []
        # -P: what lies in the project's folder is not imported by the command.
        command = [sys.executable, "-P", "-m", "pulumi_ibm_quantum", *key, self._command]
        with self._lock:
            if self._stopped:
                return Outcome(stack.name, FAILED, "not begun", error="interrupted")
            process = subprocess.Popen(
                [*command, *_OPTIONS[self._command], *self._options],
                cwd=stack.folder,
                env=stack.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                # A terminal's Ctrl-C would reach it twice, and the second one ends the waiting.
                start_new_session=True,
            )
            self._processes.add(process)
        output, errors = process.communicate()
        with self._lock:
            self._processes.discard(process)
        return outcome(self._command, stack.name, process.returncode, output, errors)

    def _interrupt(self) -> None:
        with self._lock:
            self._stopped = True
            for process in self._processes:
                process.send_signal(signal.SIGINT)


def outcome(command: Command, name: str, status: int, output: str, errors: str) -> Outcome:
    """Return what a process came to, by its exit status and what it wrote."""
    try:
        document = json.loads(output)
    except ValueError:
        return Outcome(name, FAILED, "failed", error=_error_of(errors) or f"ended with status {status}")
    if command == "drift":
        changes = {"drifted": len(document["drifts"])} if document["drifts"] else {}
    else:
        changes = {op: count for op, count in document.get("changeSummary", {}).items() if op != "same" and count}
    if status in (0, 2):
        return Outcome(name, status, _VERDICTS[command][bool(changes)], changes)
    if status == _UNEXPECTED:
        return Outcome(name, status, "not as expected", changes)
    # How far it came is no measure of what there is to do.
    if status == _GUARDED:
        return Outcome(name, status, "guarded", error=_first_error(document))
    return Outcome(name, FAILED, "failed", error=_first_error(document) or _error_of(errors))


def _first_error(document: Mapping[str, Any]) -> str:
    """Return the first error that a run reports, with the resource that it is of."""
    said = next((one for one in document.get("diagnostics", ()) if one["severity"] == "error"), {"message": ""})
    type_, name = said.get("urn", "::").split("::")[-2:]
    subject = f"{name}: " if name and not type_.endswith("pulumi:pulumi:Stack") else ""
    return subject + _first_sentence(said["message"].removeprefix("error: "))


def _error_of(errors: str) -> str:
    """Return what a command line ended with: its error, or whatever it wrote last."""
    before, marked, error = errors.partition("Error: ")
    return _first_sentence(error) if marked else "".join(before.strip().splitlines()[-1:])


def _first_sentence(text: str) -> str:
    """Return the first line, and the one after it where that is a heading."""
    first, *others = text.strip().splitlines() or [""]
    return " ".join([first, *others[:1]] if first.endswith(":") else [first])
