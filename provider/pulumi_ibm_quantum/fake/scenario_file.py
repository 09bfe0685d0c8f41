"""The shape of a scenario file, validated."""

import re
from collections.abc import Iterable, Iterator, Sized
from datetime import UTC, datetime, time
from enum import Enum
from typing import Annotated, Any, Final, Literal, TypeVar, get_type_hints

from pydantic import AfterValidator, Discriminator, Field, PlainValidator, Strict, StrictBool, Tag, create_model

from pulumi_ibm_quantum.documents import (
    INVALID,
    AnyText,
    Block,
    BrokenRule,
    Context,
    RuledBlock,
    format_value,
    moment_from,
    valid_items,
)

from .behaviour import Behaviour
from .catalog import PLAN_IDS
from .instance import State
from .model import DEFAULT_RESOURCE_GROUP_ID, Role
from .parameters import ANY_BACKEND

_YEARS: Final = range(2000, 3000)
_FURTHEST_DAY: Final = 36_500
_Items = TypeVar("_Items", bound=Sized)


def _time_of_day(value: object) -> time:
    """Take ``14:30``, which YAML 1.1 reads as 870 (base 60), for what it looks like."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60, tzinfo=UTC)
    if isinstance(value, str) and (match := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value)):
        return time(int(match[1]), int(match[2]), tzinfo=UTC)
    raise ValueError(f"wants a time of day such as 14:30, found {format_value(value)}")


def _moment(value: object) -> datetime:
    moment = moment_from(value, plain_dates=True)
    if moment.year not in _YEARS:
        raise ValueError(f"wants a moment of the years {_YEARS[0]} to {_YEARS[-1]}, found {format_value(moment)}")
    return moment


def _of_shape(pattern: str, wanted: str) -> AfterValidator:
    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(f"wants {wanted}, found {format_value(text)}")
        return text

    return AfterValidator(check)


def _some(items: _Items) -> _Items:
    if not items:
        raise ValueError("is empty: name at least one")
    return items


_TimeOfDay = Annotated[time, PlainValidator(_time_of_day)]
_Moment = Annotated[datetime, PlainValidator(_moment)]
_Whole = Annotated[int, Field(strict=True)]
_Day = Annotated[int, Field(strict=True, ge=-_FURTHEST_DAY, le=_FURTHEST_DAY)]
_Count = Annotated[int, Field(strict=True, ge=0)]
_Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
_Names = Annotated[tuple[AnyText, ...], AfterValidator(_some)]
_Guid = Annotated[
    AnyText,
    _of_shape("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "a guid such as 0b6f3c52-7e41-4f0a-9d1c-2a5e8b7f6c10"),
]
_AccountId = Annotated[AnyText, _of_shape("[0-9a-f]{32}", "32 hexadecimal digits in small letters")]


class Phase(RuledBlock):
    """Usage that repeats from day to day; days count from the date of ``now``, ``to_day`` is not included."""

    from_day: _Day
    to_day: _Day
    seconds_per_day: _Amount
    weekdays_only: StrictBool = False
    variation: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.25
    jobs_per_day: Annotated[int, Field(strict=True, ge=1, le=1000)] = 4
    users: _Names = ("IBMid-1000",)
    backends: _Names = ("ibm_alpha",)

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield an end that is not after the start."""
        if INVALID not in (self.from_day, self.to_day) and self.to_day <= self.from_day:
            yield BrokenRule(("to_day",), f"must be after from_day, {self.from_day}, found {self.to_day}")


class Event(Block):
    """Usage at one moment of one day."""

    day: _Day
    at: _TimeOfDay = time(12, tzinfo=UTC)
    seconds: _Amount
    queue_seconds: _Amount = 0
    jobs: Annotated[int, Field(strict=True, ge=1)] = 1
    user: AnyText = "IBMid-1000"
    backend: AnyText = "ibm_alpha"


_Usage = Annotated[
    Annotated[Event, Tag("single event")] | Annotated[Phase, Tag("phase of days")],
    Discriminator(lambda value: "single event" if isinstance(value, dict) and "day" in value else "phase of days"),
]


