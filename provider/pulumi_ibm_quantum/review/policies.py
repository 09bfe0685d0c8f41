"""Policies: what must hold of the resources of a stack, whoever declared them and under whatever engine.

A policy sees what is to be, never what was: what compares the two is a guard.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import BeforeValidator, Field, create_model

from pulumi_ibm_quantum.documents import Block, Text, read_file, validate
from pulumi_ibm_quantum.vocabulary import format_duration, whole_seconds

Level = Literal["advisory", "mandatory", "disabled"]
"""What a violation does: it is told, or it stops the run as well; or the policy is not asked."""

_Seconds = Annotated[int, BeforeValidator(whole_seconds), Field(ge=0)]
_TYPE: Final = re.compile(
    r"(?:pulumi-python:dynamic/ibm-quantum|ibm-quantum:index):(Instance|InstanceAllocation|FairShare)"
)
"""Types of a dynamic provider, of a native one, and of the component."""
_HUMP: Final = re.compile(r"(?<=[a-z])[A-Z]")


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource of ours as a stack has it, or is to have it.

    Attributes:
        kind: ``Instance``, ``InstanceAllocation`` or ``FairShare``.
        urn: Its URN.
        properties: Those of its properties that are known, in snake case.
        protect: Whether it is protected.
        instance: The URN of the instance of this stack that an allocation is of; "" where that is not of this stack.
    """

    kind: str
    urn: str
    properties: Mapping[str, Any]
    protect: bool = False
    instance: str = ""

    @classmethod
    def of(
        cls, type_: str, urn: str, properties: Mapping[str, Any], *, protect: bool, crn_from: Collection[str] = ()
    ) -> Self | None:
        """Return a resource as policies see it; None for what is not of ours.

        Args:
            type_: Its type, of the dynamic or of the native provider.
            urn: Its URN.
            properties: Its properties, without those whose values are not known yet.
            protect: Whether it is protected.
            crn_from: The URNs of the resources that its property ``crn`` comes from.
        """
        if (known := _TYPE.fullmatch(type_)) is None:
            return None
        in_snake_case = {_HUMP.sub(lambda hump: f"_{hump[0].lower()}", name): properties[name] for name in properties}
        return cls(known[1], urn, in_snake_case, protect, next(iter(crn_from), ""))

    @property
    def allocation_seconds(self) -> int | None:
        """Its allocation; None where it is not known."""
        return _seconds(self.properties.get("allocation_seconds"))

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        return tuple(self.properties.get("tags") or ())


@dataclass(frozen=True, slots=True)
class Violation:
    """What does not hold.

    Attributes:
        message: What, and what to do; of one resource without its name.
        urn: Of which resource; "" for the stack as a whole.
    """

    message: str
    urn: str = ""


class Policy(Block):
    """One policy with its settings, as a policy pack's configuration has them.

    ``of_stack`` tells those that look at the resources together from those that judge each by itself.
    """

    of_stack: ClassVar[bool] = False
    level: Level = Field("mandatory", alias="enforcementLevel")

    def violations(self, resources: Sequence[Declared]) -> Iterator[Violation]:
        """Yield what does not hold of some resources."""
        raise NotImplementedError

    @classmethod
    def description(cls) -> str:
        """What it demands, in a sentence."""
        return cleandoc(cls.__doc__ or "").splitlines()[0]

    @classmethod
    def settings_schema(cls) -> dict[str, dict[str, Any]]:
        """Return the JSON Schema of each setting but the level."""
        properties: dict[str, dict[str, Any]] = cls.model_json_schema()["properties"]
        return {name: schema for name, schema in properties.items() if name != "enforcementLevel"}


class OverCommit(Policy):
    """The allocations of a stack are together within the budget.

    Without a budget of its own it takes what its FairShares read of the account.
    """

    of_stack: ClassVar[bool] = True
    budget_seconds: _Seconds = 0

    def violations(self, resources: Sequence[Declared]) -> Iterator[Violation]:
        """Yield one violation of the stack, if it has more than there is."""
        budget = self.budget_seconds or sum(
            _seconds((one.properties.get("decision") or {}).get("budget_seconds")) or 0 for one in resources
        )
        total = sum(one.allocation_seconds or 0 for one in _in_force(resources))
        if 0 < budget < total:
            yield Violation(
                f"allocations are {format_duration(total)} together, {format_duration(total - budget)} more than the "
                f"budget of {format_duration(budget)}: lower some, or ask for a larger contract"
            )


class BelowMinimum(Policy):
    """No allocation is below a minimum."""

    of_stack: ClassVar[bool] = True
    minimum_seconds: _Seconds = 1

    def violations(self, resources: Sequence[Declared]) -> Iterator[Violation]:
        """Yield a violation of each resource with less."""
        for one in _in_force(resources):
            if one.allocation_seconds is not None and one.allocation_seconds < self.minimum_seconds:
                yield Violation(
                    f"its allocation of {format_duration(one.allocation_seconds)} is below the minimum of "
                    f"{format_duration(self.minimum_seconds)}",
                    one.urn,
                )


