"""What was approved of a change, in a file, and whether the change still does that."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import TypeAdapter, ValidationError

from pulumi_ibm_quantum.config import ProjectConfiguration, parse_configuration
from pulumi_ibm_quantum.review.effect import Effect, InstanceEffect, KeyChange, canonical, share_of
from pulumi_ibm_quantum.review.review_file import Form, ReviewFileError
from pulumi_ibm_quantum.vocabulary import Limit, format_duration, format_signed

SCHEMA: Final = "ibm-quantum-effect-1"


class NotApproved(ReviewFileError):
    """A file holds no approval, or it is of another change; the message says which."""


_FORM: Final = Form(SCHEMA, "report", "ibm-quantum report --format json", NotApproved)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an effect may be from what was approved.

    Attributes:
        percent: Of what a named instance would have, or percentage points of what it would have without the change.
        seconds: Where the former is less.
        points: Percentage points that the largest share given by any payer may grow by.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    percent: float = 5.0
    seconds: int = 600
    points: float = 10.0

    def of(self, allocation_seconds: int) -> float:
        """Return the tolerance for an instance that would have so much, in seconds."""
        return max(self.percent / 100 * allocation_seconds, self.seconds)


@dataclass(frozen=True, slots=True)
class ApprovedEffect:
    """What was approved for one named instance; limits as reports write them, None for none."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    name: str
    effect_seconds: int
    allocation_seconds: int
    limit_seconds: int | None
    keys: tuple[KeyChange, ...]

    @property
    def share(self) -> float:
        """The effect in parts of what it would have without the change; 0 where that is nothing."""
        return share_of(self.effect_seconds, self.allocation_seconds - self.effect_seconds)


@dataclass(frozen=True, slots=True)
class Approval:
    """What a reviewer saw of a change, and what is held to it.

    Attributes:
        base: The configuration without the change, as version 3; None where there was none.
        account_keys: What the change says differently of the account.
        named: The instances that it names.
        largest_share_given: The largest part of its own that any payer gives, from 0 to 1.
        tolerance: How far the effect may be from this.
        source: The name of the file.
    """

    base: Mapping[str, Any] | None
    account_keys: tuple[KeyChange, ...]
    named: tuple[ApprovedEffect, ...]
    largest_share_given: float
    tolerance: Tolerance = field(default_factory=Tolerance)
    source: str = field(default="the approved report", compare=False)

    @classmethod
    def of(cls, effect: Effect, tolerance: Tolerance) -> "Approval":
        """Return what is approved where an effect is."""
        named = tuple(
            ApprovedEffect(one.name, one.seconds, one.head.allocation_seconds, one.head.limit.seconds, one.keys)
            for one in effect.named
        )
        base = None if effect.base is None else canonical(effect.base.configuration)
        return cls(base, effect.account_keys, named, effect.largest_share_given, tolerance)

    @property
    def base_configuration(self) -> ProjectConfiguration | None:
        """The configuration without the change."""
        return None if self.base is None else parse_configuration(self.base, source="approved base").configuration

    def document(self) -> dict[str, Any]:
        """Return what the file holds of it, JSON-ready."""
        document = asdict(self)
        del document["source"]
        return document

    @classmethod
    def read(cls, path: Path) -> "Approval":
        """Read the file of a report.

        Raises:
            NotApproved: it cannot be read, is something else, or the change must not be applied.
        """
        return cls.from_json(_FORM.read(path), str(path))

    @classmethod
    def from_json(cls, text: str | bytes, source: str) -> "Approval":
        """Read the file of a report.

        Raises:
            NotApproved: it is something else, or the change must not be applied.
        """
        document = _FORM.parse(text, source)
        if document.get("errors") or document.get("approval") is None:
            raise NotApproved(f"{source}: that report says that the change must not be applied, so it approves nothing")
        try:
            return replace(_ADAPTER.validate_python(document["approval"]), source=source)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise NotApproved(f"{source}: approval.{'.'.join(map(str, first['loc']))}: {first['msg']}") from None

    def differences(self, effect: Effect) -> Iterator[str]:
        """Yield a sentence for each way in which an effect is not the approved one."""
        yield from self._other_keys(effect)
        now = {one.name: one for one in effect.named}
        for approved in self.named:
            if approved.name in now:
                yield from self._other_figures(approved, now[approved.name])
        allowed = self.largest_share_given + self.tolerance.points / 100
        for payer in effect.payers:
            if payer.share_given > allowed:
                yield (
                    f"{payer.name} would give {payer.share_given:.0%} of its allocation, approved were at most "
                    f"{self.largest_share_given:.0%} and {self.tolerance.points:g} points"
                )

    def _other_keys(self, effect: Effect) -> Iterator[str]:
        if effect.account_keys != self.account_keys:
            keys = sorted({one.key for one in (*effect.account_keys, *self.account_keys)})
            yield f"the account's keys are not changed as approved: {', '.join(keys)}"
        approved, now = ({one.name: one.keys for one in named} for named in (self.named, effect.named))
        for name in dict.fromkeys([*approved, *now]):
            if approved.get(name) != now.get(name):
                yield (
                    f"{name} is changed, which was not approved"
                    if name not in approved
                    else f"{name} is not changed as approved"
                )

    def _other_figures(self, approved: ApprovedEffect, now: InstanceEffect) -> Iterator[str]:
        if not self._is_same_effect(approved, now):
            yield (
                f"{now.name}: approved was {format_signed(approved.effect_seconds)}, now it is "
                f"{format_signed(now.seconds)}"
            )
        if not self._is_same_limit(Limit.of(approved.limit_seconds), now.head.limit):
            limits = (Limit.of(approved.limit_seconds), now.head.limit)
            was, is_ = ("none" if one.seconds is None else format_duration(one.seconds) for one in limits)
            yield f"{now.name}: approved was a limit of {was}, now it is {is_}"

    def _is_same_effect(self, approved: ApprovedEffect, now: InstanceEffect) -> bool:
        """Tell whether an instance gets what was approved: so many seconds, such a share, or so much in the end.

        A weight is a share, a minimum or a limit an allocation; usage moves the others. One that loses less than was
        approved takes nothing from anybody.
        """
        was, seconds, allocation = approved.effect_seconds, now.seconds, now.head.allocation_seconds
        tolerated = self.tolerance.of(allocation)
        if abs(allocation - approved.allocation_seconds) <= tolerated or was <= seconds <= 0:
            return True
        if was * seconds < 0:
            return False
        return abs(seconds - was) <= tolerated or 100 * abs(now.share - approved.share) <= self.tolerance.percent

    def _is_same_limit(self, approved: Limit, now: Limit) -> bool:
        if approved.seconds is None or now.seconds is None:
            return approved == now
        return abs(approved.seconds - now.seconds) <= self.tolerance.of(now.seconds)


def digest_of(configuration: ProjectConfiguration) -> str:
    """Return ``sha256:`` and the digest of a configuration; equal for what means the same."""
    text = json.dumps(canonical(configuration), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


_ADAPTER: Final = TypeAdapter(Approval)