class InstancePart(RuledBlock):
    """One instance."""

    name: AnyText
    region: Literal["us-east", "eu-de"] = "us-east"
    plan: AnyText | None = None
    subscription: AnyText | None = None
    guid: _Guid | None = None
    resource_group: AnyText | None = None
    allocation_seconds: _Count | None = None
    limit_seconds: _Count | None = None
    backends: tuple[AnyText, ...] = ANY_BACKEND
    created: _Moment | None = None
    archived: StrictBool = False
    state: State = State.ACTIVE
    locked: StrictBool = False
    service_keys: _Count = 0
    tags: tuple[AnyText, ...] = ()
    usage: tuple[_Usage, ...] = ()

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield an allocation of an archived instance."""
        if self.archived is True and self.allocation_seconds not in (None, 0, INVALID):
            yield BrokenRule(("allocation_seconds",), "must be left out: an archived instance has allocation 0")


class SubscriptionPart(Block):
    """One contract of a plan that has several."""

    id: AnyText
    name: AnyText
    budget_seconds: _Count | None = None
    limit_seconds: _Count | None = None
    backends: tuple[AnyText, ...] | None = None


class PlanPart(RuledBlock):
    """One plan: with its budget, or with several subscriptions that have one each."""

    budget_seconds: _Count | None = None
    limit_seconds: _Count | None = None
    backends: tuple[AnyText, ...] = ("ibm_alpha", "ibm_beta")
    subscriptions: tuple[SubscriptionPart, ...] = ()

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield what is given to the plan and to its subscriptions."""
        if self.subscriptions and (self.budget_seconds is not None or self.limit_seconds is not None):
            message = "give budget_seconds and limit_seconds to the subscriptions, not to the plan as well"
            yield BrokenRule((), message)


class KeyPart(Block):
    """One API key."""

    key: AnyText
    role: Role = Role.ADMINISTRATOR
    user: AnyText = "IBMid-1000"


class GroupPart(Block):
    """One resource group."""

    id: AnyText
    name: AnyText


def _switches() -> dict[str, Any]:
    """Return the fields of a model that has the switches of `Behaviour`, each of exactly its type."""
    defaults = Behaviour()
    return {
        name: (kind if isinstance(kind, type) and issubclass(kind, Enum) else Annotated[kind, Strict()], default)
        for name, kind in get_type_hints(Behaviour).items()
        for default in [getattr(defaults, name)]
    }


BehaviourPart = create_model("BehaviourPart", __base__=Block, **_switches())
"""What the fake does differently."""

_PlanName = Literal["open", "paygo", "flex", "premium", "internal", "dedicated"]


class ScenarioPart(RuledBlock):
    """The whole file."""

    now: _Moment | None = None
    real_time: StrictBool = False
    seed: _Whole = 0
    staging: StrictBool = False
    account_id: _AccountId
    api_keys: Annotated[tuple[KeyPart, ...], AfterValidator(_some)]
    resource_groups: tuple[GroupPart, ...] = ()
    plans: Annotated[dict[_PlanName, PlanPart], AfterValidator(_some)]
    instances: tuple[InstancePart, ...] = ()
    behaviour: BehaviourPart = BehaviourPart()

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield what instances name that the account does not have, and guids that are there twice."""
        groups = [group.id for _, group in valid_items(self.resource_groups)] or [DEFAULT_RESOURCE_GROUP_ID]
        first: dict[str, int] = {}
        for position, part in valid_items(self.instances):
            for broken in (*self._plan_of(part), *_unknown("resource_group", part.resource_group, groups)):
                yield broken.below("instances", position)
            if isinstance(part.guid, str) and (before := first.setdefault(part.guid, position)) != position:
                message = f"is taken by another instance, instances[{before}]"
                yield BrokenRule(("instances", position, "guid"), message)

    def _plan_of(self, part: InstancePart) -> Iterator[BrokenRule]:
        """Yield a plan or a subscription that the account does not have; the only plan need not be named."""
        plans: dict[str, PlanPart] = {} if self.plans is INVALID else dict(self.plans.items())
        if part.plan is None and len(plans) > 1:
            yield BrokenRule(("plan",), f"is missing: the account has {', '.join(plans)}")
        elif plans and part.plan is not INVALID:
            name = part.plan or next(iter(plans))
            yield from _unknown("plan", name, plans)
            if name in PLAN_IDS and (plan := plans.get(name, INVALID)) is not INVALID:
                subscriptions = [one.id for _, one in valid_items(plan.subscriptions)] or [PLAN_IDS[name]]
                yield from _unknown("subscription", part.subscription, subscriptions)


def _unknown(key: str, name: object, known: Iterable[str]) -> Iterator[BrokenRule]:
    if isinstance(name, str) and name not in known:
        yield BrokenRule((key,), f"is not known to the account, found {format_value(name)}; it has {', '.join(known)}")
