"""Runs that are killed at any moment, and jobs that are cancelled as a pipeline cancels them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import Fault
from tests.faults import verdict
from tests.faults.axes import OPERATIONS, Setting
from tests.faults.bench import Bench
from tests.faults.evidence import Ran
from tests.faults.scenario import STACK, backend_of, command_line
from tests.faults.tally import Outcome
from tests.support.preloaded import ended_by

CHECKS: Final = (*verdict.CHECKS, "locks", "warning")
"""What is checked: as of every cell, and whether a lock needs an ``rm`` and a warning stays."""

ROWS: Final = ("kills", "cancels")
"""The rows of the table."""

_NAMES: Final = ("first", "create", "changes", "optimize", "create", "destroy", "refresh")
_SETTINGS: Final = {one.name: Setting(one) for one in OPERATIONS}
_ANSWER_SECONDS: Final = 0.005
_SIGTERM_AFTER_SECONDS, _SIGKILL_AFTER_SECONDS = 7.5, 10.0
_LONGEST_SECONDS: Final = 60.0
_LOCKED: Final = "is locked by"
_INTERRUPTED: Final = "An earlier run was interrupted"


@dataclass(frozen=True)
class Kill:
    """A run that is killed, where nothing can be caught or finished.

    Attributes:
        number: Makes it repeatable.
        setting: What is being done.
        at: How far into the run, from 0 to 1.
        by_calls: Whether that is counted in calls that the service has done and not yet answered, else in time.
    """

    number: int
    setting: Setting
    at: float
    by_calls: bool

    def __str__(self) -> str:
        return f"kill-{self.number}-{self.setting}-at-{self.at:.2f}-of-{'calls' if self.by_calls else 'time'}"


@dataclass(frozen=True)
class Cancel:
    """A job that is cancelled: an interrupt, SIGTERM 7.5 seconds later, SIGKILL after 10 (as GitHub's runner does).

    Attributes:
        number: Makes it repeatable.
        setting: What is being done.
        slow: What takes its time at the service: ``provisioning``, ``writes`` or ``reads``.
        after_seconds: When it is cancelled.
        scale: The length of a second.
    """

    number: int
    setting: Setting
    slow: str
    after_seconds: float
    scale: float

    def __str__(self) -> str:
        return f"cancel-{self.number}-{self.setting}-slow-{self.slow}-after-{self.after_seconds:.1f}-s"


def planned_kills(count: int) -> list[Kill]:
    """Return so many kills at random moments, always the same."""
    chance = random.Random("kills")
    return [
        Kill(number, _SETTINGS[_NAMES[number % len(_NAMES)]], chance.random(), chance.random() < 0.6)
        for number in range(count)
    ]


def planned_cancels(count: int, scale: float) -> list[Cancel]:
    """Return so many cancelled jobs at random moments, always the same."""
    chance = random.Random("cancels")
    kinds = (("create", "provisioning"), ("changes", "writes"), ("first", "writes"), ("changes", "reads"))
    planned = []
    for number in range(count):
        name, slow = kinds[number % len(kinds)]
        planned.append(Cancel(number, _SETTINGS[name], slow, chance.uniform(0.2, 8.0), scale))
    return planned


def kill_and_conclude(at: Bench, kill: Kill) -> Outcome:
    """Kill a run, put things right as a person would, and judge."""
    reference = at.reference(kill.setting)
    with at.set_up(kill.setting) as folder:
        at.fake.behaviour.latency_seconds = _ANSWER_SECONDS
        process = at.start(folder, kill.setting, *command_line(folder, kill.setting))
        if kill.by_calls:
            last = int(kill.at * sum(reference.calls.values()))
            _wait(lambda: len(at.fake.calls) > last or process.ended)
        else:
            slower = sum(reference.calls.values()) * _ANSWER_SECONDS / 4
            time.sleep(kill.at * (reference.seconds + slower))
        process.kill()
        ran = at.printed(folder, process.wait(_LONGEST_SECONDS), 0.0, killed=True)
        at.fake.behaviour.latency_seconds = 0.0
        return _conclude(at, kill, kill.setting, folder, ran)


def cancel_and_conclude(at: Bench, cancel: Cancel) -> Outcome:
    """Cancel a job, put things right as a person would, and judge."""
    with at.set_up(cancel.setting) as folder:
        _slow_down(at, cancel)
        process = at.start(folder, cancel.setting, *command_line(folder, cancel.setting))
        time.sleep(cancel.after_seconds * cancel.scale)
        cancelled = time.monotonic()
        process.interrupt()
        _wait(lambda: process.ended, _SIGTERM_AFTER_SECONDS * cancel.scale)
        process.terminate()
        _wait(lambda: process.ended, (_SIGKILL_AFTER_SECONDS - _SIGTERM_AFTER_SECONDS) * cancel.scale)
        by_itself = process.ended
        process.kill()
        seconds = time.monotonic() - cancelled
        ran = at.printed(folder, process.wait(_LONGEST_SECONDS), seconds, killed=not by_itself)
        at.fake.clear_faults()
        at.fake.behaviour.provisioning_seconds = 0.0
        at.fake.advance(60)
        return _conclude(at, cancel, cancel.setting, folder, ran)


def _slow_down(at: Bench, cancel: Cancel) -> None:
    if cancel.slow == "provisioning":
        at.fake.behaviour.provisioning_seconds = 25 * cancel.scale
        return
    delay = 6 * cancel.scale
    for route in (
        ("instances.update", "instances.create") if cancel.slow == "writes" else ("usage.get", "instances.get")
    ):
        at.fake.inject(Fault(route, delay_seconds=delay, count=None))


def _conclude(at: Bench, name: Kill | Cancel, setting: Setting, folder: Path, ran: Ran) -> Outcome:
    notes = [ended_by(ran.status)]
    next_run, lock = _go_on(at, folder, setting, notes)
    evidence = at.conclude(folder, setting, ran)
    found = verdict.problems(replace(evidence, later=(next_run, *evidence.later)), at.reference(setting).expected)
    if lock:
        found["locks"] = lock
    if _INTERRUPTED in evidence.later[-1].text:
        found["warning"] = "the last run still warns of interrupted calls"
    return Outcome(ROWS[isinstance(name, Cancel)], str(name), CHECKS, found, notes)


def _go_on(at: Bench, folder: Path, setting: Setting, notes: list[str]) -> tuple[Ran, str]:
    """Run again, past a lock if there is one; return the run, and the message if a person has to remove the lock."""
    line = command_line(folder, setting)
    ran = at.run(folder, setting, *line)
    if _LOCKED in ran.text and "cancel" in ibm_quantum.list_commands(click.Context(ibm_quantum)):
        alone = setting.operation.name == "optimize"
        where = ("optimize", "--cwd", str(backend_of(folder, setting))) if alone else (STACK,)
        at.run(folder, setting, "cancel", "--yes", "--stack", *where)
        notes.append("ibm-quantum cancel was needed")
        ran = at.run(folder, setting, *line)
    if _LOCKED not in ran.text:
        return ran, ""
    for path in backend_of(folder, setting).glob(".pulumi/locks/**/*.json"):
        path.unlink()
    locked = next(text for text in ran.text.splitlines() if _LOCKED in text)
    return at.run(folder, setting, *line), locked


def _wait(condition: Callable[[], bool], seconds: float = _LONGEST_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.0005)