class BelowUsage(Policy):
    """No allocation is below what the instance has used in 28 days, by the CRNs of the settings."""

    level: Level = Field("advisory", alias="enforcementLevel")
    usage_seconds: Mapping[str, _Seconds] = Field(default_factory=dict)

    def violations(self, resources: Sequence[Declared]) -> Iterator[Violation]:
        """Yield a violation of each allocation that is used up already."""
        for one in resources:
            used = self.usage_seconds.get(one.properties.get("crn", ""), 0)
            allocation = one.allocation_seconds
            if one.kind == "InstanceAllocation" and allocation is not None and allocation < used:
                yield Violation(
                    f"its allocation of {format_duration(allocation)} is below the {format_duration(used)} "
                    "that it has used",
                    one.urn,
                )


class UnprotectedInstance(Policy):
    """Every instance that is created as code is protected: deleting it deletes people's work."""

    def violations(self, resources: Sequence[Declared]) -> Iterator[Violation]:
        """Yield a violation of each that is not."""
        for one in resources:
            if one.kind == "Instance" and not one.protect:
                yield Violation("is not protected: set `protect` to true for it", one.urn)


class MissingTag(Policy):
    """Every instance that is created as code has its tags: any at all, or one that begins with each of the settings."""

    level: Level = Field("advisory", alias="enforcementLevel")
    tags: tuple[Text, ...] = ()

    def violations(self, resources: Sequence[Declared]) -> Iterator[Violation]:
        """Yield a violation of each that lacks some."""
        for one in resources:
            if one.kind == "Instance":
                missing = [wanted for wanted in self.tags or ("",) if not _has(one, wanted)]
                if missing:
                    lacks = f"tag {' and no tag '.join(missing)}" if self.tags else "tag"
                    yield Violation(f"has no {lacks}", one.urn)


class LimitWithoutOwner(Policy):
    """Whoever is stopped by a limit finds its owner among the tags; for instances that are created as code."""

    of_stack: ClassVar[bool] = True
    level: Level = Field("advisory", alias="enforcementLevel")
    tag: Text = "owner:"

    def violations(self, resources: Sequence[Declared]) -> Iterator[Violation]:
        """Yield a violation of each instance with a limit and without an owner."""
        given = [one for one in resources if "limit_seconds" in one.properties]
        # Of an instance that another resource gives a limit, that one counts, and not the one at birth.
        limits = {one.urn: one.properties["limit_seconds"] for one in given}
        limits |= {one.instance: one.properties["limit_seconds"] for one in given if one.instance}
        for one in resources:
            if one.kind == "Instance" and _seconds(limits.get(one.urn)) is not None and not _has(one, self.tag):
                yield Violation(f"has a limit, and no tag {self.tag} that says whom to ask", one.urn)


POLICIES: Final[Mapping[str, type[Policy]]] = {
    "over-commit": OverCommit,
    "below-minimum": BelowMinimum,
    "below-usage": BelowUsage,
    "unprotected-instance": UnprotectedInstance,
    "missing-tag": MissingTag,
    "limit-without-owner": LimitWithoutOwner,
}
"""The policies by name."""


def _with_level(settings: object) -> object:
    """Take ``"advisory"`` for settings that say the level and nothing else."""
    return {"enforcementLevel": settings} if isinstance(settings, str) else settings


_FIELDS: Final[Mapping[str, Any]] = {
    "all": (Level | None, None),
    **{name: (Annotated[policy, BeforeValidator(_with_level)], policy()) for name, policy in POLICIES.items()},
}
_PolicyFile: Final = create_model("_PolicyFile", __base__=Block, **_FIELDS)


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """The policies with their settings, by name, of a file that `pulumi preview --policy-pack-config` takes as well."""

    policies: Mapping[str, Policy]
    level: Level | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            DocumentError: it cannot be used; all reasons.
        """
        given = dict(validate(read_file(path), _PolicyFile))
        return cls(level=given.pop("all"), policies=given)

    def violations(self, resources: Iterable[Declared]) -> Iterator[tuple[str, Level, Violation]]:
        """Yield what does not hold of a stack's resources, with the policy that says so and its level."""
        of_stack = list(resources)
        for name, policy in self.policies.items():
            level = policy.level if self.level is None or "level" in policy.model_fields_set else self.level
            if level != "disabled":
                yield from ((name, level, one) for one in policy.violations(of_stack))


def _in_force(resources: Iterable[Declared]) -> list[Declared]:
    """Return what says an allocation: an instance has that of its birth until another resource says what it is."""
    given = [one for one in resources if one.kind != "FairShare"]
    managed = {one.instance for one in given}
    return [one for one in given if one.urn not in managed]


def _has(instance: Declared, tag: str) -> bool:
    return any(one.startswith(tag) for one in instance.tags)


def _seconds(value: object) -> int | None:
    """Return seconds that an engine sends as a double; None for anything else, such as "none"."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
