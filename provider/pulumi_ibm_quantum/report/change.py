"""What a pull request would do, as a value: the verdict, this change's effect, and what moves anyway."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pulumi_ibm_quantum.report.figures import format_rounded
from pulumi_ibm_quantum.review import Approval, Effect, InstanceEffect, Tolerance
from pulumi_ibm_quantum.review.waits import ChangedWaits
from pulumi_ibm_quantum.vocabulary import format_signed

Verdict = Literal["no effect", "effect", "refused"]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a report rests on: the snapshot's moment, UTC, its age in seconds, and the digests of all three."""

    moment: datetime
    age_seconds: float
    snapshot: str
    base: str | None
    head: str | None


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """A change as it is shown to whoever decides about it.

    Attributes:
        basis: What it rests on.
        effect: What the change does; None where the head configuration cannot be used.
        tolerance: How far the effect may be from this when it is applied.
        errors: Why this must not be applied.
        warnings: What deserves notice all the same.
        approved: What was approved before, where the effect was held to that.
        waits: What it does to waiting, where that was forecast.
    """

    basis: Basis
    effect: Effect | None
    tolerance: Tolerance
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    approved: Approval | None = None
    waits: ChangedWaits | None = None

    @property
    def verdict(self) -> Verdict:
        """What it comes to."""
        if self.errors or self.effect is None:
            return "refused"
        return "no effect" if self.effect.is_none else "effect"

    @property
    def headline(self) -> str:
        """The verdict in a few words."""
        if self.errors or self.effect is None:
            return "This must not be applied"
        if self.effect.base is None:
            return "There is no base to compare with: this is compared with what the instances have"
        if self.effect.is_none:
            return "No effect on any instance"
        return f"{self._named()}; {self._paid()}"

    @property
    def written(self) -> str:
        """What applying it writes."""
        assert self.effect is not None
        head = self.effect.head
        created = sum(one.live is None for one in head.instances)
        written = len(head.changes) - created
        parts = [f"{written} of {len(head.instances)} instances"] if written else []
        parts += [f"{created} {'is' if created == 1 else 'are'} created"] if created else []
        deleted = [one.name for one in self.effect.named if one.is_deleted]
        parts += [f"{', '.join(deleted)} would be deleted, if not protected"] if deleted else []
        return "; ".join(parts) or "nothing"

    def _named(self) -> str:
        assert self.effect is not None
        named = [one for one in self.effect.named if one.seconds]
        if len(named) == 1:
            return f"{named[0].name} {format_signed(named[0].seconds, format_rounded)}"
        if named:
            total = sum(one.seconds for one in named)
            return f"{len(named)} instances are named and have {format_signed(total, format_rounded)} together"
        return "No named allocation differs"

    def _paid(self) -> str:
        assert self.effect is not None
        payers = self.effect.payers
        if not payers:
            return "nobody else gives anything"
        seconds = -sum(one.seconds for one in payers)
        who = f"{payers[0].name} gives" if len(payers) == 1 else f"{len(payers)} others give"
        return f"{who} {format_rounded(seconds)}, at most {self.effect.largest_share_given:.0%} of their own"


def total_movement(moving: Sequence[InstanceEffect]) -> int:
    """Return the seconds that move in all, up and down."""
    return sum(abs(one.movement_seconds) for one in moving)
