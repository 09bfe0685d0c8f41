"""What a simulation is told: who has which share, which backends there are, and which jobs come when.

Times are seconds from a zero that the caller chooses, and may be negative; whole or decimal, kept to the microsecond. A
*node* is anything in the tree of shares, named by its path (``north/physics``); a *project* is a node with nothing
below it, the only kind that has jobs: a project of the hub, group, project tree, or an instance of today's flat one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Number = int | float | Fraction
"""A quantity; a float means its shortest decimal form, so that 0.1 is one tenth."""

Accounting = Literal["each_backend", "all_backends"]
"""Whether usage counts on the backend that it was spent on, as published first, or on all, as the platform does now."""


@dataclass(frozen=True, slots=True)
class Share:
    """A node of the tree: a hub, a group, a project, an instance.

    Attributes:
        name: unique among its siblings, without a slash.
        share: at the top the seconds that the node is meant to have in the window (its allocation); below, what it has
            in relation to its siblings, in any unit: 2 beside 3 is two fifths. 0 is no claim: such a node runs when no
            sibling with a share has a job that may run.
        children: what it is divided into; none makes it a project.
        limit_seconds: no job below starts while the node's usage in the window has reached this; None is no limit.
    """

    name: str
    share: Number
    children: tuple["Share", ...] = ()
    limit_seconds: Number | None = None


@dataclass(frozen=True, slots=True)
class Backend:
    """A quantum computer with its own queue; it runs one job at a time.

    ``allotted_seconds`` gives the time of top nodes on this backend where it differs from their ``share``.
    """

    name: str
    allotted_seconds: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """A job, from its submission; ``duration_seconds`` is how long it holds its backend.

    ``cancelled_seconds`` is the moment at which it is cancelled, if it has not ended by then: a waiting job leaves the
    queue, a running one ends there, and its time does not count (documented: not even that of a partial execution).
    """

    project: str
    backend: str
    submitted_seconds: Number
    duration_seconds: Number
    cancelled_seconds: Number | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class PastRun:
    """Time that counts from the start although no job of the simulation spent it. Past runs may overlap."""

    project: str
    backend: str
    start_seconds: Number
    duration_seconds: Number


@dataclass(frozen=True, slots=True)
class Reservation:
    """A time in which a backend starts jobs of one node only, or none at all (``node`` None: maintenance).

    The dedicated mode of the published rules. What ran before goes on to its end; jobs that run in it count as ever
    (documented), and limits hold.
    """

    backend: str
    start_seconds: Number
    end_seconds: Number
    node: str | None = None


def exactly(number: Number) -> Fraction:
    """Return a number as people meant it: a float is the shortest decimal that reads as it."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def microseconds(seconds: Number) -> int:
    """Return seconds as whole microseconds, the nearest."""
    return seconds * 1_000_000 if isinstance(seconds, int) else round(seconds * 1_000_000)
