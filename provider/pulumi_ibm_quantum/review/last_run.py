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

    A run that was cut short leaves some instances as it found them: those have not drifted.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    allocation_seconds: int
    limit_seconds: int | None = None
    found_allocation_seconds: int | None = None
    found_limit_seconds: int | None = None

    @classmethod
    def of(cls, after: Terms, found: Terms | None = None) -> Self:
        """Return how a run leaves an instance that it found otherwise, if it did."""
        before = (None, None) if found is None else (found.allocation_seconds, found.limit.seconds)
        return cls(after.allocation_seconds, after.limit.seconds, *before)

    @property
    def terms(self) -> Terms:
        """What was decided."""
        return Terms(self.allocation_seconds, Limit.of(self.limit_seconds))

    def includes(self, live: Terms) -> bool:
        """Tell whether an instance is as it was left, or as it was found."""
        found = self.found_allocation_seconds
        was_found = None if found is None else Terms(found, Limit.of(self.found_limit_seconds))
        return live in (self.terms, was_found)


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
            found = None if one.live is None else Terms(one.live.allocation_seconds or 0, one.live.limit)
            after = Terms(one.outcome.new_allocation_seconds, one.outcome.new_limit)
            left[one.name] = LeftAs.of(after, None if found == after else found)
        moment = decision.observation.moment
        return cls(moment, account.budget_seconds, account.consumed_seconds, {**left, **(kept or {})})

    @classmethod
    def as_found(cls, decision: Decision) -> Self:
        """Return what is left behind where nothing is written."""
        account = decision.balance.account
        left = {
            one.name: LeftAs.of(Terms(one.live.allocation_seconds or 0, one.live.limit))
            for one in decision.instances
            if one.live is not None
        }
        return cls(decision.observation.moment, account.budget_seconds, account.consumed_seconds, left)

    def document(self) -> dict[str, Any]:
        """Return what the state keeps, JSON-ready."""
        return _ADAPTER.dump_python(self, mode="json")  # type: ignore[no-any-return]

    @classmethod
    def parse(cls, document: Any) -> "LastRun":
        """Read what the state kept; states hold no nulls.

        Raises:
            ValueError: another release wrote it.
        """
        try:
            return _ADAPTER.validate_python(document)
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
        return Terms(self.live.allocation_seconds or 0, self.live.limit)


def drifts(decision: Decision, last: LastRun) -> tuple[Drift, ...]:
    """Return what has drifted since the last run, in the order of the configuration."""
    found = []
    for one in decision.instances:
        left = last.instances.get(one.name)
        if left is None or one.live is None:
            continue
        drift = Drift(one.name, left.terms, one.live)
        if not left.includes(drift.terms):
            found.append(drift)
    return tuple(found)


_ADAPTER: Final = TypeAdapter(LastRun)
