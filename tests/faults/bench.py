"""Where cells are played: one service, processes that start quickly, and the states to start from."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pulumi_ibm_quantum.fake import Account, Behaviour, Fake, Server, serve
from pulumi_ibm_quantum.resources.instance import LOOK_SECONDS
from tests.faults.axes import Cell, Operation, Setting
from tests.faults.evidence import (
    Moment,
    Ran,
    Snapshot,
    Witness,
    alive_instances,
    has_lock,
    leaks,
    managed_crns,
    normal_state,
)
from tests.faults.scenario import (
    backend_of,
    check_line,
    command_line,
    configure,
    environment_of,
    happen,
    lay_out,
    make_account,
    up_line,
)
from tests.faults.verdict import Evidence, Expected
from tests.support.preloaded import Preloaded, Process, preloading
from tests.support.skipped_waits import SWITCH

COMMAND: Final = "from pulumi_ibm_quantum.cli.main import main; main()"
LONGEST_RUN_SECONDS: Final = 60.0


@dataclass(frozen=True)
class _Start:
    """What there is before an operation: a project with its state, and an account."""

    folder: Path
    account: Account


@dataclass(frozen=True)
class _Aftermath:
    """What came after a run that was disturbed."""

    hasty: Ran | None
    later: tuple[Ran, ...]
    moments: tuple[Moment, ...]
    account: Snapshot
    managed: frozenset[str]

    @property
    def ran(self) -> tuple[Ran, ...]:
        """Return all runs."""
        return (*([self.hasty] if self.hasty else []), *self.later)


@dataclass(frozen=True)
class Reference:
    """A setting in which nothing goes wrong.

    Attributes:
        calls: How often each route is called.
        expected: What it ends with.
        seconds: How long it takes.
    """

    calls: Mapping[str, int]
    expected: Expected
    seconds: float


@dataclass
class Bench:
    """A place to play cells at, one after another."""

    fake: Fake
    server: Server
    preloaded: Preloaded
    root: Path
    witness: Witness = field(init=False)
    real_time: bool = False

    def __post_init__(self) -> None:
        self.witness = Witness(self.fake)
        self._starts: dict[str, _Start] = {}
        self._references: dict[Setting, Reference] = {}
        self._aftermaths: dict[tuple[object, ...], _Aftermath] = {}
        self._folders = 0

    def play(self, cell: Cell) -> Evidence:
        """Play one cell: the disturbed run, and those that put things right."""
        with self.set_up(cell.setting) as folder:
            self.fake.inject(*cell.injected)
            first = self.run(folder, cell.setting, *command_line(folder, cell.setting))
            self.fake.clear_faults()
            return self.conclude(folder, cell.setting, first)

    def conclude(self, folder: Path, setting: Setting, first: Ran) -> Evidence:
        """Run what puts things right after a run that was disturbed, and gather the evidence."""
        backend = backend_of(folder, setting)
        after_first, managed = self.witness.account(), managed_crns(backend)
        moments = tuple(self.witness.moments)
        aftermath = self._aftermath(folder, setting)
        return Evidence(
            first=first,
            hasty=aftermath.hasty,
            later=aftermath.later,
            moments=moments + aftermath.moments,
            after_first=after_first,
            at_end=aftermath.account,
            managed_after_first=len(managed),
            managed_at_end=aftermath.managed,
            leaks=leaks(folder, [first, *aftermath.ran]),
        )

    def reference(self, setting: Setting) -> Reference:
        """Play a setting with nothing going wrong, once."""
        if setting not in self._references:
            self._references[setting] = self._play_reference(setting)
        return self._references[setting]

    @contextmanager
    def set_up(self, setting: Setting) -> Iterator[Path]:
        """Put the account and a project folder where the setting starts from."""
        start = self._start(setting.operation)
        self._folders += 1
        folder = self.root / f"cell-{self._folders}"
        shutil.copytree(start.folder, folder)
        self._take(start.account)
        happen(self.fake, setting)
        configure(folder, self.fake.account, declares_new=setting.operation.declares_new)
        self.witness.begin(managed_crns(backend_of(folder, setting)))
        self.fake.forget_calls()
        try:
            yield folder
        finally:
            self.fake.clear_faults()
            shutil.rmtree(folder)

    def run(self, folder: Path, setting: Setting, *arguments: str) -> Ran:
        """Run the command line to its end."""
        began = time.monotonic()
        process = self.start(folder, setting, *arguments)
        try:
            status = process.wait(LONGEST_RUN_SECONDS)
        except TimeoutError:
            process.kill()
            process.wait(LONGEST_RUN_SECONDS)
            status = None
        return self.printed(folder, status, time.monotonic() - began)

    def start(self, folder: Path, setting: Setting, *arguments: str) -> Process:
        """Start the command line in a process of its own."""
        environment = {
            "PATH": "/usr/bin:/bin",
            **self.server.environment,
            **environment_of(folder, setting),
            **({"IBM_QUANTUM_TIMEOUT_SECONDS": "30"} if self.real_time else {SWITCH: "yes"}),
        }
        with (folder.with_suffix(".out")).open("wb") as stdout, (folder.with_suffix(".err")).open("wb") as stderr:
            return self.preloaded.start(["-c", COMMAND, *arguments], folder, environment, stdout, stderr)

    @staticmethod
    def printed(folder: Path, status: int | None, seconds: float, *, killed: bool = False) -> Ran:
        """Return what the last process in a folder printed."""
        stdout, stderr = (folder.with_suffix(end).read_text(errors="replace") for end in (".out", ".err"))
        return Ran(status, stdout, stderr, seconds, killed)

    def _take(self, account: Account) -> None:
        self.fake.account = deepcopy(account)
        self.fake.behaviour = Behaviour()
        late = datetime.now(UTC) - self.fake.now
        if not self.real_time and late.total_seconds() > 0:
            self.fake.advance(late)

    def _start(self, operation: Operation) -> _Start:
        """Return what an operation starts from, made once."""
        if operation.start not in self._starts:
            folder = self.root / operation.start.replace(" ", "-")
            account = make_account(real_time=self.real_time)
            lay_out(folder, account)
            self._take(account)
            if operation.start != "nothing":
                configure(folder, self.fake.account, declares_new=operation.start == "applied with new")
                setting = Setting(Operation("up", ()))
                ran = self.run(folder, setting, *up_line(folder, setting))
                assert ran.status == 0, ran.text
            self._starts[operation.start] = _Start(folder, self.fake.account)
        return self._starts[operation.start]

    def _play_reference(self, setting: Setting) -> Reference:
        operation = setting.operation
        with self.set_up(setting) as folder:
            ran = self.run(folder, setting, *command_line(folder, setting))
            calls = self.fake.summary()["calls"]
            managed = len(managed_crns(backend_of(folder, setting)))
            account: Snapshot | None = self.witness.account() if ran.status == 0 else None
        if operation.plans and setting.conditions.unrefreshed:
            # What has been moved by hand is put right by a run that looks; so must it be by one that was told not to.
            with self.set_up(setting) as folder:
                looked = self.run(folder, setting, *up_line(folder, setting))
                account = self.witness.account() if looked.status == 0 else None
        shown = ran.shown if operation.name == "preview" and ran.status == 0 else None
        return Reference(calls, Expected(account, shown, managed, operation.plans), ran.seconds)

    def _aftermath(self, folder: Path, setting: Setting) -> _Aftermath:
        """Run what comes after; where account and state are as after another cell of the setting, what came then."""
        backend = backend_of(folder, setting)
        key = (setting, tuple(map(repr, map(_visible, alive_instances(self.fake)))), normal_state(backend))
        lag_seconds = setting.conditions.lag_seconds
        certain = not has_lock(backend) and not lag_seconds
        if certain and key in self._aftermaths:
            return self._aftermaths[key]
        before = len(self.witness.moments)
        line = command_line(folder, setting)
        # A list that lags for longer than a run looks hides what was made from every client.
        hasty = self.run(folder, setting, *line) if 0 < lag_seconds <= LOOK_SECONDS else None
        self.fake.advance(lag_seconds)
        up = [up_line(folder, setting)] if setting.operation.name in {"refresh", "preview"} else []
        later = tuple(self.run(folder, setting, *each) for each in (line, *up, check_line(folder, setting)))
        moments = tuple(self.witness.moments[before:])
        aftermath = _Aftermath(hasty, later, moments, self.witness.account(), managed_crns(backend))
        if certain:
            self._aftermaths[key] = aftermath
        return aftermath


def _visible(one: object) -> tuple[object, ...]:
    names = ("crn", "name", "configuration", "shown", "unseen_reads", "state", "tags")
    return tuple(getattr(one, name) for name in names)


@contextmanager
def bench(*, real_time: bool = False) -> Iterator[Bench]:
    """Have a bench for as long as the block lasts.

    Args:
        real_time: Whether waits take as long as they say; else they are skipped.
    """
    shared = Path("/dev/shm")  # States go to the disk after every step: memory is quicker.
    with tempfile.TemporaryDirectory(prefix="faults-", dir=shared if shared.is_dir() else None) as root:
        fake = Fake(make_account(real_time=real_time))
        with serve(fake) as server, preloading() as preloaded:
            yield Bench(fake, server, preloaded, Path(root), real_time=real_time)
