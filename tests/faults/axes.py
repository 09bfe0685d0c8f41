"""The axes of the fault matrix and its cells: what is done, under which conditions, what goes wrong on which call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from pulumi_ibm_quantum.fake import Fault
from pulumi_ibm_quantum.fake.routes import ROUTES as FAKE_ROUTES

PATIENCE_SECONDS: Final = 1.0
"""How long a run waits for an answer."""
UNDISTURBED: Final = "undisturbed"
"""The route of the cell in which nothing goes wrong."""

_HTML: Final = "<html><body><h1>We will be back soon</h1></body></html>"

FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    **{str(status): {"status": status} for status in (401, 403, 404, 409, 500, 503)},
    "429": {"status": 429, "retry_after": "1"},
    "500-applied": {"status": 500, "applied": True},
    "reset": {"reset": True},
    "lost-answer": {"reset": True, "applied": True},
    "malformed": {"malformed": True},
    "html": {"content": _HTML},
    "html-applied": {"content": _HTML, "applied": True},
    "empty": {"content": ""},
    "empty-applied": {"content": "", "applied": True},
    "cut-body": {"cut_body": True},
    "slow": {"delay_seconds": 0.05},
    "hangs": {"delay_seconds": PATIENCE_SECONDS + 0.5},
    "drips": {"drip_seconds": PATIENCE_SECONDS / 5},
}
"""What goes wrong, by name, as arguments of `Fault`."""

MOMENTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "once": {"nth": 1, "count": 1},
    "always": {"nth": 1, "count": None},
    "from-2nd": {"nth": 2, "count": None},
}
"""On which calls of the route it goes wrong."""

_AT_ONE_MOMENT: Final = {"hangs": "once", "drips": "once", "slow": "always"}
_UNCONDITIONAL: Final = frozenset({"drips"})
"""What takes too long to be tried under all conditions."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What else is not as it should be.

    Attributes:
        lag_seconds: Lists show a new instance only after so many seconds.
        shrunk: The contract is below what is allocated.
        unrefreshed: Somebody has moved allocations by hand, and the run does not refresh.
    """

    lag_seconds: int = 0
    shrunk: bool = False
    unrefreshed: bool = False

    @property
    def count(self) -> int:
        """Return how many of them there are."""
        return sum(map(bool, (self.lag_seconds, self.shrunk, self.unrefreshed)))

    def __str__(self) -> str:
        lagging = f"+lagging-{self.lag_seconds}-s" if self.lag_seconds else ""
        return f"{lagging}{'+shrunk' * self.shrunk}{'+unrefreshed' * self.unrefreshed}"


@dataclass(frozen=True)
class Operation:
    """Something that a person does.

    Attributes:
        name: Its name.
        command: The command, without what conditions add.
        start: What there is before: ``nothing``, ``applied`` or ``applied with new``.
        declares_new: Whether the configuration has an instance that is to be created.
        usage_shifts: Whether other projects are busy than when the last plan was applied.
        moved_by_hand: Whether somebody has moved allocations since, also where it does refresh.
        axes: The conditions that can make a difference, with their values.
    """

    name: str
    command: tuple[str, ...]
    start: str = "applied"
    declares_new: bool = False
    usage_shifts: bool = False
    moved_by_hand: bool = False
    axes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict, hash=False)

    @property
    def plans(self) -> bool:
        """Return whether it brings the account to a plan."""
        return self.name not in {"refresh", "preview", "destroy"}

    def conditions(self) -> Iterator[Conditions]:
        """Give every combination of the conditions that can make a difference."""
        for chosen in product(*self.axes.values()):
            yield Conditions(**dict(zip(self.axes, chosen, strict=True)))


_UP: Final = ("up", "--yes", "--skip-preview")
_LAGGING: Final = {"lag_seconds": (0, 4)}
_SHRUNK: Final = {"shrunk": (False, True)}
_UNREFRESHED: Final = {"unrefreshed": (False, True)}
_CREATE: Final = Operation("create", _UP, declares_new=True, axes={**_LAGGING, **_SHRUNK, **_UNREFRESHED})

OPERATIONS: Final = (
    Operation("first", _UP, start="nothing", axes=_SHRUNK),
    Operation("changes", _UP, usage_shifts=True, axes={**_SHRUNK, **_UNREFRESHED}),
    Operation("no-changes", _UP, axes={**_SHRUNK, **_UNREFRESHED}),
    _CREATE,
    Operation("preview", ("preview",), usage_shifts=True, axes={**_SHRUNK, **_UNREFRESHED}),
    Operation("refresh", ("refresh", "--yes", "--skip-preview"), moved_by_hand=True),
    Operation(
        "destroy",
        ("destroy", "--yes", "--skip-preview"),
        start="applied with new",
        declares_new=True,
        axes=_UNREFRESHED,
    ),
    Operation("optimize", ("optimize", "--yes"), start="nothing", declares_new=True, axes={**_LAGGING, **_SHRUNK}),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """An operation under conditions: a row of the matrix."""

    operation: Operation
    conditions: Conditions = Conditions()

    def __str__(self) -> str:
        return f"{self.operation.name}{self.conditions}"

    @property
    def moments(self) -> tuple[str, ...]:
        """Return the moments at which something goes wrong: fewer where much is wrong already."""
        return tuple(MOMENTS)[: 3 - min(2, self.conditions.count)]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix: a setting, and what goes wrong in it.

    Attributes:
        setting: What is done, and under which conditions.
        route: The call that it goes wrong on, or `UNDISTURBED`.
        fault: What goes wrong, a key of `FAULTS`.
        moment: On which calls of the route, a key of `MOMENTS`.
    """

    setting: Setting
    route: str
    fault: str
    moment: str

    def __str__(self) -> str:
        return f"{self.setting}:{self.route}:{self.fault}:{self.moment}"

    @property
    def injected(self) -> tuple[Fault, ...]:
        """Return the fault as the fake takes it, or none."""
        if self.route == UNDISTURBED:
            return ()
        return (Fault(self.route, **FAULTS[self.fault], **MOMENTS[self.moment]),)

    def is_reached(self, calls: Mapping[str, int]) -> bool:
        """Say whether the fault strikes, given how often each route is called where nothing goes wrong."""
        return all(calls.get(self.route, 0) >= fault.nth for fault in self.injected)


SETTINGS: Final = (
    *(Setting(operation, one) for operation in OPERATIONS for one in operation.conditions()),
    # Longer than anyone would look for it in one run.
    Setting(_CREATE, Conditions(lag_seconds=300)),
)
ROUTES: Final = (UNDISTURBED, *(route.name for route in FAKE_ROUTES))
_WRITING: Final = frozenset(route.name for route in FAKE_ROUTES if route.writes)


def cells_of(setting: Setting, route: str) -> Iterator[Cell]:
    """Give the cells of a setting and a route: every fault at every moment."""
    if route == UNDISTURBED:
        yield Cell(setting, route, "nothing", "ever")
        return
    for fault, moment in product(FAULTS, setting.moments):
        # To a read it makes no difference whether what was lost had been done.
        differs = route in _WRITING or not FAULTS[fault].get("applied")
        fits = fault not in _UNCONDITIONAL or not setting.conditions.count
        if differs and fits and moment == _AT_ONE_MOMENT.get(fault, moment):
            yield Cell(setting, route, fault, moment)


def cell_named(name: str) -> Cell:
    """Return the cell that prints as ``name``."""
    setting, route, fault, moment = name.split(":")
    named = {str(one): one for one in SETTINGS}
    return Cell(named[setting], route, fault, moment)
