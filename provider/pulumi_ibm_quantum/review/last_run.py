"""What the last run decided, as the stack's state keeps it, and what has drifted from it since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Self

from pydantic import TypeAdapter, ValidationError

from pulumi_ibm_quantum.planning import Decision, ObservedInstance
from pulumi_ibm_quantum.review.effect import Terms
from pulumi_ibm_quantum.vocabulary import Limit


@dataclass(frozen=True, slots=True)
class LeftAs:
    """How a run leaves an instance, in seconds, None for no limit; and how it found it, if otherwise.

    A run that was cut short leaves some instances as it found them: those have not drifted, unless somebody has written
    since what was there before.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    allocation_seconds: int
    limit_seconds: int | None = None
    found_allocation_seconds: int | None = None
    found_limit_seconds: int | None = None
    found_updated_at: str | None = None

    @classmethod
    def of(cls, after: Terms, live: ObservedInstance | None = None) -> Self:
        """Return how a run leaves an instance that it finds live, or creates."""
        found = None if live is None else _terms_of(live)
        if live is None or found is None or found == after:
            return cls(after.allocation_seconds, after.limit.seconds)
        before = (found.allocation_seconds, found.limit.seconds, live.updated_at)
        return cls(after.allocation_seconds, after.limit.seconds, *before)

    @property
    def terms(self) -> Terms:
        """What was decided."""
        return Terms(self.allocation_seconds, Limit.of(self.limit_seconds))

    def includes(self, live: ObservedInstance) -> bool:
        """Tell whether an instance is as it was left, or as it was found and nobody has written it since."""
        if _terms_of(live) == self.terms:
            return True
        if self.found_allocation_seconds is None or self.found_updated_at not in (None, live.updated_at):
            return False
        return _terms_of(live) == Terms(self.found_allocation_seconds, Limit.of(self.found_limit_seconds))


@dataclass(frozen=True, slots=True)
class LastRun:
    """What a run decided.

    Attributes:
        moment: As of when, UTC.
        budget_seconds: The account's budget.
        consumed_seconds: What all instances used in the rolling window.
        instances: How it leaves them, by name.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    moment: datetime
    budget_seconds: int
    consumed_seconds: int
    instances: Mapping[str, LeftAs]

    @classmethod
    def of(cls, decision: Decision, kept: Mapping[str, LeftAs] | None = None) -> Self:
        """Return what a decision leaves behind; what is ``kept`` as somebody left it is still not as we did."""
        account = decision.balance.account
        left = {}
        for one in decision.instances:
            after = Terms(one.outcome.new_allocation_seconds, one.outcome.new_limit)
            left[one.name] = LeftAs.of(after, one.live)
        moment = decision.observation.moment
        return cls(moment, account.budget_seconds, account.consumed_seconds, {**left, **(kept or {})})

    @classmethod
    def as_found(cls, decision: Decision) -> Self:
        """Return what is left behind where nothing is written."""
        account = decision.balance.account
        left = {one.name: LeftAs.of(_terms_of(one.live)) for one in decision.instances if one.live is not None}
        return cls(decision.observation.moment, account.budget_seconds, account.consumed_seconds, left)

    def to_json(self) -> str:
        """Return the text that the state keeps: one value, however many instances there are."""
        return _ADAPTER.dump_json(self, exclude_none=True).decode()

    @classmethod
    def from_json(cls, text: object) -> "LastRun":
        """Read what the state kept.

        Raises:
            ValueError: another release wrote it.
        """
        try:
            return _ADAPTER.validate_json(text if isinstance(text, str) else "")
        except ValidationError:
            raise ValueError("what the last run left in the state is of another release") from None


@dataclass(frozen=True, slots=True)
class Drift:
    """An instance that is not as the last run left it, and who wrote it last: an IAM id, "" where nobody tells."""

    name: str
    applied: Terms
    live: ObservedInstance

    @property
    def terms(self) -> Terms:
        """What it has."""
        return _terms_of(self.live)


def drifts(decision: Decision, last: LastRun) -> tuple[Drift, ...]:
    """Return what has drifted since the last run, in the order of the configuration."""
    found = []
    for one in decision.instances:
        left = last.instances.get(one.name)
        if left is None or one.live is None:
            continue
        if not left.includes(one.live):
            found.append(Drift(one.name, left.terms, one.live))
    return tuple(found)


def _terms_of(live: ObservedInstance) -> Terms:
    return Terms(live.allocation_seconds or 0, live.limit)


_ADAPTER: Final = TypeAdapter(LastRun)
