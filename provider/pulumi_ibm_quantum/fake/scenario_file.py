"""The shape of a scenario file, validated."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from .behaviour import Behaviour
from .instance import State
from .model import Role
from .parameters import ANY_BACKEND

EVENT_TAG = "single event"
PHASE_TAG = "phase"


def _time_of_day(value: object) -> object:
    """Take ``14:30``, which YAML 1.1 reads as 870 (base 60), for what it looks like."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60, tzinfo=UTC)
    if isinstance(value, str) and (match := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value)):
        return time(int(match[1]), int(match[2]), tzinfo=UTC)
    raise ValueError(f"want a time of day such as 14:30, found {value!r}")


def _midnight(value: object) -> object:
    """Take a plain date for its midnight in UTC."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        value = date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    return value


_TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
_Moment = Annotated[AwareDatetime, BeforeValidator(_midnight)]
_Seconds = Annotated[int, Field(ge=0, strict=True)]
_Name = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Phase(_Part):
    """Usage that repeats from day to day; days count from the date of ``now``, ``to_day`` is not included."""

    from_day: int
    to_day: int
    seconds_per_day: float = Field(ge=0)
    weekdays_only: bool = False
    variation: float = Field(default=0.25, ge=0, le=1)
    jobs_per_day: int = Field(default=4, ge=1, le=1000)
    users: tuple[_Name, ...] = Field(default=("IBMid-1000",), min_length=1)
    backends: tuple[_Name, ...] = Field(default=("ibm_alpha",), min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Phase:
        if self.to_day <= self.from_day:
            raise ValueError(f"to_day ({self.to_day}) must be after from_day ({self.from_day})")
        return self


class Event(_Part):
    """Usage at one moment of one day."""

    day: int
    at: _TimeOfDay = time(12, tzinfo=UTC)
    seconds: float = Field(ge=0)
    queue_seconds: float = Field(default=0, ge=0)
    jobs: int = Field(default=1, ge=1)
    user: _Name = "IBMid-1000"
    backend: _Name = "ibm_alpha"


def _kind(value: Any) -> str:
    return EVENT_TAG if isinstance(value, dict) and "day" in value else PHASE_TAG


_Usage = Annotated[
    Annotated[Event, Tag(EVENT_TAG)] | Annotated[Phase, Tag(PHASE_TAG)],
    Discriminator(_kind),
]


class InstancePart(_Part):
    """One instance."""

    name: _Name
    region: Literal["us-east", "eu-de"] = "us-east"
    plan: str | None = None
    subscription: str | None = None
    guid: str | None = Field(default=None, pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")
    resource_group: str | None = None
    allocation_seconds: _Seconds | None = None
    limit_seconds: _Seconds | None = None
    backends: tuple[_Name, ...] = ANY_BACKEND
    created: _Moment | None = None
    archived: bool = False
    state: State = State.ACTIVE
    locked: bool = False
    service_keys: int = Field(default=0, ge=0)
    tags: tuple[_Name, ...] = ()
    usage: tuple[_Usage, ...] = ()

    @model_validator(mode="after")
    def _archived_means_nothing(self) -> InstancePart:
        if self.archived and self.allocation_seconds:
            raise ValueError("an archived instance has allocation 0: leave allocation_seconds out")
        return self


class SubscriptionPart(_Part):
    """One contract of a plan that has several."""

    id: _Name
    name: _Name
    budget_seconds: _Seconds | None = None
    limit_seconds: _Seconds | None = None
    backends: tuple[_Name, ...] | None = None


class PlanPart(_Part):
    """One plan: with its budget, or with several subscriptions that have one each."""

    budget_seconds: _Seconds | None = None
    limit_seconds: _Seconds | None = None
    backends: tuple[_Name, ...] = ("ibm_alpha", "ibm_beta")
    subscriptions: tuple[SubscriptionPart, ...] = ()

    @model_validator(mode="after")
    def _budget_once(self) -> PlanPart:
        if self.subscriptions and (self.budget_seconds is not None or self.limit_seconds is not None):
            raise ValueError("give budget_seconds and limit_seconds to the subscriptions, not to the plan as well")
        return self


class KeyPart(_Part):
    """One API key."""

    key: _Name
    role: Role = Role.ADMINISTRATOR
    user: _Name = "IBMid-1000"


class GroupPart(_Part):
    """One resource group."""

    id: _Name
    name: _Name


class ScenarioPart(_Part):
    """The whole file."""

    now: _Moment | None = None
    real_time: bool = False
    seed: int = 0
    staging: bool = False
    account_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    api_keys: tuple[KeyPart, ...] = Field(min_length=1)
    resource_groups: tuple[GroupPart, ...] = ()
    plans: dict[Literal["open", "paygo", "flex", "premium", "internal", "dedicated"], PlanPart] = Field(min_length=1)
    instances: tuple[InstancePart, ...] = ()
    behaviour: dict[str, Any] = {}

    @field_validator("behaviour")
    @classmethod
    def _known_switches(cls, value: dict[str, Any]) -> dict[str, Any]:
        known = Behaviour.__dataclass_fields__
        for name, setting in value.items():
            if name not in known:
                raise ValueError(f"no switch {name!r}; there are {', '.join(known)}")
            _check_switch(name, setting, getattr(Behaviour(), name))
        return value


def _check_switch(name: str, setting: object, default: object) -> None:
    wanted: tuple[type, ...] = (dict, type(None)) if default is None else (type(default),)
    if isinstance(default, str):
        wanted = (str,)
    if wanted == (float,):
        wanted = (float, int)
    if not isinstance(setting, wanted) or (isinstance(setting, bool) and bool not in wanted):
        raise ValueError(f"{name} cannot be {setting!r}")
