"""What is left of a run to judge it by: what it printed, what the account went through, and what is in its files."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Call, Fake, Instance
from tests.faults.scenario import PLAN

_KEY: Final = DEFAULT_API_KEY.encode()
_SECRETS: Final = re.compile(b"|".join([re.escape(_KEY), re.escape(base64.b64encode(_KEY)[:-4]), rb"eyJ[\w-]{16,}"]))
"""The API key, plain or encoded, and tokens, which begin with an encoded ``{"``."""
_PASSING: Final = frozenset({"time", "created", "modified", "manifest"})


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that ran to its end.

    Attributes:
        status: Its exit status, minus the signal that ended it, or None if it did not end.
        stdout: What it printed.
        stderr: What it printed beside.
        seconds: How long it took, in seconds.
        killed: Whether it was us who ended it.
    """

    status: int | None
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    killed: bool = False

    @property
    def text(self) -> str:
        """Return all that a person was shown."""
        return f"{self.stdout}\n{self.stderr}"

    @property
    def shown(self) -> tuple[str, ...]:
        """Return the lines that a person was shown, without what differs from run to run: order and duration."""
        return tuple(sorted(line for line in self.text.splitlines() if not line.startswith("Duration:")))


@dataclass(frozen=True, slots=True)
class Held:
    """What one instance has: what a plan is about.

    Attributes:
        name: Its name; two instances may have the same.
        allocation_seconds: Its allocation.
        limit_seconds: Its limit.
        backends: Its backends.
    """

    name: str
    allocation_seconds: int | None
    limit_seconds: int | None
    backends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """The account after one change.

    Attributes:
        total_seconds: The sum of its allocations.
        zeros: The instances that had an allocation of 0.
    """

    total_seconds: int
    zeros: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The account as it is.

    Attributes:
        holdings: What its instances have, sorted.
        ours: The CRNs of the instances that we created, before the beginning or since, and that are still there.
        budget_seconds: The contract.
    """

    holdings: tuple[Held, ...]
    ours: frozenset[str]
    budget_seconds: int

    @property
    def total_seconds(self) -> int:
        """Return the sum of its allocations."""
        return sum(one.allocation_seconds or 0 for one in self.holdings)


@dataclass
class Witness:
    """Sees every change of an account, one after another."""

    fake: Fake
    moments: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fake.watch(self._see)
        self._others: frozenset[str] = frozenset()

    def begin(self, ours: frozenset[str]) -> None:
        """Forget what was, and start from the account as it is, of which some instances are ours."""
        self._others = frozenset(one.crn for one in self.fake.account.instances) - ours
        self.moments = [self._moment(self.fake.total(PLAN))]

    def account(self) -> Snapshot:
        """Return the account as it is."""
        alive = alive_instances(self.fake)
        budget = next(iter(self.fake.account.subscriptions.values())).budget_seconds
        return Snapshot(
            tuple(sorted((_held(one) for one in alive), key=repr)),
            frozenset(one.crn for one in alive) - self._others,
            budget or 0,
        )

    def _see(self, call: Call) -> None:
        if call.changed:
            self.moments.append(self._moment(call.totals[PLAN]))

    def _moment(self, total: int) -> Moment:
        return Moment(total, tuple(one.name for one in alive_instances(self.fake) if one.allocation_seconds == 0))


def alive_instances(fake: Fake) -> list[Instance]:
    """Return the instances that have not been deleted."""
    return [one for one in fake.account.instances if not one.state.gone]


def _held(one: Instance) -> Held:
    return Held(one.name, one.allocation_seconds, one.limit_seconds, one.backends)


def managed_crns(backend: Path) -> frozenset[str]:
    """Return the CRNs of the instances that a state says are ours."""
    return frozenset(
        resource["id"]
        for state in _states(backend)
        for resource in (state["checkpoint"].get("latest") or {}).get("resources") or ()
        if resource["type"].endswith(":Instance") and resource.get("id")
    )


def normal_state(backend: Path) -> str:
    """Return a state without the times in it, with the names of what lies beside it."""
    beside = sorted(path.name for path in backend.rglob("*.journal"))
    return json.dumps([*beside, *map(_without_times, _states(backend))], sort_keys=True)


def has_lock(backend: Path) -> bool:
    """Say whether a run has left a lock, or a journal."""
    return any(backend.glob(".pulumi/locks/**/*.json")) or any(backend.rglob("*.journal"))


def _states(backend: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(backend.glob(".pulumi/stacks/*/*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if key not in _PASSING}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def leaks(folder: Path, ran: Sequence[Ran]) -> tuple[str, ...]:
    """Return the files, and the outputs, that have the API key or a token in them."""
    leaking = [f"the output of run {number}" for number, one in enumerate(ran, 1) if _SECRETS.search(one.text.encode())]
    files = (path for path in folder.rglob("*") if path.is_file())
    return (*leaking, *(str(path.relative_to(folder)) for path in files if _SECRETS.search(path.read_bytes())))
